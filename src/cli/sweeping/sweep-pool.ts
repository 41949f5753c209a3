import { Piscina } from 'piscina';
import { threadArguments } from '../../extend.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import type { SweepRow } from './sweep.worker.ts';

export interface PoolOptions {
  /** threads, 1 or more */
  readonly workers: number;
  /** MiB of memory that a thread may take; left out, 2,048 */
  readonly memory?: number;
  /** ends the sweep: threads are stopped where they are */
  readonly signal: AbortSignal;
  /** takes each row when it is there */
  readonly take: (row: SweepRow) => void;
}

/**
 * Simulates points on a pool of threads, each thread one at a time.
 *
 * @throws {Error} what `take` throws
 */
export async function simulateAll(
  points: readonly SimulationSettings[],
  { workers, memory = 2048, signal, take }: PoolOptions,
): Promise<void> {
  if (points.length === 0) return;
  const threads = Math.min(workers, points.length);
  const pool = new Piscina<SimulationSettings, SweepRow>({
    filename: new URL(
      import.meta.url.endsWith('.ts') ? './sweep.worker.ts' : './sweep.worker.js',
      import.meta.url,
    ).href,
    execArgv: threadArguments(import.meta.url),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: memory },
    atomics: 'disabled',
    recordTiming: false,
  });
  pool.on('error', () => {}); // a thread that dies also rejects its task, and that is where we look
  let over = false;
  const stop = () => void pool.destroy();
  signal.addEventListener('abort', stop);
  const rest = points.values();
  const work = async (): Promise<void> => {
    for (const settings of rest) {
      if (over || signal.aborted) return;
      const row = await pool
        .run(settings)
        .catch((error: Error) => ({ settings, error: causeOf(error, memory) }));
      if (over || signal.aborted) return;
      take(row);
    }
  };
  try {
    // two a thread, so that none waits for this one
    await Promise.all(Array.from({ length: 2 * threads }, work));
  } finally {
    over = true;
    signal.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

/** Why a thread failed. The pool puts another in its place, so the other points go on. */
function causeOf(error: Error & { readonly code?: string }, memory: number): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? `point of a sweep must fit in ${memory.toLocaleString('en-US')} MiB of memory; got one that takes more`
    : error.message;
}
