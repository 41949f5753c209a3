import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { threadArguments } from '../core/thread.ts';
import type { Crew } from '../threads/crew.ts';
import { type DevicePlan, portsOf } from '../threads/device-plan.ts';
import { realiseOnThreads } from '../threads/realise.ts';
import type { MachineFault } from '../work/faults/fault.ts';
import type { Devices, Offer, Runtime } from './runtime.ts';

export interface WorkersOptions {
  /** threads, 1 … layers; left out, one a layer where there are few, else one a core */
  readonly count?: number | undefined;
  /**
   * what each layer costs, as `measuredCosts` gives it: each stage is given consecutive layers so that the dearest stage is
   * as cheap as can be; left out, multiply-accumulates are taken for it
   */
  readonly costs?: readonly number[] | undefined;
  /** why there are so many, where `count` was chosen for somebody else; told in the start event */
  readonly why?: string | undefined;
}

/** every kind of fault */
const machineFaults: readonly MachineFault['fault'][] = [
  ...(['kill', 'pause', 'slow', 'drop-slot', 'duplicate-slot', 'corrupt-slot'] as const),
  ...(['clock-jump', 'full-disk'] as const),
];

/** Every device on a worker thread of its own: a Piscina task that lasts as long as the run. */
export function workers({ count, costs, why }: WorkersOptions = {}): Runtime {
  return {
    name: 'workers',
    steers: true,
    restarts: true,
    strikes: machineFaults,
    costs,
    devices: (offer) =>
      count === undefined ? devicesFor(offer, availableParallelism()) : { count, ...(why && { why }) },
    realise: (assembly) => realiseOnThreads(assembly, hire),
  };
}

/** threads a core up to which a thread a layer is no slower than fewer */
const threadsPerCore = 2;

/**
 * How many threads to take where nobody says. A few more than there are cores keep these busy; with many more, threads cost
 * memory and wait for each other.
 */
export function devicesFor({ layers, most, countMatters }: Offer, cores: number): Devices {
  if (countMatters || most <= threadsPerCore * cores) return { count: most };
  const why = `${cores} threads for ${layers} layers: one for each of ${cores} cores`;
  return { count: cores, why };
}

/**
 * Threads that fail are not replaced by the pool, so it keeps none at hand (`minThreads: 0`): Piscina would start others for
 * them, even behind its own end. A thread is gone when it has said so, not when it was told to go.
 */
function hire(devices: number): Crew {
  const file = import.meta.url.endsWith('.ts') ? '../threads/worker.ts' : '../threads/worker.js';
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
