import { Piscina } from 'piscina';
import { threadArguments } from '../core/thread.ts';
import { portsOf, type StagePlan } from '../pipeline/stage-plan.ts';
import type { Runtime } from './runtime.ts';

/**
 * Every stage on a worker thread of its own: a Piscina task that lasts as long as the run.
 *
 * @param count  threads, 1 … layers; left out, one a layer
 * @param costs  what each layer costs, as `measuredCosts` gives it: each thread is given consecutive layers so that the
 *               dearest thread is as cheap as can be; left out, multiply-accumulates are taken for it
 */
export function workers({
  count,
  costs,
}: {
  readonly count?: number;
  readonly costs?: readonly number[];
} = {}): Runtime {
  return {
    name: 'workers',
    stages: (layers) => count ?? layers,
    costs,
    launch(plans) {
      const pool = new Piscina<StagePlan, void>({
        filename: new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
          .href,
        execArgv: threadArguments(import.meta.url),
        minThreads: plans.length,
        maxThreads: plans.length,
        idleTimeout: Number.POSITIVE_INFINITY,
        concurrentTasksPerWorker: 1,
        atomics: 'disabled',
        recordTiming: false,
      });
      pool.on('error', () => {}); // a thread that dies also rejects its task, and that is where we look
      const ended = plans.map((plan) => pool.run(plan, { transferList: portsOf(plan) }));
      return { ended, dismiss: () => pool.destroy() };
    },
  };
}
