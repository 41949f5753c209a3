import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallNanoseconds } from '../src/core/clock.ts';
import { ChromeTrace } from '../src/report/trace/chrome-trace.ts';
import { show, spread } from './figures.ts';

// `npm run long-report -- [rounds] [events]`: how long `forwardflow report` takes, its start included, of a run whose
// trace has a million events, and how large the page is.

const [rounds = 5, events = 1_000_000] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('../', import.meta.url));
const runs = mkdtempSync(join(tmpdir(), 'forwardflow-report-'));
const forwardflow = (...args: string[]) =>
  execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();

try {
  const training = ['train', '--data', 'fixtures/mnist', '--layers', '20,20', '--epochs', '1', '--no-report'];
  const { runFolder } = JSON.parse(forwardflow(...training, '--json', '--runs', runs)) as {
    runFolder: string;
  };
  longTrace(join(runFolder, 'trace.json'), events);
  const page = join(runs, 'report.html');
  const seconds = Array.from({ length: rounds }, () => {
    const began = wallNanoseconds();
    forwardflow('report', runFolder, '--out', page);
    return (wallNanoseconds() - began) / 1e9;
  });
  console.log(
    `${events.toLocaleString('en-US')} events, ${availableParallelism()} cores: ${show(spread(seconds), 1)} s, page ${statSync(page).size.toLocaleString('en-US')} bytes`,
  );
} finally {
  rmSync(runs, { recursive: true });
}

/** A stream on four stages, ops of about 10 µs and one of 5 ms. */
function longTrace(path: string, events: number): void {
  const trace = new ChromeTrace(path, { events: 2 * events, bytes: 4e9, runs: 1 });
  const stages = 4;
  const sink = trace.run('ff', { stages });
  const ends = new Array<number>(stages).fill(0);
  const facts = {
    purpose: 'learn',
    rows: 100,
    read: 0,
    written: 0,
    versions: 1,
    held: 4096,
    macs: 1000,
  } as const;
  for (let microbatch = 0, told = 0; told < events; microbatch++) {
    const at = microbatch * 40_000;
    for (let stage = 0; stage < stages; stage++) {
      for (const op of ['F', 'W', 'U'] as const) {
        const start = Math.max(ends[stage], at + stage * 10_000);
        if (start > ends[stage]) {
          sink.add({ kind: 'starved', stage, start: ends[stage], end: start });
          told++;
        }
        const long = microbatch === 30_000 && stage === 2 && op === 'W';
        ends[stage] = start + (long ? 5_000_000 : 9_000 + ((7 * microbatch + stage) % 1000));
        sink.add({ kind: 'op', op, stage, microbatch, ...facts, start, end: ends[stage] });
        told++;
      }
    }
  }
  trace.close();
}
