import { lastValueFrom, tap } from 'rxjs';
import { expect, test } from 'vitest';
import { run } from '../../src/index.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { type GoodnessHistogram, goodnessHistograms } from '../../src/report.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { hard, laggedGoodness } from '../runtimes/runs.ts';
import { arrival, op, start } from './trace.ts';

type Stop = {
  readonly microbatch: number;
  readonly checkpoint: Parameters<typeof run>[2];
  readonly counted: readonly GoodnessHistogram[];
};

/** A run whose rows are all counted: its histograms, and what it had counted at each checkpoint. */
async function counted(
  pipeline: Pipeline,
  runtime: Runtime,
  { most = 64, from }: { readonly most?: number; readonly from?: Stop } = {},
) {
  const histograms = goodnessHistograms(most, from?.counted);
  const stops: Stop[] = [];
  const events = run(pipeline, runtime, { goodnessEvery: 1, checkpointEvery: 1, ...from?.checkpoint });
  const all = events.pipe(
    tap((event) => {
      histograms.add(event);
      if (event.kind !== 'checkpoint') return;
      const { microbatch } = event;
      const checkpoint = { from: structuredClone(event) };
      stops.push({ microbatch, checkpoint, counted: histograms.before(microbatch) });
    }),
  );
  await lastValueFrom(all);
  return { value: histograms.value(), stops };
}

const epochs = (pipeline: Pipeline, count: number): Pipeline => ({ ...pipeline, epochs: count });
const microbatches = (histograms: readonly GoodnessHistogram[]): number[] =>
  histograms.map((one) => one.epochs.reduce((sum, { microbatches }) => sum + microbatches, 0));

test.each([
  ['in one thread', inline()],
  ['on workers', workers({ count: 2 })],
  ['in virtual time', virtual()],
] as const)(
  '%s, a checkpoint knows what was counted before it, however far the stages have come',
  async (_, runtime) => {
    // virtual time has no negatives that the source draws
    const pipelines = runtime.name === 'virtual' ? [hard] : [hard, laggedGoodness];
    for (const pipeline of pipelines.map((one) => epochs(one, 2))) {
      const { value, stops } = await counted(pipeline, runtime);
      expect(stops.length).toBeGreaterThan(3);
      for (const { microbatch, counted } of stops)
        for (const count of microbatches(counted)) expect(count).toBe(microbatch);
      // in the middle of an epoch, at the end of one, at the end of all
      for (const stop of [stops[1], stops[Math.floor(stops.length / 2)], stops[stops.length - 1]])
        expect((await counted(pipeline, runtime, { from: stop })).value).toEqual(value);
    }
  },
);

test('where two epochs have become one, a resumed run counts in the same entries', async () => {
  const pipeline = epochs(hard, 5);
  const { value, stops } = await counted(pipeline, inline(), { most: 2 });
  expect(value[0].epochs.map(({ from, to }) => [from, to])).toEqual([
    [0, 3],
    [4, 4],
  ]);
  const [middle, last] = [Math.floor(stops.length / 2), stops.length - 1];
  for (const stop of [stops[1], stops[middle], stops[last - 1], stops[last]])
    expect((await counted(pipeline, inline(), { most: 2, from: stop })).value).toEqual(value);
});

test('what some stage has yet to learn from is in no checkpoint, and once all have it is kept as a sum', () => {
  const histograms = goodnessHistograms();
  const told = (microbatch: number) => {
    histograms.add(arrival(microbatch, 0));
    const counts = Array.from({ length: 78 }, (_, bin) => (bin === microbatch ? 1 : 0));
    const layers = [{ layer: 0, positiveCounts: counts, negativeCounts: counts }];
    histograms.add(op('F', 0, microbatch, 0, 1, { layers }));
    histograms.add(op('W', 0, microbatch, 0, 1));
  };
  histograms.add({ ...start(2), from: 10 });
  for (let i = 0; i < 3; i++) told(i);
  expect(microbatches(histograms.before(11))).toEqual([1]);
  expect(microbatches(histograms.before(12))).toEqual([2]);
  for (let i = 0; i < 2; i++) histograms.add(op('W', 1, i, 0, 1));
  expect(microbatches(histograms.before(12))).toEqual([2]);
  expect(microbatches(histograms.value())).toEqual([3]);
});
