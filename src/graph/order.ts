import { must } from '../core/check.ts';
import type { Schedule, Step } from '../schedules/schedule.ts';
import { pathsOf } from './layout.ts';

/** Which device of how many, and what all of them have to learn. */
export interface Share {
  readonly device: number;
  readonly devices: number;
  /** microbatches to learn in the whole run */
  readonly microbatches: number;
  /** microbatches behind one update; 1 where the schedule updates with each */
  readonly flush: number;
}

/** All that a device has to do in a run by a schedule with a fixed order: flush after flush, the last of what is left. */
export function* stepsOf(
  schedule: Schedule,
  { device, devices, microbatches, flush }: Share,
): Generator<Step> {
  const size = schedule.updates === 'flush' ? flush : Math.max(1, microbatches);
  const place = { device, devices, window: flush, costs: evenCosts };
  for (let left = microbatches; left > 0; left -= size) {
    yield* schedule.order?.({ ...place, microbatches: Math.min(size, left) }) ?? [];
  }
}

/** for orders that are searched for: what ops cost isn't known when stages are set up */
const evenCosts = { F: 1, B: 1, W: 1, latency: 0 };

/**
 * Whether threads can follow a schedule.
 *
 * @throws {RangeError} when they can't, for such layers, so many devices or so many microbatches
 */
export function mustBeRunnable(
  schedule: Schedule,
  learns: 'locally' | 'backward',
  { devices, microbatches, flush }: Omit<Share, 'device'>,
): void {
  const { name, next, order, updates } = schedule;
  must(schedule.serves.includes(learns), 'schedule', `one for layers that learn ${learns}`, name);
  must((next === undefined) !== (order === undefined), 'schedule', 'a policy or an order', name);
  must(!schedule.recomputes, 'schedule', 'one that keeps activities', name);
  must(schedule.sendsActivityAfter !== 'W', 'schedule', 'one that sends activities after F', name);
  must(updates !== 'window', 'schedule', 'one that updates with every microbatch or every flush', name);
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
  schedule.mustSuit?.(devices, flush);
  const last = microbatches % flush;
  if (last > 0 && microbatches > flush) lastMustSuit(schedule, devices, last);
}

const severalRule = 'an order that updates with every flush, where devices have several stages';

function lastMustSuit(schedule: Schedule, devices: number, microbatches: number): void {
  try {
    schedule.mustSuit?.(devices, microbatches);
  } catch (error) {
    throw new RangeError(`in the last flush ${(error as Error).message}`, { cause: error });
  }
}
