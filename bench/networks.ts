import { lastValueFrom } from 'rxjs';
import type { Measure, ProductsPlan, SelectionPlan } from '../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  type DatasetPipeline,
  forwardForward,
  hardLabel,
  labelOverlay,
  measure,
  monoForward,
  pixels,
  type Runtime,
  run,
  stream,
  throughput,
  utilisation,
} from '../src/index.ts';
import type { SchedulePlan } from '../src/simulation.ts';

/** What the bench measures on. */
export interface Ground {
  readonly samples: Dataset;
  readonly products: ProductsPlan;
  readonly microbatch: number;
  /** left out, that of a pipeline */
  readonly capacity?: number;
  /** left out, 1 */
  readonly epochs?: number;
  /** predicted at the end; left out, nothing is */
  readonly test?: Dataset;
  /** every draw follows from it; left out, that of a pipeline */
  readonly seed?: number;
  /** updates in which the learning rate falls to 0; left out, those of the run */
  readonly horizon?: number;
  /** what each microbatch is learned from; left out, all samples */
  readonly select?: SelectionPlan | undefined;
}

/** The Forward-Forward stream of the main job: SymBa, hard negatives of the first layer, Adam. */
export function ff({ select, horizon, ...ground }: Ground, units: readonly number[]): DatasetPipeline {
  return {
    ...ground,
    encoding: labelOverlay(),
    negatives: hardLabel(),
    layers: units.map((width) => forwardForward({ units: width, select })),
    optimiser: adam({ learningRate: 2e-3, ...(horizon !== undefined && { horizon }) }),
    schedule: stream(),
  };
}

export function mono({ select, horizon, ...ground }: Ground, units: readonly number[]): DatasetPipeline {
  return {
    ...ground,
    encoding: pixels(),
    layers: units.map((width) => monoForward({ units: width, select })),
    optimiser: adam({ learningRate: 3e-3, ...(horizon !== undefined && { horizon }) }),
    schedule: stream(),
  };
}

export function bp(
  { select, horizon, ...ground }: Ground,
  units: readonly number[],
  schedule: SchedulePlan = blocking(),
): DatasetPipeline {
  return {
    ...ground,
    encoding: pixels(),
    layers: [...units.map((width) => backprop({ units: width })), crossEntropyHead({ select })],
    optimiser: adam({ learningRate: 1e-3, ...(horizon !== undefined && { horizon }) }),
    schedule,
  };
}

export interface Measured {
  /** once the pipeline was warm: after the first third of the samples, and before the first stage has seen the last */
  readonly samplesPerSecond: number;
  readonly stages: readonly { readonly busy: number; readonly communicating: number }[];
  /** length of the run, from the first arrival to the last update */
  readonly seconds: number;
}

/** One run of a pipeline from start to end. */
export async function measured(pipeline: DatasetPipeline, runtime: Runtime): Promise<Measured> {
  const { samples, epochs = 1 } = pipeline;
  const measures = {
    throughput,
    utilisation,
    warm: () => throughputAfter(Math.floor((samples.count * epochs) / 3)),
  };
  const seen = await lastValueFrom(run(pipeline, runtime).pipe(measure(measures)));
  return {
    samplesPerSecond: seen.warm,
    seconds: seen.throughput.seconds,
    stages: seen.utilisation.stages,
  };
}

/**
 * Samples learned per second while every stage is at work and warm: by the stage that is behind the others, from when each has
 * learned from so many to when the first has learned from its last. What a new pipeline needs to compile its code and touch
 * its memory is a matter of its first second, and no rival's window holds it; what lies in links when the window opens and
 * is learned after it would close counts for nobody.
 */
export function throughputAfter(cold: number): Measure<number> {
  const updates = new Map<number, { readonly end: number; readonly learned: number }[]>();
  return {
    add(event) {
      if (event.kind !== 'op' || event.op !== 'U') return;
      const list = updates.get(event.stage) ?? [];
      updates.set(event.stage, list);
      list.push({ end: event.end, learned: (list.at(-1)?.learned ?? 0) + event.rows });
    },
    value() {
      const stages = [...updates.values()];
      const begins = Math.max(...stages.map((list) => list.find(({ learned }) => learned >= cold)?.end ?? 0));
      const ends = Math.min(...stages.map((list) => list.at(-1)?.end ?? 0));
      const within = stages.map((list) => list.filter(({ end }) => end >= begins && end <= ends));
      const rates = within.map((list) => {
        const [first, last] = [list[0], list[list.length - 1]];
        return ((last.learned - first.learned) / (last.end - first.end)) * 1e9;
      });
      return Math.min(...rates);
    },
  };
}
