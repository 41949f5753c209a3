import type { Schedule, Step } from '../schedules/schedule.ts';

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

/** Microbatches of the last flush where it is not full, else 0; a run without an end has no last flush. */
export function remainder(microbatches: number, flush: number): number {
  return Number.isFinite(microbatches) ? microbatches % flush : 0;
}
