import type { Plan } from '../core/plan.ts';
import type { OpKind } from '../core/trace.ts';

/** The microbatch for which each kind of op could run now; the oldest where there are several. */
export type Ready = { readonly [op in OpKind]?: number | undefined };

/**
 * What a stage does next: a policy over what is ready (`next`), or an order that is fixed beforehand (`order`). It has one
 * of the two.
 */
export interface Schedule {
  readonly name: string;
  /** the rules whose layers it keeps in step: no gradient meets weights newer than those that made the activity */
  readonly serves: readonly ('locally' | 'backward')[];
  /** microbatches that may be inside the pipeline at the same time; Infinity: as many as the links hold */
  readonly inFlight: number;
  /** the op after which a stage gives its input back to the sender */
  readonly returnsInputAfter: 'W' | 'U';
  /** the op after which the activity goes on; left out, F */
  readonly sendsActivityAfter?: 'F' | 'W';
  /** the op after which a stage sends the gradient down */
  readonly sendsGradientAfter: 'B' | 'W';
  /**
   * when weights change: with every microbatch; with every `flush`, when the pipeline has run empty; or with every
   * `window` of so many microbatches while others are under way
   */
  readonly updates: 'microbatch' | 'flush' | 'window';
  /** whether a stage keeps the weights that a microbatch went forward with until its gradient has come */
  readonly stashes?: boolean;
  /**
   * the weights by which B goes back where they have changed since the F of its microbatch: `newest`, so no copy is kept and
   * the gradient is a mixture of both; left out, those that the F read
   */
  readonly goesBackBy?: 'newest';
  /**
   * microbatches between the one whose gradient comes down and the one whose B takes it, ≥ 0: so many empty gradients lie on
   * each edge down when the run begins; left out, 0: B takes the gradient of its own microbatch
   */
  readonly gradientDelay?: number;
  /** whether all microbatches of a flush are inside at once */
  readonly holdsFlush?: boolean;
  /** whether only inputs are kept, and the forward is made again before B */
  readonly recomputes?: boolean;
  /**
   * whether a stage begins its next flush without waiting for the others, the update being checked afterwards: a flush then
   * lasts as long as the busiest stage needs from its first op to its last, though the stages are shifted in time
   *
   * @see Qi 2023, Zero Bubble Pipeline Parallelism, section 4
   */
  readonly validatesAfterwards?: boolean;
  /**
   * whether only the first of each p microbatches waits for what comes from the last device round to the first, or back:
   * so published figures of the interleaved schedule have it
   */
  readonly overlooksWraps?: boolean;
  /** the op to run, one of those ready; undefined: wait */
  next?(ready: Ready): OpKind | undefined;
  /** all that a device does in one flush, in order; where weights change without a flush, in the whole run */
  order?(place: Place): Iterable<Step>;
  /** on which devices the stages lie; left out, one a device, in a line */
  layout?(devices: number, microbatches: number): readonly Path[];
  /** @throws {RangeError} where it can't be made for so many devices and microbatches a flush */
  mustSuit?(devices: number, microbatches: number): void;
  /** how long a flush takes, or the run where nothing is flushed; left out, no form of it is written down */
  readonly makespan?: ClosedForm;
}

/** A makespan without a simulation: of times without chance and links with the usual room. */
export interface ClosedForm {
  /** in the letters of `FlushOf`, as people read it; factors differ where some stages are slower than others */
  formula(flush: FlushOf): string;
  /** @returns in the unit of the times */
  of(flush: FlushOf): number;
  /** where it holds; left out, wherever `ofAnyStages` allows */
  holds?(flush: FlushOf): boolean;
  /** whether stages may differ and updates take time; left out, there are 2 equal stages or more, whose updates take none */
  readonly ofAnyStages?: true;
}

/** What a closed form is of. Times in any unit, the same for all. */
export interface FlushOf {
  /** devices */
  readonly p: number;
  /** microbatches */
  readonly m: number;
  /** F, B (input gradient), W (weight gradient) and U of all that a device has, for a microbatch */
  readonly f: number;
  readonly b: number;
  readonly w: number;
  readonly u: number;
  /** latency of a link */
  readonly c: number;
  /** by which each device is slower, ≥ 0 [p] */
  readonly factors: readonly number[];
}

/** A device and what it has to do. */
export interface Place {
  /** from 0 */
  readonly device: number;
  readonly devices: number;
  /** of one flush, or of the run where nothing is flushed */
  readonly microbatches: number;
  /** microbatches behind one update, where `updates` is `window` */
  readonly window: number;
  /** what a stage's ops and a link's latency are about, any unit, for orders that are searched for */
  readonly costs: { readonly F: number; readonly B: number; readonly W: number; readonly latency: number };
}

/**
 * One op of an order. `chunk` counts the stages of one device, in the order of the layout's paths. Which microbatch is not
 * said: the n-th F of a chunk is of its n-th microbatch, and so are its n-th B and W.
 */
export interface Step {
  readonly op: OpKind;
  readonly chunk: number;
  /** on a B: its gradient goes down after the W that follows, though the schedule sends gradients after B */
  readonly late?: boolean;
}

/** A way through the devices: one stage after the other. */
export interface Path {
  /** the device of each stage */
  readonly devices: readonly number[];
  /** microbatches of one flush that go this way */
  readonly microbatches: number;
  /** of a device's costs, those of one stage on it: 1 / 2 where each device has two stages of half the layers */
  readonly share: number;
}

/** What fixed orders of backprop have alike. */
export const backpropOrder = {
  serves: ['backward'],
  inFlight: Number.POSITIVE_INFINITY,
  returnsInputAfter: 'W',
} as const;

const known = new Map<string, Step>();

/** The step of this op; equal steps are one object, for orders may be long. */
export function step(op: OpKind, chunk = 0, late = false): Step {
  const name = `${op}${chunk}${late ? ' late' : ''}`;
  let one = known.get(name);
  if (one === undefined) {
    one = late ? { op, chunk, late } : { op, chunk };
    known.set(name, one);
  }
  return one;
}

/**
 * Forwards and backwards by turns, behind some forwards; each W stands some backwards behind its B.
 *
 * @param ahead  forwards before the first backward
 * @param lag    backwards between a B and its W
 */
export function* alternate({ microbatches }: Place, ahead: number, lag: number): Generator<Step> {
  const first = Math.min(ahead, microbatches);
  for (let i = 0; i < first; i++) yield step('F');
  for (let i = 0; i < microbatches; i++) {
    yield step('B');
    if (i >= lag) yield step('W');
    if (first + i < microbatches) yield step('F');
  }
  for (let i = 0; i < Math.min(lag, microbatches); i++) yield step('W');
  yield step('U');
}

/** 1F1B through the whole run: an update behind each `window` microbatches and the last, whatever is under way. */
export function* withoutFlush({ device, devices, microbatches }: Place, window: number): Generator<Step> {
  const first = Math.min(devices - device, microbatches);
  for (let i = 0; i < first; i++) yield step('F');
  for (let i = 0; i < microbatches; i++) {
    yield step('B');
    yield step('W');
    if ((i + 1) % window === 0 || i + 1 === microbatches) yield step('U');
    if (first + i < microbatches) yield step('F');
  }
}

/** One stage a device. */
export function line(devices: number, microbatches: number): readonly Path[] {
  return [{ devices: Array.from({ length: devices }, (_, i) => i), microbatches, share: 1 }];
}

/** Two ways over the same devices, each with a stage on every one: chunk 0 of device d is stage d, chunk 1 stage p − 1 − d. */
export function bothWays(devices: number, microbatches: number): readonly Path[] {
  const up = Array.from({ length: devices }, (_, i) => i);
  const half = { microbatches: microbatches / 2, share: 1 };
  return [
    { devices: up, ...half },
    { devices: [...up].reverse(), ...half },
  ];
}

/** A plan for a schedule: its module exports `create(options): Schedule`. */
export type SchedulePlan = Plan<Schedule>;

/** One option of a schedule: the values it takes, and what they mean. */
export type ScheduleOption =
  | { readonly kind: 'whole'; readonly least: number; readonly says: string }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly says: string };

/** A factory of schedules that says of itself what a command needs to offer it. */
export interface ScheduleFactory {
  (options?: object): SchedulePlan;
  /** its options by name; an empty object where it has none */
  readonly takes: Readonly<Record<string, ScheduleOption>>;
  /** plans with options set that have a name of their own */
  readonly variants?: readonly SchedulePlan[];
}
