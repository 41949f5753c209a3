import type { ArrivalEvent, OpEvent, TraceEvent } from '../../core/trace.ts';
import { Learning } from '../../measures/parts/learned.ts';
import { TimeBins } from './time-bins.ts';

/** What a run did in one stretch of time. */
export interface CoursePoint {
  /** the middle of the stretch, seconds from the run's time 0 */
  readonly seconds: number;
  /** those of the microbatches of an update come evenly from the update before to its own */
  readonly samplesPerSecond: number;
  /**
   * arrival to last update of the microbatches that ended here, milliseconds; of an open line from when their samples were
   * to come, on average; NaN where none ended
   */
  readonly p50: number;
  readonly p99: number;
  /** microbatches that had arrived and were not learned from by all stages, when the stretch ended */
  readonly inFlight: number;
  /** microbatches that were ready in front of each stage and whose F had not begun, when the stretch ended [stages] */
  readonly waiting: readonly number[];
  /** samples that waited in front of an open line, at most; left out where it did not tell */
  readonly inFront?: number;
  /** bytes of activations that each stage held, at most [stages] */
  readonly held: readonly number[];
}

/** steps of a latency's histogram in each power of two: it is told to 2 % */
const steps = 32;
const latencies = 48 * steps;

/**
 * Folds a trace into the course of its run, in about a hundred equal stretches of time: throughput, latency, queues and
 * memory. Memory does not grow with the trace.
 */
export class CourseFold {
  readonly #stages: number;
  readonly #arrived = new TimeBins(1);
  readonly #byUpdate: LearnedBins;
  /** of a trace without an update, for those that take no time are not in its file: what was learned by the last W */
  readonly #byGradient: LearnedBins;
  readonly #ready: TimeBins;
  readonly #begun: TimeBins;
  readonly #held: TimeBins;
  /** the last op of each stage [stages] */
  readonly #before: ({ readonly end: number; readonly held: number } | undefined)[] = [];
  readonly #front = new TimeBins(1, Math.max);
  /** the last that an open line told of the samples in front of it */
  #tally: { readonly start: number; readonly waiting: number } | undefined;
  #end = 1;

  constructor(stages: number) {
    this.#stages = stages;
    this.#ready = new TimeBins(stages);
    this.#begun = new TimeBins(stages);
    this.#held = new TimeBins(stages, Math.max);
    this.#byUpdate = new LearnedBins(stages);
    this.#byGradient = new LearnedBins(stages);
  }

  add(event: TraceEvent): void {
    if (event.kind === 'start') return;
    if (event.kind === 'tally') {
      const { start, waiting } = event;
      if (this.#tally) this.#front.hold(this.#tally.start, start, 0, this.#tally.waiting);
      this.#front.add(start, 0, waiting);
      this.#tally = { start, waiting };
      return;
    }
    this.#byUpdate.add(event);
    if (event.kind !== 'op') this.#byGradient.add(event);
    else if (event.op === 'W') this.#byGradient.add({ ...event, op: 'U' });
    if (event.kind === 'arrival' && event.purpose === 'learn') {
      this.#arrived.add(event.start, 0, 1);
      this.#ready.add(event.start, 0, 1);
    } else if (event.kind === 'op' && event.stage < this.#stages && event.purpose === 'learn') {
      this.#end = Math.max(this.#end, event.end);
      this.#hold(event);
      if (event.op !== 'F') return;
      this.#begun.add(event.start, event.stage, 1);
      if (event.stage + 1 < this.#stages) this.#ready.add(event.end, event.stage + 1, 1);
    }
  }

  /** While a stage waits it holds what was left of the op before and is there for the next. */
  #hold({ stage, start, end, held }: OpEvent): void {
    const before = this.#before[stage];
    if (before && start > before.end) this.#held.hold(before.end, start, stage, Math.min(before.held, held));
    this.#held.hold(start, end, stage, held);
    this.#before[stage] = { end, held };
  }

  /** stages that wait for nothing, and runs in which nothing was learned, have no points */
  value(): CoursePoint[] {
    const found = this.#byUpdate.count > 0 ? this.#byUpdate : this.#byGradient;
    const { samples, learned, latency } = found;
    const bins = [
      samples,
      learned,
      latency,
      this.#arrived,
      this.#ready,
      this.#begun,
      this.#held,
      this.#front,
    ];
    const width = Math.max(...bins.map((one) => one.width));
    for (const one of bins) one.widen(width);
    // what is left behind the last whole stretch is too short to tell a rate
    const count = Math.min(TimeBins.count, Math.max(1, Math.round(this.#end / width)));
    if (found.count === 0) return [];
    let inFlight = 0;
    const waiting = new Array<number>(this.#stages).fill(0);
    return Array.from({ length: count }, (_, bin) => {
      inFlight += this.#arrived.at(bin) - learned.at(bin);
      const last = Math.min((bin + 1) * width, this.#end);
      for (let stage = 0; stage < this.#stages; stage++)
        waiting[stage] = waiting[stage] + this.#ready.at(bin, stage) - this.#begun.at(bin, stage);
      return {
        seconds: (bin * width + last) / 2e9,
        samplesPerSecond: (1e9 * samples.at(bin)) / (last - bin * width),
        ...{ p50: found.percentile(bin, 0.5), p99: found.percentile(bin, 0.99) },
        // a stage may begin before the one below it has told that it is done
        ...{ inFlight, waiting: waiting.map((count) => Math.max(0, count)) },
        ...(this.#tally && { inFront: this.#front.at(bin) }),
        held: Array.from({ length: this.#stages }, (_, stage) => this.#held.at(bin, stage)),
      };
    });
  }
}

/** When a microbatch came; of an open line when its samples were to come, on average. */
function cameAt({ start, intended = new Float64Array() }: ArrivalEvent): number {
  return intended.length === 0 ? start : intended.reduce((sum, one) => sum + one, 0) / intended.length;
}

/** What every stage has learned from, over time. */
class LearnedBins {
  readonly samples = new TimeBins(1);
  readonly learned = new TimeBins(1);
  readonly latency = new TimeBins(latencies);
  readonly #learning: Learning;

  constructor(stages: number) {
    let [before, last] = [0, 0];
    this.#learning = new Learning(({ arrival, end }) => {
      // those of one update end together
      if (end > last) [before, last] = [last, end];
      this.samples.spread(Math.min(before, end), end, 0, arrival.rows);
      this.learned.add(end, 0, 1);
      const step = Math.round(steps * Math.log2(Math.max(1, end - cameAt(arrival))));
      this.latency.add(end, Math.min(latencies - 1, step), 1);
    });
    this.#learning.add({ kind: 'start', stages, tile: '', kernels: '', start: 0 });
  }

  /** samples */
  get count(): number {
    return this.#learning.learned;
  }

  add(event: TraceEvent): void {
    this.#learning.add(event);
  }

  percentile(bin: number, share: number): number {
    let count = 0;
    for (let step = 0; step < latencies; step++) count += this.latency.at(bin, step);
    let below = 0;
    for (let step = 0; step < latencies; step++) {
      below += this.latency.at(bin, step);
      if (count > 0 && below >= share * count) return 2 ** (step / steps) / 1e6;
    }
    return Number.NaN;
  }
}
