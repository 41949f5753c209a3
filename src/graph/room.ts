import { must } from '../core/check.ts';
import type { OpKind } from '../core/trace.ts';
import type { Schedule, Step } from '../schedules/schedule.ts';
import { remainder, type Share, stepsOf } from './order.ts';

/** What the links into a stage must be able to hold so that orders never wait for room. */
export interface Room {
  /** inputs between their F and their W; where devices have several stages, those that wait for their F too */
  readonly inputs: number;
  /** gradients that may have come before their B */
  readonly gradients: number;
}

/**
 * The room of each stage.
 *
 * @param way  the device of each stage
 */
export function roomsOf(schedule: Schedule, way: readonly number[], share: Omit<Share, 'device'>): Room[] {
  if (way.length === share.devices) return way.map((device) => roomFor(schedule, { ...share, device }));
  const { flush, microbatches } = share;
  const sizes = new Set([Math.min(flush, microbatches), remainder(microbatches, flush)]);
  sizes.delete(0);
  const plays = [...sizes].map((size) => played(schedule, way, { ...share, microbatches: size }));
  return way.map((_, stage) => ({
    inputs: Math.max(0, ...plays.map((rooms) => rooms[stage].inputs)),
    gradients: Math.max(0, ...plays.map((rooms) => rooms[stage].gradients)),
  }));
}

/**
 * Plays the order of a device with one stage. Where all have one, a stage that waits for room holds nobody up but itself, so
 * its own order tells; one that goes through the whole run repeats itself, so its beginning tells.
 */
export function roomFor(schedule: Schedule, share: Share): Room {
  const { microbatches, flush } = share;
  const enough = schedule.updates === 'flush' ? flush + remainder(microbatches, flush) : 4096;
  const done = { F: 0, B: 0, W: 0, U: 0 };
  let inputs = 0;
  let gradients = 0;
  for (const { op } of stepsOf(schedule, { ...share, microbatches: Math.min(microbatches, enough) })) {
    done[op]++;
    inputs = Math.max(inputs, done.F - done.W);
    gradients = Math.max(gradients, done.F - done.B);
  }
  return { inputs, gradients };
}

/**
 * Plays one flush on all devices, a step of each by turns. A device with several stages that waits for room holds the others
 * up; but fixed orders over bounded links can always be carried out if they can once, and once is what is played here. The
 * next flush begins on what is left of the one before, which needs nothing of it.
 */
function played(schedule: Schedule, way: readonly number[], share: Omit<Share, 'device'>): Room[] {
  const stages = way.map((): Record<OpKind, number> => ({ F: 0, B: 0, W: 0, U: 0 }));
  const rooms = way.map(() => ({ inputs: 0, gradients: 0 }));
  const desks = Array.from({ length: share.devices }, (_, device) => ({
    steps: stepsOf(schedule, { ...share, device }),
    own: way.flatMap((of, stage) => (of === device ? [stage] : [])),
    next: undefined as Step | undefined,
  }));
  const ready = (stage: number, op: OpKind): boolean => {
    const { F, B, W } = stages[stage];
    if (op === 'F') return stage === 0 || stages[stage - 1].F > F;
    if (op !== 'B') return true;
    // a gradient that is sent after W stands in the way of the next one
    if (schedule.sendsGradientAfter === 'W' && B > W) return false;
    const sent = stages[stage + 1]?.[schedule.sendsGradientAfter] ?? F;
    return sent + (schedule.gradientDelay ?? 0) > B;
  };
  for (const desk of desks) desk.next = following(desk.steps);
  for (let moved = true; moved; ) {
    moved = false;
    for (const desk of desks) {
      if (desk.next === undefined) continue;
      const { op, chunk } = desk.next;
      const stage = desk.own[chunk];
      if (!ready(stage, op)) continue;
      stages[stage][op]++;
      desk.next = following(desk.steps);
      moved = true;
      if (op === 'F') {
        const into = Math.min(stage + 1, stages.length - 1);
        for (const s of [stage, into]) {
          const came = s === 0 ? stages[s].F : stages[s - 1].F;
          rooms[s].inputs = Math.max(rooms[s].inputs, came - stages[s].W);
        }
      }
      if (op === 'B' && stage > 0) {
        const waiting = stages[stage].B - stages[stage - 1].B;
        rooms[stage - 1].gradients = Math.max(rooms[stage - 1].gradients, waiting);
      }
    }
  }
  const stuck = desks.findIndex(({ next }) => next !== undefined);
  must(
    stuck < 0,
    `order of schedule '${schedule.name}'`,
    'one that can be carried out',
    `device ${stuck} stuck`,
  );
  return rooms;
}

function following(steps: Iterator<Step>): Step | undefined {
  const { done, value } = steps.next();
  return done ? undefined : value;
}
