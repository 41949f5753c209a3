import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LiveFrame } from '../src/report/live/frame.ts';

// `npm run readers -- [rounds] [readers] [seconds]`: what slow readers of the live page cost the stream that it
// shows. One run trains all the while; by turns nobody but this program reads its events, or so many readers do too, of whom half
// read nothing and half read 2 kB a second. The ratio of two neighbouring windows counts, whatever else the machine does.

const [rounds = 12, readers = 200, seconds = 4] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('../', import.meta.url));
const runs = mkdtempSync(join(tmpdir(), 'forwardflow-readers-'));
const training = [
  'train',
  '--data',
  'fixtures/mnist',
  '--layers',
  '200,200',
  '--epochs',
  '1000000',
  '--no-trace',
];
const server = spawn(
  process.execPath,
  ['--import', 'tsx', 'src/cli/main.ts', 'serve', '--json', '--runs', runs, ...training, '--workers', '2'],
  { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
);
const { url } = JSON.parse(await firstLine(server.stdout)) as { url: string };

let last: LiveFrame | undefined;
let text = '';
(await open()).on('data', (part: Buffer) => {
  text += part.toString('utf8');
  const messages = text.split('\n\n');
  text = messages.pop() ?? '';
  for (const message of messages)
    if (message.startsWith('event: frame')) last = JSON.parse(message.slice(message.indexOf('{'))).frame;
});
while ((last?.samples ?? 0) < 2000) await setTimeout(100);

const ratios: number[] = [];
/** the same of samples a processor second of the command, which other programs disturb less */
const efficiencies: number[] = [];
const command = Number(
  readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ')[0],
);
const shares: { alone: number[]; read: number[] } = { alone: [], read: [] };
for (let round = 0; round < rounds; round++) {
  // who comes first changes from round to round: a trend of the machine falls out
  const order = round % 2 === 0 ? (['alone', 'read'] as const) : (['read', 'alone'] as const);
  const speed = { alone: 0, read: 0 };
  const worked = { alone: 0, read: 0 };
  for (const state of order) {
    const close = state === 'read' ? await read(readers) : () => {};
    await setTimeout(500);
    const [from, used, busy] = [last as LiveFrame, cpuSeconds(server.pid), cpuSeconds(command)];
    await setTimeout(1000 * seconds);
    const to = last as LiveFrame;
    speed[state] = (to.samples - from.samples) / (to.seconds - from.seconds);
    shares[state].push((cpuSeconds(server.pid) - used) / (to.seconds - from.seconds));
    worked[state] = (to.samples - from.samples) / (cpuSeconds(command) - busy);
    close();
  }
  ratios.push(speed.read / speed.alone);
  efficiencies.push(worked.read / worked.alone);
  console.log(
    `round ${round + 1}: ${Math.round(speed.alone)} samples/s alone, ${Math.round(speed.read)} with ${readers} readers, ratio ${ratios[round].toFixed(3)}; a processor second ${efficiencies[round].toFixed(3)}`,
  );
}
console.log(
  `ratio: median ${median(ratios).toFixed(3)}, mean ${mean(ratios).toFixed(3)} ± ${error(ratios).toFixed(3)} (standard error), ${rounds} rounds; a processor second of the command: median ${median(efficiencies).toFixed(3)}, mean ${mean(efficiencies).toFixed(3)} ± ${error(efficiencies).toFixed(3)}; the server's process takes ${(100 * median(shares.alone)).toFixed(1)} % of a core alone, ${(100 * median(shares.read)).toFixed(1)} % with ${readers} readers`,
);
server.kill('SIGINT');
await new Promise((resolve) => server.once('close', resolve));
rmSync(runs, { recursive: true });
process.exit();

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => stream.once('data', (line: Buffer) => resolve(line.toString('utf8'))));
}

function open(): Promise<IncomingMessage & { asked?: ClientRequest }> {
  return new Promise((resolve, reject) => {
    get(`${url}events`, { agent: false }, resolve).on('error', reject);
  });
}

/** Slow readers. @returns what ends them */
async function read(count: number): Promise<() => void> {
  const responses = await Promise.all(Array.from({ length: count }, open));
  const sipping = responses.filter((_, i) => i % 2 === 0);
  for (const one of responses) one.pause().on('error', () => {});
  const timer = setInterval(() => {
    for (const one of sipping) one.read(2048);
  }, 1000);
  return () => {
    clearInterval(timer);
    for (const one of responses) one.destroy();
  };
}

/** processor seconds of a process so far, of all its threads but not of its children: in hundredths, as Linux counts them */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function error(values: readonly number[]): number {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
