import { must } from '../core/check.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { pathsOf } from './layout.ts';
import { remainder, type Share } from './order.ts';

/**
 * Whether stages that really learn can follow a schedule.
 *
 * @throws {RangeError} when they can't, for such layers, so many devices or so many microbatches
 */
export function mustLearn(
  schedule: Schedule,
  learns: 'locally' | 'backward',
  { devices, microbatches, flush }: Omit<Share, 'device'>,
): void {
  const { name, next, order, updates, goesBackBy } = schedule;
  must(schedule.serves.includes(learns), 'schedule', `one for layers that learn ${learns}`, name);
  must((next === undefined) !== (order === undefined), 'schedule', 'a policy or an order', name);
  must(!schedule.recomputes, 'schedule', 'one that keeps activities', name);
  must(schedule.sendsActivityAfter !== 'W', 'schedule', 'one that sends activities after F', name);
  must(
    updates !== 'window' || goesBackBy === 'newest',
    'schedule',
    'one that updates with every microbatch or every flush, or goes forward and back by the newest weights',
    name,
  );
  must(
    flush === 1 || updates !== 'microbatch',
    'flush',
    `1 or left out with schedule '${name}', which updates with every microbatch`,
    flush,
  );
  const paths = pathsOf(schedule, devices, flush);
  must(paths.length === 1, 'schedule', 'one that keeps one copy of each stage', name);
  const several = paths[0].devices.length > devices;
  must(!several || (order !== undefined && updates === 'flush'), 'schedule', severalRule, name);
  mustSuitFlushes(schedule, devices, { microbatches, flush });
}

/**
 * Gradients that come late meet what a later microbatch left behind: both must be of all samples.
 *
 * @throws {RangeError} where a head leaves samples out under such a schedule
 */
export function mustMeetAll({ name, gradientDelay = 0 }: Schedule, layers: readonly LayerPlan[]): void {
  const chosen = layers.some(({ sendsChosen }) => sendsChosen);
  must(
    gradientDelay === 0 || !chosen,
    'schedule',
    'one whose gradients meet their own microbatch, where a head leaves samples out',
    name,
  );
}

const severalRule = 'an order that updates with every flush, where devices have several stages';

/** Each flush that the run will have: those in full, and the last of what is left, or the only one of a short run. */
function mustSuitFlushes(
  schedule: Schedule,
  devices: number,
  { microbatches, flush }: Omit<Share, 'device' | 'devices'>,
): void {
  if (microbatches >= flush || microbatches === 0) schedule.mustSuit?.(devices, flush);
  const last = remainder(microbatches, flush);
  if (last === 0) return;
  try {
    schedule.mustSuit?.(devices, last);
  } catch (error) {
    throw new RangeError(`in the last flush ${(error as Error).message}`, { cause: error });
  }
}
