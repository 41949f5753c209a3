import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/**
 * Runs the command line in a process of its own until it ends by itself.
 *
 * @param onOutput  sees what has been printed so far, and may send the process a signal
 */
export function forwardflow(
  args: readonly string[],
  onOutput: (soFar: Ended, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  return started(args, onOutput).ended;
}

/** Starts the command line in a process of its own, which may be sent a signal. */
export function started(
  args: readonly string[],
  onOutput: (soFar: Ended, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): { readonly ended: Promise<Ended>; kill(signal: NodeJS.Signals): void } {
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...args];
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
