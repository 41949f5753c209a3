import type { TraceEvent } from '../src/core/trace.ts';
import type { ProductsPlan } from '../src/extend.ts';
import { adwin, ddm, eddm, hddmA, hddmW, kswin, pageHinkley } from '../src/extend.ts';
import {
  adam,
  type Dataset,
  forwardForward,
  inline,
  labelOverlay,
  type Pipeline,
  run,
  stream,
  wrongLabel,
} from '../src/index.ts';
import { detections, prequential } from '../src/report.ts';
import { median } from './figures.ts';

/** What evaluation and detectors take of a microbatch, beside what a stage does with it. */
export interface PrequentialCost {
  readonly detectors: string;
  /** microseconds of the measures for one microbatch of 100 */
  readonly microseconds: number;
  /** microseconds of one stage, its predictions included, for one microbatch */
  readonly stage: number;
  readonly share: number;
}

const sets = {
  none: [],
  'adwin, ddm, pageHinkley': [adwin(), ddm(), pageHinkley()],
  'all seven': [adwin(), ddm(), eddm(), hddmA(), hddmW(), kswin(), pageHinkley()],
};

/** Records the trace of 784-500-500 that predicts every sample first, then folds it, the sets of detectors in turns. */
export async function prequentialCost(
  samples: Dataset,
  products: ProductsPlan,
  rounds: number,
): Promise<PrequentialCost[]> {
  const pipeline: Pipeline = {
    ...{ samples, encoding: labelOverlay({ classes: 10 }), negatives: wrongLabel(), products },
    layers: [forwardForward({ units: 500 }), forwardForward({ units: 500 })],
    ...{ optimiser: adam({ learningRate: 1e-3 }), schedule: stream(), microbatch: 100, microbatches: 100 },
    prequential: true,
  };
  const events: TraceEvent[] = [];
  await run(pipeline, inline()).forEach((event) => {
    events.push(event);
  });
  let [busy, learned] = [0, 0];
  for (const event of events) {
    if (event.kind === 'op') busy += event.end - event.start;
    if (event.kind === 'arrival' && event.purpose === 'learn') learned++;
  }
  const stage = busy / 2 / learned / 1e3;
  const times = Object.entries(sets).map(([detectors]) => ({ detectors, taken: [] as number[] }));
  for (let round = 0; round < rounds; round++)
    for (const { detectors, taken } of times) {
      const watched = detections({ detectors: sets[detectors as keyof typeof sets] });
      const scored = prequential({ scored: watched.error });
      const start = process.hrtime.bigint();
      for (const event of events) {
        scored.add(event);
        watched.add(event);
      }
      taken.push(Number(process.hrtime.bigint() - start) / 1e3 / learned);
    }
  return times.map(({ detectors, taken }) => {
    const microseconds = median(taken);
    return { detectors, microseconds, stage, share: microseconds / stage };
  });
}

export function prequentialText(costs: readonly PrequentialCost[]): string {
  const lines = costs.map(
    ({ detectors, microseconds, stage, share }) =>
      `  detectors ${detectors}: ${microseconds.toFixed(0)} µs a microbatch of 100, ${(100 * share).toFixed(2)} % of a stage's ${stage.toFixed(0)} µs\n`,
  );
  return `\nprequential evaluation of 784-500-500\n${lines.join('')}`;
}
