import { must } from '../core/check.ts';
import type { OpKind } from '../core/trace.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import { type Share, stepsOf } from './order.ts';

/** What a stage does next, by its schedule's policy or by its fixed order. */
export interface Agenda {
  /** the only op that it takes next; undefined: any that is ready */
  readonly awaits: OpKind | undefined;
  /**
   * The op to run, one of those ready; undefined: wait.
   *
   * @param ended  whether no more microbatch will come
   */
  next(ready: Ready, ended: boolean): OpKind | undefined;
  /** Notes an op of a microbatch that is learned from. */
  done(op: OpKind): void;
}

/** @throws {RangeError} by its `next`, when the schedule names an op that is not ready */
export function agendaOf(schedule: Schedule, share: Share): Agenda {
  if (schedule.order) return new FixedOrder(schedule, share);
  return {
    awaits: undefined,
    next(ready) {
      const op = schedule.next?.(ready);
      must(
        op === undefined || ready[op] !== undefined,
        `op of schedule '${schedule.name}'`,
        'one that is ready',
        op,
      );
      return op;
    },
    done() {},
  };
}

/**
 * Follows an order step by step, and waits where the next is not ready. Predictions run where an F stands, in the order in
 * which they come, and do not move it on.
 *
 * When the run is aborted fewer microbatches come than the order was made for: steps of those that never come are left
 * out, and an update takes what there is. No stage waits for that which another leaves out, for all see the same end.
 */
class FixedOrder implements Agenda {
  private readonly name: string;
  private readonly steps: Iterator<OpKind>;
  private readonly count = { F: 0, B: 0, W: 0, U: 0 };
  private weighed = 0;
  awaits: OpKind | undefined;

  constructor(schedule: Schedule, share: Share) {
    this.name = schedule.name;
    this.steps = stepsOf(schedule, share);
    this.advance();
  }

  next(ready: Ready, ended: boolean): OpKind | undefined {
    while (this.awaits !== undefined && this.neverComes(this.awaits, ended)) this.advance();
    const op = this.awaits ?? 'F';
    return ready[op] === undefined ? undefined : op;
  }

  done(op: OpKind): void {
    must(
      op === this.awaits,
      `next op of schedule '${this.name}'`,
      this.awaits ?? 'none, its order has ended',
      op,
    );
    this.count[op]++;
    if (op === 'W') this.weighed++;
    if (op === 'U') this.weighed = 0;
    this.advance();
  }

  private advance(): void {
    const { done, value } = this.steps.next();
    this.awaits = done ? undefined : value;
  }

  /** Whether a step belongs to a microbatch that did not come, or updates with none. */
  private neverComes(op: OpKind, ended: boolean): boolean {
    if (op === 'F') return ended;
    return op === 'U' ? this.weighed === 0 : this.count[op] >= this.count.F;
  }
}
