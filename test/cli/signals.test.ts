import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsFolder, small, started } from './forwardflow.ts';

const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof statuses;
const each = Object.entries(statuses) as [Signal, number][];
const address = JSON.stringify(new URL('../../src/cli/signals.ts', import.meta.url).href);
const loading = new URL('../loading/program.mjs', import.meta.url).href;

/** Runs a program over signals.ts, sends it a signal whenever it prints a line that ends in …, and says how it ended. */
function ended(program: string, signal: Signal) {
  const code = `import { endOnSignals, interruptible, unlessAborted } from ${address};\n${program}`;
  const args = ['--import', loading, '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let lines = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines += text;
    if (text.endsWith('…\n')) child.kill(signal);
  });
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve) => {
    child.on('close', (status, by) => {
      clearTimeout(late);
      resolve({ status, by, lines: lines.trim().split('\n') });
    });
  });
}

const forEver = 'setInterval(() => {}, 1000);';

test.each(each)(
  '%s ends a command that has nothing to save at once, with status %i',
  async (signal, status) => {
    const program = `endOnSignals(); ${forEver} console.log('at work…');`;
    expect(await ended(program, signal)).toEqual({ status, by: null, lines: ['at work…'] });
  },
);

test.each(each)('%s has a command save what it has, and exit with status %i', async (signal, status) => {
  const program = `
    endOnSignals();
    const interrupt = interruptible();
    const idle = setInterval(() => {}, 1000);
    interrupt.signal.addEventListener('abort', () => { clearInterval(idle); interrupt.done(); process.stdout.write('saved'); });
    console.log('at work…');
  `;
  expect(await ended(program, signal)).toMatchObject({ status, lines: ['at work…', 'saved'] });
});

test('a second signal ends a command at once, though it computes without a pause', async () => {
  const program = `
    const interrupt = interruptible();
    interrupt.signal.addEventListener('abort', () => { console.log('saving…'); for (;;); });
    ${forEver} console.log('at work…');
  `;
  expect(await ended(program, 'SIGINT')).toEqual({
    status: null,
    by: 'SIGINT',
    lines: ['at work…', 'saving…'],
  });
});

test('work under way is left when the signal comes', async () => {
  const program = `
    const { signal } = interruptible();
    console.log('at work…');
    console.log(await unlessAborted(new Promise(() => setInterval(() => {}, 1000)), signal));
    process.exit();
  `;
  expect(await ended(program, 'SIGTERM')).toMatchObject({ status: 143, lines: ['at work…', 'undefined'] });
});

test('SIGTERM and a closed terminal leave all files of a training, each with its status', async () => {
  const train = async (signal: Signal) => {
    const runs = runsFolder();
    const args = ['train', ...small, '--epochs', '100000', '--runs', runs, '--json'];
    let sent = false;
    const { code, stdout } = await started(args, ({ stderr }, kill) => {
      if (sent || !stderr.includes('samples/s')) return;
      sent = true;
      kill(signal);
    }).ended;
    return { code, summary: JSON.parse(stdout), folder: join(runs, readdirSync(runs)[0]) };
  };
  for (const { code, summary, folder } of await Promise.all([train('SIGTERM'), train('SIGHUP')])) {
    expect([129, 143]).toContain(code);
    expect(summary.interrupted).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(
      [
        'checkpoint.safetensors',
        'config.json',
        'data.json',
        'histograms.json',
        'metrics.csv',
        'metrics.jsonl',
        'summary.json',
        'trace.json',
        'weights.safetensors',
      ].sort(),
    );
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).toEqual(summary);
  }
});
