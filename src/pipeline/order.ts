import { must } from '../core/check.ts';
import type { OpKind } from '../core/trace.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Which stage of how many, and what all of them have to learn. */
export interface Share {
  readonly stage: number;
  readonly stages: number;
  /** microbatches to learn in the whole run */
  readonly microbatches: number;
  /** microbatches behind one update; 1 where the schedule updates with each */
  readonly flush: number;
}

/** All that a stage has to do in a run by a schedule with a fixed order: flush after flush, the last of what is left. */
export function* stepsOf(
  schedule: Schedule,
  { stage, stages, microbatches, flush }: Share,
): Generator<OpKind> {
  const size = schedule.updates === 'flush' ? flush : Math.max(1, microbatches);
  const place = { device: stage, devices: stages, window: flush, costs: evenCosts };
  for (let left = microbatches; left > 0; left -= size) {
    const order = schedule.order?.({ ...place, microbatches: Math.min(size, left) }) ?? [];
    for (const { op } of order) yield op;
  }
}

/** for orders that are searched for: what ops cost isn't known when stages are set up */
const evenCosts = { F: 1, B: 1, W: 1, latency: 0 };

/** What a stage must be able to hold so that its order never waits for room. */
export interface Room {
  /** inputs between their F and their W */
  readonly inputs: number;
  /** gradients that may have come before their B */
  readonly gradients: number;
}

/** Plays a stage's order; one that goes through the whole run repeats itself, so its beginning tells. */
export function roomFor(schedule: Schedule, share: Share): Room {
  const { microbatches, flush } = share;
  const enough = schedule.updates === 'flush' ? flush + (microbatches % flush) : 4096;
  const done = { F: 0, B: 0, W: 0, U: 0 };
  let inputs = 0;
  let gradients = 0;
  for (const op of stepsOf(schedule, { ...share, microbatches: Math.min(microbatches, enough) })) {
    done[op]++;
    inputs = Math.max(inputs, done.F - done.W);
    gradients = Math.max(gradients, done.F - done.B);
  }
  return { inputs, gradients };
}

/**
 * Whether threads can follow a schedule.
 *
 * @throws {RangeError} when they can't, for such layers, so many stages or so many microbatches a flush
 */
export function mustBeRunnable(
  schedule: Schedule,
  learns: 'locally' | 'backward',
  { stages, flush }: Pick<Share, 'stages' | 'flush'>,
): void {
  const { name, next, order, updates } = schedule;
  must(schedule.serves.includes(learns), 'schedule', `one for layers that learn ${learns}`, name);
  must((next === undefined) !== (order === undefined), 'schedule', 'a policy or an order', name);
  must(schedule.layout === undefined, 'schedule', 'one with one stage a device, in a line', name);
  must(!schedule.recomputes, 'schedule', 'one that keeps activities', name);
  must(schedule.sendsActivityAfter !== 'W', 'schedule', 'one that sends activities after F', name);
  must(updates !== 'window', 'schedule', 'one that updates with every microbatch or every flush', name);
  must(
    flush === 1 || updates !== 'microbatch',
    'flush',
    `1 or left out with schedule '${name}', which updates with every microbatch`,
    flush,
  );
  schedule.mustSuit?.(stages, flush);
}
