import { Piscina } from 'piscina';
import { threadArguments } from '../core/thread.ts';
import { portsOf, type StagePlan } from '../threads/stage-plan.ts';
import type { Runtime } from './runtime.ts';

/**
 * Every device's stages, as a rule one, on a worker thread of its own: a Piscina task that lasts as long as the run.
 *
 * @param count  threads, 1 … layers; left out, one a layer, or as many as the layers fill by a schedule that gives each several
 * @param costs  what each layer costs, as `measuredCosts` gives it: each stage is given consecutive layers so that the
 *               dearest stage is as cheap as can be; left out, multiply-accumulates are taken for it
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
    stages: (most) => count ?? most,
    costs,
    launch(devices) {
      const pool = new Piscina<readonly StagePlan[], void>({
        filename: new URL(
          import.meta.url.endsWith('.ts') ? '../threads/worker.ts' : '../threads/worker.js',
          import.meta.url,
        ).href,
        execArgv: threadArguments(import.meta.url),
        minThreads: devices.length,
        maxThreads: devices.length,
        idleTimeout: Number.POSITIVE_INFINITY,
        concurrentTasksPerWorker: 1,
        atomics: 'disabled',
        recordTiming: false,
      });
      pool.on('error', () => {}); // a thread that dies also rejects its task, and that is where we look
      const ended = devices.map((plans) => pool.run(plans, { transferList: plans.flatMap(portsOf) }));
      return { ended, dismiss: () => pool.destroy() };
    },
  };
}
