import type { OpKind } from '../../core/trace.ts';
import type { Schedule } from '../../schedules/schedule.ts';
import { ScheduleError } from '../schedule-error.ts';
import { later } from './collections/ring.ts';
import { B, codeOf, U, W } from './durations.ts';
import { BLOCKED, COMMUNICATING, STARVED } from './tally.ts';
import type { Traffic } from './traffic.ts';

const NONE = -1;

/** Asks a schedule that is a policy what a stage does next. */
export class Policy {
  /** where it says nothing: why, and when something may be there to do */
  why = STARVED;
  soonest = Number.POSITIVE_INFINITY;
  private readonly schedule: Schedule;
  private readonly traffic: Traffic;
  private readonly local: boolean;
  private readonly ready: { -readonly [op in OpKind]?: number | undefined } = {};

  constructor(schedule: Schedule, traffic: Traffic) {
    this.schedule = schedule;
    this.traffic = traffic;
    this.local = schedule.serves.includes('locally');
  }

  /**
   * The next op of a stage as 4 · stage + op, or −1.
   *
   * @throws {ScheduleError} when the schedule names an op that is not ready
   */
  next(stage: number, now: number): number {
    const { ready, local, traffic } = this;
    const { done } = traffic;
    const at = 4 * stage;
    const input = traffic.inputAt(stage);
    const parked = traffic.parked(stage);
    const back = local ? Number.POSITIVE_INFINITY : traffic.gradientAt(stage);
    ready.F = input <= now && !parked ? done[at] : undefined;
    ready.B = back <= now ? done[at + B] : undefined;
    ready.W = done[at + W] < done[local ? at : at + B] ? done[at + W] : undefined;
    ready.U = done[at + U] < done[at + W] ? done[at + U] : undefined;
    const op = this.schedule.next?.(ready);
    if (op !== undefined) {
      if (ready[op] !== undefined) return at + codeOf(op);
      throw new ScheduleError(`op of schedule ${this.schedule.name} must be one that is ready; got ${op}`);
    }
    this.soonest = Math.min(later(input, now), later(back, now));
    const nothing = this.soonest === Number.POSITIVE_INFINITY || traffic.outside(stage);
    this.why = parked && input <= now ? BLOCKED : nothing ? STARVED : COMMUNICATING;
    return NONE;
  }
}
