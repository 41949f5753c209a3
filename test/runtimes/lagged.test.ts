import { lastValueFrom, tap, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { cost } from '../../src/measures/cost.ts';
import { measure } from '../../src/measures/measure.ts';
import { throughput } from '../../src/measures/throughput.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { laggedGoodness, laggedReadout, traceOf, uniform } from './runs.ts';
import { scribe } from './scribe.ts';

const cases = [0, 1, 2, 4, 40].flatMap((lag) => [1, 2, 8].map((capacity) => ({ lag, capacity })));

test.each(cases)(
  'at lag $lag and capacity $capacity each wrong label follows the scores of exactly so many updates before',
  async ({ lag, capacity }) => {
    for (const runtime of [inline(), workers()]) {
      const negatives = laggedLabel({ lag, sharpness: 1000 });
      const trace = await traceOf(
        { ...uniform, epochs: 2, capacity, negatives, layers: [scribe(lag)] },
        runtime,
      );
      const learned = trace.filter((event) => event.kind === 'op' && event.op === 'U');
      expect(learned).toHaveLength(24);
    }
  },
);

test('a label that is not of the update that it should be is found out', async () => {
  const negatives = laggedLabel({ lag: 2, sharpness: 1000 });
  await expect(traceOf({ ...uniform, negatives, layers: [scribe(3)] }, inline())).rejects.toThrow(
    /wrong label at update 1 must be|wrong label at update 3 must be/,
  );
});

test('the run says how stale its negatives are; one whose first layer draws says nothing', async () => {
  expect((await traceOf(laggedGoodness, inline()))[0]).toMatchObject({ kind: 'start', staleness: 3 });
  expect((await traceOf(uniform, inline()))[0]).not.toHaveProperty('staleness');
});

test('what asks is in the trace, marked as it arrives, and is no prediction and no sample learned', async () => {
  for (const pipeline of [laggedGoodness, laggedReadout]) {
    const trace = await traceOf(pipeline, workers());
    const asks = trace.flatMap((e) => (e.kind === 'arrival' && e.of === 'negatives' ? [e] : []));
    expect(asks.reduce((sum, { rows }) => sum + rows, 0)).toBe(230);
    const sequences = new Set(asks.map(({ microbatch }) => microbatch));
    const ops = trace.filter((e) => e.kind === 'op' && sequences.has(e.microbatch));
    expect(ops).toHaveLength(asks.length * pipeline.layers.length);
    expect(trace.some((e) => e.kind === 'prediction' && sequences.has(e.microbatch))).toBe(false);
    const plain = await traceOf({ ...pipeline, negatives: laggedLabel({ lag: 5 }) }, inline());
    const predictions = (of: readonly object[]) =>
      of.flatMap((e) => ('predicted' in e && 'of' in e ? [e.of] : []));
    expect(predictions(trace)).toEqual(predictions(plain));
  }
});

test.each([1, 4])(
  'ended early, while microbatches wait for their labels, it ends in good order (lag %i)',
  async (lag) => {
    for (const runtime of [inline(), workers()]) {
      const ending = new AbortController();
      const events = run(
        { ...laggedGoodness, epochs: 1000, capacity: 1, negatives: laggedLabel({ lag }) },
        runtime,
        {
          signal: ending.signal,
        },
      );
      const trace = await lastValueFrom(
        events.pipe(
          tap((event) => event.kind === 'op' && event.op === 'U' && event.microbatch > 30 && ending.abort()),
          toArray(),
        ),
      );
      const arrived = trace.filter((event) => event.kind === 'arrival' && event.purpose === 'learn').length;
      const learned = trace.filter((event) => event.kind === 'op' && event.op === 'U' && event.stage === 1);
      expect(learned).toHaveLength(arrived);
      expect(trace.filter(({ kind }) => kind === 'weights')).toHaveLength(2);
    }
  },
);

test('learning costs the asking too: by goodness ten products a sample above the first layer, by readout one in each', async () => {
  const figures = (pipeline: typeof laggedGoodness) =>
    lastValueFrom(run(pipeline, inline()).pipe(measure({ cost, throughput })));
  const goodness = await figures(laggedGoodness);
  expect(goodness.throughput.samples).toBe(230);
  expect(goodness.cost.macsPerSample).toBe((2 + 1) * 784 * 24 + (4 + 10) * 24 * 16);
  const readout = await figures(laggedReadout);
  expect(readout.throughput.samples).toBe(230);
  expect(readout.cost.macsPerSample).toBe(
    (2 + 1) * 784 * 24 + (5 + 1) * (24 * 16 + 16 * 12) + (2 + 1) * (16 + 12) * 10,
  );
});
