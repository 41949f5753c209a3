import { must } from '../core/check.ts';
import { type Share, stepsOf } from '../graph/order.ts';
import { type Ready, type Schedule, type Step, step } from '../schedules/schedule.ts';

/** What a device does next, by its schedule's policy or by its fixed order. */
export interface Agenda {
  /** the only step that it takes next; undefined: any that is ready */
  readonly awaits: Step | undefined;
  /** The step to take, one of those that are ready; undefined: wait. */
  next(stages: readonly Prospect[]): Turn | undefined;
  /** Notes a step that was taken for a microbatch that is learned from. */
  done(step: Step): void;
}

/** What a stage could do. */
export interface Prospect {
  ready(): Ready;
  /** whether no more microbatch will come */
  readonly noMore: boolean;
  /** whether it could predict now, though what came in before may have to wait */
  readonly predicts: boolean;
}

export interface Turn extends Step {
  /** whether it is a prediction that overtakes what is learned from */
  readonly overtakes?: boolean;
}

/** @throws {RangeError} by its `next`, when the schedule names an op that is not ready */
export function agendaOf(schedule: Schedule, share: Share): Agenda {
  return schedule.order ? new FixedOrder(schedule, share) : byPolicy(schedule);
}

/** A policy is asked by a device with one stage. */
function byPolicy(schedule: Schedule): Agenda {
  const steps = { F: step('F'), B: step('B'), W: step('W'), U: step('U') };
  return {
    awaits: undefined,
    next([stage]) {
      const ready = stage.ready();
      const op = schedule.next?.(ready);
      must(
        op === undefined || ready[op] !== undefined,
        `op of schedule '${schedule.name}'`,
        'one that is ready',
        op,
      );
      return op && steps[op];
    },
    done() {},
  };
}

/**
 * Follows an order step by step, and waits where the next is not ready. Predictions run where an F stands, in the order in
 * which they come, and do not move it on.
 *
 * A device with several stages predicts wherever it would wait. It may have to learn much by one stage before the F stands
 * that a prediction waits for at the other, of microbatches that come in behind that prediction: it would wait for ever.
 *
 * When the run is aborted fewer microbatches come than the order was made for: steps of those that never come are left
 * out, and an update takes what there is. No stage waits for that which another leaves out, for all see the same end.
 */
class FixedOrder implements Agenda {
  private readonly name: string;
  private readonly steps: Iterator<Step>;
  /** of each stage of the device */
  private readonly counts: { F: number; B: number; W: number; U: number; weighed: number }[] = [];
  private readonly overtaking: Turn[] = [];
  awaits: Step | undefined;

  constructor(schedule: Schedule, share: Share) {
    this.name = schedule.name;
    this.steps = stepsOf(schedule, share);
    this.advance();
  }

  next(stages: readonly Prospect[]): Turn | undefined {
    while (this.awaits !== undefined && this.neverComes(this.awaits, stages)) this.advance();
    const { op, chunk } = this.awaits ?? first;
    if (stages[chunk].ready()[op] !== undefined) return this.awaits ?? first;
    if (stages.length === 1) return undefined;
    const other = stages.findIndex(({ predicts }) => predicts);
    if (other < 0) return undefined;
    this.overtaking[other] ??= { op: 'F', chunk: other, overtakes: true };
    return this.overtaking[other];
  }

  done({ op, chunk }: Step): void {
    const { awaits } = this;
    must(
      op === awaits?.op && chunk === awaits.chunk,
      `next op of schedule '${this.name}'`,
      awaits === undefined ? 'none, its order has ended' : nameOf(awaits),
      nameOf({ op, chunk }),
    );
    const count = this.countOf(chunk);
    count[op]++;
    if (op === 'W') count.weighed++;
    if (op === 'U') count.weighed = 0;
    this.advance();
  }

  private advance(): void {
    const { done, value } = this.steps.next();
    this.awaits = done ? undefined : value;
  }

  private countOf(chunk: number) {
    this.counts[chunk] ??= { F: 0, B: 0, W: 0, U: 0, weighed: 0 };
    return this.counts[chunk];
  }

  /** Whether a step belongs to a microbatch that did not come, or updates with none. */
  private neverComes({ op, chunk }: Step, stages: readonly Prospect[]): boolean {
    if (op === 'F') return stages[chunk].noMore;
    const count = this.countOf(chunk);
    return op === 'U' ? count.weighed === 0 : count[op] >= count.F;
  }
}

const first = step('F');

function nameOf({ op, chunk }: Step): string {
  return chunk === 0 ? op : `${op} of chunk ${chunk}`;
}
