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
}

/** The Forward-Forward stream of the main job: SymBa, hard negatives of the first layer, Adam. */
export function ff({ samples, tile, microbatch }: Ground, units: readonly number[]): Pipeline {
  return {
    samples,
    encoding: labelOverlay(),
    negatives: hardLabel(),
    layers: units.map((width) => forwardForward({ units: width })),
    tile,
    optimiser: adam({ learningRate: 2e-3 }),
    schedule: stream(),
    microbatch,
  };
}

export function mono({ samples, tile, microbatch }: Ground, units: readonly number[]): Pipeline {
  return {
    samples,
    encoding: pixels(),
    layers: units.map((width) => monoForward({ units: width })),
    tile,
    optimiser: adam({ learningRate: 3e-3 }),
    schedule: stream(),
    microbatch,
  };
}

export function bp({ samples, tile, microbatch }: Ground, units: readonly number[]): Pipeline {
  return {
    samples,
    encoding: pixels(),
    layers: [...units.map((width) => backprop({ units: width })), crossEntropyHead()],
    tile,
    optimiser: adam({ learningRate: 1e-3 }),
    schedule: blocking(),
    microbatch,
  };
}

export interface Measured {
  readonly samplesPerSecond: number;
  readonly stages: readonly { readonly busy: number; readonly communicating: number }[];
  /** length of the run, from the first arrival to the last update */
  readonly seconds: number;
}

/** One run of a pipeline from start to end. */
export async function measured(pipeline: Pipeline, runtime: Runtime): Promise<Measured> {
  const measures = { throughput: throughput(), utilisation: utilisation() };
  const seen = await lastValueFrom(run(pipeline, runtime).pipe(measure(measures)));
  const { samplesPerSecond, seconds } = seen.throughput;
  return { samplesPerSecond, seconds, stages: seen.utilisation.stages };
}
