import { lastValueFrom, tap } from 'rxjs';
import { mustBeWhole } from '../core/check.ts';
import type { TraceEvent } from '../core/trace.ts';
import { firstOf } from '../data/dataset.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { inline } from './inline.ts';
import { run } from './run.ts';

/** first microbatches, whose ops still warm up */
const warmUp = 4;

/**
 * What each layer costs here: the median over some microbatches of the time of its F, B and W, and their share of its U,
 * each layer a stage of its own in this thread. It learns from the first samples, and what it learns is thrown away.
 *
 * @param microbatches  to time, ≥ 1; fewer where there are fewer samples
 * @returns  nanoseconds a microbatch, > 0  [layers]
 */
export async function measuredCosts(pipeline: Pipeline, microbatches = 12): Promise<number[]> {
  mustBeWhole(microbatches, 'microbatches to time', 1);
  const { samples, microbatch = 100, test: _test, heldOut: _heldOut, ...rest } = pipeline;
  const count = Math.min(samples.count, (microbatches + warmUp) * microbatch);
  /** times[layer] → of each microbatch */
  const times = pipeline.layers.map(() => new Map<number, number>());
  /** updates[layer] → of each update */
  const updates: number[][] = pipeline.layers.map(() => []);
  const add = (event: TraceEvent): void => {
    if (event.kind !== 'op' || event.purpose !== 'learn') return;
    const took = event.end - event.start;
    const of = times[event.stage];
    if (event.op === 'U') updates[event.stage].push(took);
    else of.set(event.microbatch, (of.get(event.microbatch) ?? 0) + took);
  };
  const few = { ...rest, microbatch, samples: firstOf(samples, count), epochs: 1, runningEvery: 0 };
  await lastValueFrom(run(few, inline()).pipe(tap(add)));
  const { flush = 1 } = pipeline;
  return times.map(
    (of, i) =>
      median([...of.values()].slice(-microbatches)) + median(updates[i].slice(-microbatches)) / flush,
  );
}

function median(list: number[]): number {
  const sorted = list.sort((a, b) => a - b);
  return Math.max(1, sorted[sorted.length >> 1]);
}
