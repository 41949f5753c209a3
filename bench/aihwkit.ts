import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Wall and CPU time, ms. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

/** What is to be read and updated, once. */
export interface Asked {
  readonly cell: string;
  readonly io: string;
  readonly rate: number;
  /** on δ: turned from batch to batch, weights stay where they are in the mean */
  readonly sign: 1 | -1;
}

export interface Batch {
  readonly rows: number;
  readonly inputs: number;
  readonly units: number;
  /** [rows × inputs] */
  readonly x: Float32Array;
  /** [rows × units] */
  readonly delta: Float32Array;
  /** [inputs × units] */
  readonly weights: Float32Array;
}

/** IBM aihwkit's CPU tile in a Python of its own, which waits between batches. */
export interface Aihwkit {
  readonly version: string;
  /** @throws {Error} when Python has ended, with what it said last */
  batch(asked: Asked): Promise<{ readonly read: Taken; readonly update: Taken }>;
  close(): void;
}

/**
 * Starts the Python that FORWARDFLOW_AIHWKIT_PYTHON names, which must have aihwkit 1.1.0; undefined where it names none.
 *
 * @throws {Error} when that Python can't import aihwkit
 */
export async function startAihwkit(batch: Batch): Promise<Aihwkit | undefined> {
  const python = process.env.FORWARDFLOW_AIHWKIT_PYTHON;
  if (!python) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'aihwkit-'));
  for (const name of ['x', 'delta', 'weights'] as const)
    writeFileSync(join(folder, `${name}.f32`), batch[name]);
  const script = fileURLToPath(new URL('./aihwkit/tile.py', import.meta.url));
  const sizes = [batch.rows, batch.inputs, batch.units].map(String);
  const child = spawn(python, [script, folder, ...sizes], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.once('error', ({ message }) => {
    said += message;
  });
  child.stderr.on('data', (bytes) => {
    said = `${said}${bytes}`.slice(-2000);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`aihwkit must answer; got its end: ${said.trim() || 'it was closed'}`);
    return JSON.parse(value);
  };
  const ready = await answer();
  rmSync(folder, { recursive: true });
  return {
    version: ready.aihwkit,
    async batch(asked) {
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      return answer();
    },
    close: () => void child.kill('SIGKILL'),
  };
}
