import { lastValueFrom, tap } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import { make } from '../core/plan.ts';
import type { OpKind, TraceEvent } from '../core/trace.ts';
import { firstOf } from '../data/dataset.ts';
import { isDataset } from '../data/samples.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { inline } from '../runtimes/inline.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { LayerProfile } from '../simulation/costs/profile.ts';
import { median } from './median.ts';
import { run } from './run.ts';

/** first microbatches, whose ops still warm up */
const warmUp = 4;

/**
 * What each layer costs here: the median over some microbatches of the time of its F, B and W, and their share of its U,
 * each layer a stage of its own in this thread. It learns from the first samples, and what it learns is thrown away.
 *
 * @param microbatches  to time, ≥ 1; fewer where there are fewer samples
 * @returns  nanoseconds a microbatch, > 0  [layers]
 * @throws {RangeError} for schedules that say themselves where stages lie: another one times the layers as well
 */
export async function measuredCosts(pipeline: Pipeline, microbatches = 12): Promise<number[]> {
  const { flush = 1 } = pipeline;
  const layers = await measuredOps(pipeline, microbatches);
  return layers.map(({ F, B, W, U }) => Math.max(1, F + B + W + U / flush));
}

/**
 * The same op by op: the median time of each layer's F, B, W and U.
 *
 * @returns  nanoseconds a microbatch  [layers]
 */
export async function measuredOps(pipeline: Pipeline, microbatches = 12): Promise<LayerProfile[]> {
  const times = await timesOf(pipeline, microbatches);
  return times.map((ops, i) => {
    const of = (op: OpKind): number => median([...ops[op].values()].slice(-microbatches));
    return { name: `layer ${i}: ${pipeline.layers[i].name}`, F: of('F'), B: of('B'), W: of('W'), U: of('U') };
  });
}

/** How long each op of each layer took for each microbatch. */
async function timesOf(
  pipeline: Pipeline,
  microbatches: number,
): Promise<Record<OpKind, Map<number, number>>[]> {
  mustBeWhole(microbatches, 'microbatches to time', 1);
  const { name, layout } = await make<Schedule>(pipeline.schedule);
  must(layout === undefined, 'schedule to time layers by', 'one with one stage a device, in a line', name);
  const { samples, microbatch = 100, test: _test, heldOut: _heldOut, ...rest } = pipeline;
  const timed = microbatches + warmUp;
  const some = isDataset(samples)
    ? { samples: firstOf(samples, Math.min(samples.count, timed * microbatch)), epochs: 1 }
    : { samples, microbatches: timed };
  const times = pipeline.layers.map(() => ({ F: new Map(), B: new Map(), W: new Map(), U: new Map() }));
  const add = (event: TraceEvent): void => {
    if (event.kind !== 'op' || event.purpose !== 'learn') return;
    times[event.stage][event.op].set(event.microbatch, event.end - event.start);
  };
  const { microbatches: _all, prequential: _every, ...settings } = rest;
  const few = { ...settings, ...some, microbatch, runningEvery: 0 };
  await lastValueFrom(run(few, inline()).pipe(tap(add)));
  return times;
}
