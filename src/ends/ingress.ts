import type { Random } from '../core/random.ts';
import { arrayIn, type State } from '../core/state.ts';
import type { LossReason } from '../core/trace.ts';
import type { LiveSamples } from '../data/endless.ts';
import type { ResolvedLine } from '../pipeline/resolved.ts';
import { LossyQueue } from '../work/channels/lossy-queue.ts';
import { ArrivalPlan } from './arrival-plan.ts';
import type { Pace } from './steering.ts';

/** A microbatch that has come. */
export interface Arrived {
  /** its samples are those from `first` on */
  readonly first: number;
  readonly rows: number;
  /** when each of its samples was to come, by the plan [rows] */
  readonly intended: Float64Array;
}

/** What is lost at a full queue. */
export interface Lost {
  readonly rows: number;
  readonly reason: LossReason;
  /** nanoseconds since the run began */
  readonly at: number;
}

export interface IngressOptions {
  readonly line: ResolvedLine;
  /** samples of a microbatch */
  readonly size: number;
  /** the line's stream */
  readonly random: Random;
  /** where the samples come by themselves: which are here */
  readonly live?: LiveSamples | undefined;
  /** when the plan begins, in nanoseconds since the run began */
  readonly origin: number;
  /** as `state()` gave it: goes on from there; left out, from the stream's first sample */
  readonly state?: State | undefined;
  /** by which samples come faster or slower than planned; left out, as planned */
  readonly pace?: Pace | undefined;
  /** microbatches that come at most; Infinity: no bound */
  readonly atMost: number;
  readonly lost: (what: Lost) => void;
}

/**
 * The queue in front of a pipeline: samples come by an absolute plan, whether or not somebody takes them, and wait in
 * microbatches for their turn. What comes while it is full is the overflow's business.
 *
 * A lossless one keeps nothing but two places in its plan, one for what has come and one for what was taken: its backlog takes
 * no memory, however long it grows. (Samples that come by themselves wait where they come from.)
 */
export class Ingress {
  private readonly options: IngressOptions;
  private readonly came: ArrivalPlan;
  /** what was taken, of a lossless line */
  private readonly taken: ArrivalPlan | undefined;
  private readonly queued: LossyQueue<Arrived>;
  /** what waits, oldest first */
  private readonly queue: Arrived[];
  private readonly draws: Random;
  /** of the microbatch that is not yet full */
  private filling: number[] = [];
  /** samples taken or dropped */
  private gone: number;
  /** samples that were here at the last look, where they come by themselves */
  private seen = 0;
  /** whether the time is over in which they come, where they come by themselves */
  private over = false;

  constructor(options: IngressOptions) {
    const { line, random, origin, state, pace } = options;
    const [first] = state ? arrayIn(state, 'position', 1) : [0];
    const plan = () => new ArrivalPlan(line, random.fork('arrivals'), { origin, first, pace });
    this.options = options;
    this.came = plan();
    this.taken = line.overflow.lossless && options.live === undefined ? plan() : undefined;
    this.draws = random.fork('overflow');
    this.queued = new LossyQueue({
      ...{ overflow: line.overflow, room: line.room, random: this.draws },
      intended: ({ intended, rows }) => intended[rows - 1],
      lost: (one, at) => this.drop(one, at),
    });
    this.queue = this.queued.items;
    this.gone = first;
    const queue = state?.queue ?? [];
    for (let i = 0; i < queue.length; i += 2) {
      // it came before this run began
      const [start, rows] = [queue[i], queue[i + 1]];
      this.queue.push({ first: start, rows, intended: new Float64Array(rows) });
      this.gone -= rows;
    }
    if (state) this.draws.restore(Float64Array.from(arrayIn(state, 'draws', this.draws.state().length)));
  }

  /** Where it stands. What a lossless line has not taken comes again, and what fills a microbatch that is not full. */
  state(): State {
    const position = this.taken ? this.taken.count : this.came.count - this.filling.length;
    const queue = Float64Array.from(this.queue.flatMap(({ first, rows }) => [first, rows]));
    return { position: Float64Array.of(position), queue, draws: this.draws.state() };
  }

  /** samples that have come since the stream's first */
  get offered(): number {
    return this.came.count;
  }

  /** samples that have come and were neither taken nor dropped */
  get waiting(): number {
    return this.came.count - this.gone;
  }

  /** microbatches, full ones, that wait */
  get depth(): number {
    return this.taken ? Math.floor(this.waiting / this.options.size) : this.queue.length;
  }

  /** whether nothing more will come */
  get ended(): boolean {
    return !Number.isFinite(this.next);
  }

  /** when the next sample comes, in nanoseconds since the run began; Infinity where none does, or it is not known */
  private get next(): number {
    const { atMost, size, live } = this.options;
    if (this.over || this.came.count >= atMost * size) return Number.POSITIVE_INFINITY;
    if (live?.ended && this.came.count >= live.available) return Number.POSITIVE_INFINITY;
    return this.came.next;
  }

  /** Takes in what has come by now. What comes by itself has come once it is here, if the plan does not want it later. */
  advance(now: number): void {
    const { size, live, line, origin } = this.options;
    if (live !== undefined && now > origin + line.lasts) this.over = true;
    while (this.next <= now && (live === undefined || this.came.count < live.available)) {
      const late = live !== undefined && this.came.count >= this.seen;
      const planned = this.came.take();
      if (this.taken) continue;
      const at = late ? Math.max(planned, now) : planned;
      this.filling.push(at);
      if (this.filling.length === size) this.fill(at);
    }
    this.seen = live?.available ?? 0;
    if (this.ended && this.filling.length > 0) this.fill(this.filling[this.filling.length - 1]);
    this.queued.expire(now);
  }

  /** When the next microbatch could be taken: 0 where one waits, Infinity where none comes any more or it is not known when. */
  get readyAt(): number {
    const { size, live, atMost } = this.options;
    if (this.taken ? this.waiting >= size || (this.ended && this.waiting > 0) : this.queue.length > 0)
      return 0;
    if (this.ended) return Number.POSITIVE_INFINITY;
    const { came } = this;
    const lacking = Math.min(size - (this.waiting % size), atMost * size - came.count);
    if (live === undefined || came.count + lacking <= live.available) return this.lastOf(lacking);
    return live.ended ? this.lastOf(live.available - came.count) : Number.POSITIVE_INFINITY;
  }

  /** when the n-th sample from now comes, or where the plan ends before it the last one that comes */
  private lastOf(n: number): number {
    let at = Number.POSITIVE_INFINITY;
    for (let i = n; i > 0 && at === Number.POSITIVE_INFINITY; i--) at = this.came.at(i);
    return at;
  }

  /** Takes the oldest microbatch that has come by now. */
  take(now: number): Arrived | undefined {
    this.advance(now);
    const one = this.taken ? this.takeFromPlan(this.taken) : this.queue.shift();
    if (one === undefined) return undefined;
    this.gone += one.rows;
    this.options.live?.release(one.first);
    return one;
  }

  private takeFromPlan(plan: ArrivalPlan): Arrived | undefined {
    const { size } = this.options;
    const rows = Math.min(size, this.waiting);
    if (rows === 0 || (rows < size && !this.ended)) return undefined;
    const first = plan.count;
    return { first, rows, intended: Float64Array.from({ length: rows }, () => plan.take()) };
  }

  /** A microbatch is full. */
  private fill(at: number): void {
    const rows = this.filling.length;
    const one = { first: this.came.count - rows, rows, intended: Float64Array.from(this.filling) };
    this.filling = [];
    this.queued.add(one, at);
  }

  private drop({ rows }: Arrived, at: number): void {
    this.gone += rows;
    const { reason = 'drop-newest' } = this.options.line.overflow;
    this.options.lost({ rows, reason, at });
  }
}
