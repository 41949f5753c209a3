import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/cli/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const fixture = join(root, 'fixtures/mnist');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of a few seconds that asks nothing of the machine. */
export const small = [
  '--data',
  fixture,
  '--layers',
  '30,20',
  '--epochs',
  '4',
  '--microbatch',
  '50',
  '--tile',
  'plain',
];

/** A folder for run folders. */
export function runsFolder(): string {
  return mkdtempSync(join(tmpdir(), 'forwardflow-runs-'));
}

/** A path below a new and empty folder: nothing is there. */
export function nowhere(name = 'nowhere'): string {
  return join(runsFolder(), name);
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line in this process until it ends by itself, one after the other: its streams and its status are the
 * process's. What asks for a process of its own (signals, a status that is really left behind) is `started`.
 */
export function forwardflow(args: readonly string[]): Promise<Ended> {
  // a page of simulate is asked for by those who look at it
  const placed =
    args[0] === 'simulate' && !args.some((arg) => /^--(json|runs|report|no-report|help)/.test(arg))
      ? [...args, '--no-report']
      : args;
  const ended = last.then(() => captured(() => runProgram(placed)));
  last = ended.catch(() => {});
  return ended;
}

/** What a training that takes long tells every few seconds: whether it does is the machine's business. */
const progressLines = /^\S.* {2}ETA .*\n/gm;

async function captured(program: () => Promise<void>): Promise<Ended> {
  const { stdout, stderr, exitCode: before } = process;
  const ended = { code: 0, stdout: '', stderr: '' };
  const names = ['stdout', 'stderr'] as const;
  const written = [stdout.write, stderr.write];
  const listeners = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  for (const name of names) {
    process[name].write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
      ended[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      for (const done of rest) if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
  process.exitCode = undefined;
  try {
    await program();
    ended.code = Number(process.exitCode ?? 0);
    return { ...ended, stderr: ended.stderr.replace(progressLines, '') };
  } finally {
    process.exitCode = before;
    for (const [i, name] of names.entries()) process[name].write = written[i];
    for (const [signal, kept] of listeners) {
      for (const one of process.listeners(signal)) if (!kept.includes(one)) process.off(signal, one);
    }
  }
}

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/**
 * Starts the command line in a process of its own, which may be sent a signal.
 *
 * @param onOutput  sees what has been printed so far, and may send the process a signal
 */
export function started(
  args: readonly string[],
  onOutput: (soFar: Ended, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): { readonly ended: Promise<Ended>; kill(signal: NodeJS.Signals): void } {
  const command = ['--import', './test/loading/program.mjs', 'src/cli/main.ts', ...args];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const soFar = { code: null as number | null, stdout: '', stderr: '' };
  const listen = (name: 'stdout' | 'stderr') =>
    child[name].setEncoding('utf8').on('data', (text: string) => {
      soFar[name] += text;
      onOutput(soFar, (signal) => child.kill(signal));
    });
  listen('stdout');
  listen('stderr');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ ...soFar, code }));
  });
  return { ended, kill: (signal) => child.kill(signal) };
}
