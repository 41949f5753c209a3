import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { threadArguments } from '../core/thread.ts';
import type { Crew } from './crew.ts';
import { type DevicePlan, portsOf } from './device-plan.ts';

/**
 * A worker thread for each device, from Piscina. Node's form; pages have Web Workers.
 *
 * Threads that fail are not replaced by the pool, so it keeps none at hand (`minThreads: 0`): Piscina would start others for
 * them, even behind its own end. A thread is gone when it has said so, not when it was told to go.
 */
export function hire(devices: number): Crew {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  const pool = new Piscina<DevicePlan, void>({
    filename: new URL(file, import.meta.url).href,
    execArgv: threadArguments(import.meta.url),
    minThreads: 0,
    maxThreads: devices,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    recordTiming: false,
  });
  pool.on('error', () => {}); // a thread that dies also rejects its task, and that is where we look
  /** of each thread that was started, its number, and when it is gone */
  const threads = new Map<Worker, { readonly thread: number; readonly gone: Promise<void> }>();
  const note = (worker: Worker): void => {
    if (threads.has(worker)) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    threads.set(worker, { thread: worker.threadId, gone });
  };
  return {
    run(plan) {
      const ended = pool.run(plan, { transferList: portsOf(plan) });
      for (const worker of pool.threads) note(worker);
      return ended;
    },
    kill(thread) {
      for (const worker of pool.threads) if (worker.threadId === thread) worker.terminate();
    },
    async gone(thread) {
      for (const one of threads.values()) if (one.thread === thread) await one.gone;
    },
    async dismiss() {
      await pool.destroy();
      await Promise.all([...threads.values()].map(({ gone }) => gone));
    },
  };
}
