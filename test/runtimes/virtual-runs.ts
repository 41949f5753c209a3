import type { OpEvent, PredictionEvent, TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { simd } from '../../src/products/simd.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { blockingBackprop, train } from './runs.ts';

export const opsOf = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op');
export const scored = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is PredictionEvent => event.kind === 'prediction');

/** twelve microbatches of 20 rows in three stages */
export const by = (schedule: SchedulePlan, flush = 4, change: Partial<Pipeline> = {}): Pipeline => ({
  ...blockingBackprop,
  samples: firstOf(train, 240),
  products: simd(),
  schedule,
  flush,
  ...change,
});

/** four layers, for schedules that give each device two stages */
export const four = {
  layers: [backprop({ units: 24 }), backprop({ units: 20 }), backprop({ units: 16 }), crossEntropyHead()],
};
