import { lastValueFrom } from 'rxjs';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  forwardForward,
  hardLabel,
  labelOverlay,
  type Measure,
  measure,
  monoForward,
  type Pipeline,
  pixels,
  type Runtime,
  run,
  stream,
  type TilePlan,
  throughput,
  utilisation,
} from '../src/index.ts';

/** What the bench measures on. */
export interface Ground {
  readonly samples: Dataset;
  readonly tile: TilePlan;
  readonly microbatch: number;
  /** left out, that of a pipeline */
  readonly capacity?: number;
  /** left out, 1 */
  readonly epochs?: number;
}

/** The Forward-Forward stream of the main job: SymBa, hard negatives of the first layer, Adam. */
export function ff(ground: Ground, units: readonly number[]): Pipeline {
  return {
    ...ground,
    encoding: labelOverlay(),
    negatives: hardLabel(),
    layers: units.map((width) => forwardForward({ units: width })),
    optimiser: adam({ learningRate: 2e-3 }),
    schedule: stream(),
  };
}

export function mono(ground: Ground, units: readonly number[]): Pipeline {
  return {
    ...ground,
    encoding: pixels(),
    layers: units.map((width) => monoForward({ units: width })),
    optimiser: adam({ learningRate: 3e-3 }),
    schedule: stream(),
  };
}

export function bp(ground: Ground, units: readonly number[]): Pipeline {
  return {
    ...ground,
    encoding: pixels(),
    layers: [...units.map((width) => backprop({ units: width })), crossEntropyHead()],
    optimiser: adam({ learningRate: 1e-3 }),
    schedule: blocking(),
  };
}

export interface Measured {
  /** once the pipeline was warm: learned after the first third of the samples, over the time that took */
  readonly samplesPerSecond: number;
  readonly stages: readonly { readonly busy: number; readonly communicating: number }[];
  /** length of the run, from the first arrival to the last update */
  readonly seconds: number;
}

/** One run of a pipeline from start to end. */
export async function measured(pipeline: Pipeline, runtime: Runtime): Promise<Measured> {
  const { samples, epochs = 1 } = pipeline;
  const measures = {
    throughput: throughput(),
    utilisation: utilisation(),
    warm: throughputAfter(Math.floor((samples.count * epochs) / 3)),
  };
  const seen = await lastValueFrom(run(pipeline, runtime).pipe(measure(measures)));
  return {
    samplesPerSecond: seen.warm,
    seconds: seen.throughput.seconds,
    stages: seen.utilisation.stages,
  };
}

/**
 * Samples learned per second from when every stage has learned from so many to the last update: what a new pipeline needs
 * to compile its code and touch its memory is a matter of its first second, and no rival's window holds it.
 */
function throughputAfter(cold: number): Measure<number> {
  const learned = new Map<number, number>();
  let [stages, begun, ahead, last] = [1, 0, 0, 0];
  return {
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      if (event.kind !== 'op' || event.op !== 'U') return;
      learned.set(event.stage, (learned.get(event.stage) ?? 0) + event.rows);
      last = Math.max(last, event.end);
      if (begun > 0 || learned.size < stages) return;
      const least = Math.min(...learned.values());
      if (least >= cold) [begun, ahead] = [event.end, least];
    },
    value: () => (Math.min(...learned.values()) - ahead) / ((last - begun) / 1e9),
  };
}
