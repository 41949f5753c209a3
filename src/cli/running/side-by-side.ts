import { availableParallelism } from 'node:os';
import type { DatasetPipeline } from '../../index.ts';
import { devicesOf } from '../values/network.ts';
import type { Network } from './networks.ts';

/**
 * Does some tasks, so many at a time, beginning in their order. After one has failed no other is begun, and those under way
 * end first.
 *
 * @param limit  tasks at a time, ≥ 1
 * @param begin  starts a task; what it returns is waited for
 * @param stop   whether no more is to be begun
 * @throws what the first task that failed throws
 */
export async function sideBySide<T>(
  tasks: readonly T[],
  limit: number,
  begin: (task: T, index: number) => Promise<void>,
  stop: () => boolean = () => false,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (next < tasks.length && failures.length === 0 && !stop()) {
      const index = next++;
      try {
        await begin(tasks[index], index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, lane));
  if (failures.length > 0) throw failures[0];
}

/** As many networks as there are cores for all their threads; those of other runtimes share this thread. */
export async function lanesOf(
  networks: readonly Network[],
  pipelines: readonly DatasetPipeline[],
): Promise<number> {
  if (networks.every(({ settings }) => settings.seed === networks[0].settings.seed)) return 1;
  if (networks[0].settings.runtime !== 'workers') return 1;
  let threads = 1;
  for (const [i, { settings }] of networks.entries())
    threads = Math.max(threads, (await devicesOf(settings, pipelines[i])).count);
  return Math.min(networks.length, Math.max(1, Math.floor(availableParallelism() / threads)));
}
