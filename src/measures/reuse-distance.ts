import { must, mustBeWhole } from '../core/check.ts';
import type { OpEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';
import {
  type Accessed,
  accessLabels,
  accessLayer,
  accessSamples,
  type LayerBuffers,
} from './parts/layer-accesses.ts';
import { type Reuse, ReuseTracker } from './parts/reuse-tracker.ts';

/** What one memory has seen: of all buffers, and of activities alone, where weights stay where they are used. */
export interface MemoryReuse {
  readonly all: Reuse;
  readonly activities: Reuse;
}

/** What a stage holds of each microbatch from the end of its F to the end of its W: its input and its layers' activities. */
export interface Residency {
  /** floats held at the same time, at most */
  readonly peakFloats: number;
  /** floats times nanoseconds from the end of F to the end of W, a mean over the microbatches */
  readonly floatNanoseconds: number;
}

export interface ReuseDistance {
  /** microbatches that the first stage has learned from, those of the warm-up left out */
  readonly microbatches: number;
  /** all stages over one memory, in the order in which their ops ended */
  readonly machine: MemoryReuse;
  /** each stage over a memory of its own, with a clock of its own; what it is sent is written there first [stages] */
  readonly workers: readonly MemoryReuse[];
  /** [stages] */
  readonly residency: readonly Residency[];
}

export interface ReuseOptions {
  /** microbatches at the beginning whose accesses move the clock and are not counted, ≥ 0; left out, 0 */
  readonly warmUp?: number;
}

/**
 * Reuse distances of a run: what the ops of its stages read and write (see `accessLayer`), in memories of named buffers whose
 * clocks count floats. Works on every trace, of real threads and of the simulator. Predictions are left out, and so are
 * weights before they are first used: a warm-up gives the figures of the steady state.
 *
 * @param layers  from the input on
 * @throws {RangeError} unless the layers lie in stages in order, and in those of the run
 * @see `ReuseTracker` for the definitions
 */
export function reuseDistance(
  layers: readonly LayerBuffers[],
  { warmUp = 0 }: ReuseOptions = {},
): Measure<ReuseDistance> {
  mustBeWhole(layers.length, 'layers of a reuse distance', 1);
  mustBeWhole(warmUp, 'warmUp of a reuse distance', 0, 'microbatches');
  const placed = layers.map((layer, index) => ({ ...layer, stage: layer.stage ?? index, index }));
  const stages = placed.map(({ stage }) => stage);
  const rises = (stage: number, i: number) =>
    stage === (stages[i - 1] ?? 0) || stage === (stages[i - 1] ?? -1) + 1;
  must(stages[0] === 0 && stages.every(rises), 'stages of the layers', 'from 0, rising by 1 at most', stages);
  const last = placed.length - 1;
  const count = stages[last] + 1;
  const makesGradients = placed[last].learns === 'backward';
  const machine = new MemoryPair();
  const workers = Array.from({ length: count }, () => new MemoryPair());
  const books = Array.from({ length: count }, () => new ResidencyBook());
  let learned = 0;
  let came = 0;
  /** the first microbatch behind the warm-up: numbers rise, but predictions have some of them */
  let first = Number.POSITIVE_INFINITY;
  const run = (event: OpEvent): void => {
    const { op, stage, microbatch, rows } = event;
    const own = placed.filter((layer) => layer.stage === stage);
    const receiver = own[op === 'F' ? 0 : own.length - 1];
    const passes = op === 'F' ? own : own.toReversed();
    for (const layer of passes) {
      const { index } = layer;
      const access = { op, microbatch, rows, index, last: index === last };
      accessLayer(layer, { ...access, receives: false }, machine);
      const receives = layer === receiver && (op === 'F' ? index > 0 : index < last);
      accessLayer(layer, { ...access, receives }, workers[stage]);
    }
  };
  return {
    add(event) {
      if (event.kind === 'start')
        must(event.stages === count, 'stages of the layers', `${event.stages}, those of the run`, count);
      if (event.kind === 'arrival' && event.purpose === 'learn') {
        if (came++ === warmUp) first = event.microbatch;
        machine.counting = event.microbatch >= first;
        accessSamples(placed[0], event, machine);
        if (makesGradients) accessLabels(placed[last], event, machine);
      }
      if (event.kind !== 'op' || event.purpose !== 'learn' || event.again) return;
      const { op, stage, microbatch } = event;
      const counts = microbatch >= first;
      machine.counting = counts;
      workers[stage].counting = counts;
      if (op === 'F' && stage === 0) accessSamples(placed[0], event, workers[0]);
      if (op === 'B' && stage === count - 1) accessLabels(placed[last], event, workers[stage]);
      run(event);
      if (op === 'F') books[stage].begin(event, placed);
      else if (op === 'W') books[stage].end(event, counts);
      if (op === 'W' && stage === 0 && counts) learned++;
    },
    value: () => ({
      microbatches: learned,
      machine: machine.value(),
      workers: workers.map((worker) => worker.value()),
      residency: books.map((book) => book.value()),
    }),
  };
}

/** One memory, and the same without its weights. */
class MemoryPair implements Accessed {
  private readonly all = new ReuseTracker();
  private readonly activities = new ReuseTracker();

  set counting(counts: boolean) {
    this.all.counting = counts;
    this.activities.counting = counts;
  }

  read(buffer: string, floats: number, weights = false): void {
    this.all.read(buffer, floats);
    if (!weights) this.activities.read(buffer, floats);
  }

  write(buffer: string, floats: number, weights = false): void {
    this.all.write(buffer, floats);
    if (!weights) this.activities.write(buffer, floats);
  }

  forget(buffer: string): void {
    this.all.forget(buffer);
    this.activities.forget(buffer);
  }

  value(): MemoryReuse {
    return { all: this.all.value(), activities: this.activities.value() };
  }
}

/** The microbatches of one stage between F and W. */
class ResidencyBook {
  private readonly begun = new Map<number, { readonly floats: number; readonly at: number }>();
  private held = 0;
  private peak = 0;
  private sum = 0;
  private count = 0;

  begin({ stage, microbatch, rows, end }: OpEvent, layers: readonly LayerBuffers[]): void {
    const own = layers.filter((layer) => layer.stage === stage);
    const [{ inputs, streams = 1 }] = own;
    const outputs = own.reduce((sum, { units, streams = 1 }) => sum + units * streams, 0);
    const floats = (inputs * streams + outputs) * rows;
    this.begun.set(microbatch, { floats, at: end });
    this.held += floats;
    this.peak = Math.max(this.peak, this.held);
  }

  end({ microbatch, end }: OpEvent, counts: boolean): void {
    const one = this.begun.get(microbatch);
    if (one === undefined) return;
    this.begun.delete(microbatch);
    this.held -= one.floats;
    if (!counts) return;
    this.sum += one.floats * (end - one.at);
    this.count++;
  }

  value(): Residency {
    return { peakFloats: this.peak, floatNanoseconds: this.count === 0 ? 0 : this.sum / this.count };
  }
}
