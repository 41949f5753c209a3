import { lastValueFrom, tap, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { PredictionEvent, TraceEvent } from '../../src/core/trace.ts';
import { dataset } from '../../src/data/dataset.ts';
import { labelOverlay } from '../../src/data/encoding.ts';
import { endless } from '../../src/data/endless.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blockingBackprop, hashOf, local, traceOf, uniform } from '../runtimes/runs.ts';

/** Three classes of 12 numbers each, apart by a bump where the class is, with noise. */
const bumps = endless({
  ...{ name: 'bumps', width: 12, classes: 3 },
  sample(_index, draw, into) {
    const label = draw.whole(3);
    for (let j = 0; j < into.length; j++) into[j] = (j % 3 === label ? 1 : 0) + 0.3 * draw.uniform();
    return label;
  },
});

const learner: Pipeline = {
  ...{ ...uniform, samples: bumps, test: undefined, runningEvery: 0, microbatches: 60, microbatch: 10 },
  encoding: labelOverlay({ classes: 3 }),
  layers: [forwardForward({ units: 16 }), forwardForward({ units: 8 })],
};

const predictions = (trace: readonly TraceEvent[]): PredictionEvent[] =>
  trace.flatMap((event) => (event.kind === 'prediction' ? [event] : []));

test('samples that never end give the same weights inline, on workers and in virtual time', async () => {
  const hash = hashOf(await traceOf(learner, inline()));
  expect(hashOf(await traceOf(learner, workers()))).toBe(hash);
  expect(hashOf(await traceOf({ ...learner, capacity: 1 }, virtual()))).toBe(hash);
  expect(hashOf(await traceOf({ ...learner, microbatches: 61 }, inline()))).not.toBe(hash);
});

test('prequential: every sample is predicted once, before it is learned from, with its identity and its truth', async () => {
  const trace = await traceOf({ ...learner, prequential: true }, inline());
  const seen = predictions(trace);
  expect(seen.flatMap(({ ids }) => [...(ids ?? [])])).toEqual(Array.from({ length: 600 }, (_, i) => i));
  for (const { predicted, truth, correct, of } of seen) {
    expect(of).toBe('running');
    expect([...predicted].filter((label, row) => label === truth?.[row])).toHaveLength(correct);
  }
  const rightOf = (some: PredictionEvent[]) => some.reduce((sum, { correct }) => sum + correct, 0);
  const third = Math.floor(seen.length / 3);
  expect(rightOf(seen.slice(-third))).toBeGreaterThan(rightOf(seen.slice(0, third)));
  expect(hashOf(trace)).toBe(hashOf(await traceOf(learner, inline())));
});

test('without a number of microbatches it learns until it is told to stop, and ends in good order', async () => {
  for (const runtime of [inline(), workers()]) {
    const ending = new AbortController();
    const stopAfter = (event: TraceEvent): void => {
      if (event.kind === 'op' && event.op === 'U' && event.microbatch >= 100) ending.abort();
    };
    const events = run({ ...learner, microbatches: undefined }, runtime, { signal: ending.signal });
    const trace = await lastValueFrom(events.pipe(tap(stopAfter), toArray()));
    expect(trace.filter(({ kind }) => kind === 'weights')).toHaveLength(2);
    const arrived = trace.filter(({ kind }) => kind === 'arrival').length;
    const updates = trace.filter((event) => event.kind === 'op' && event.op === 'U' && event.stage === 0);
    expect(updates).toHaveLength(arrived);
    expect(arrived).toBeGreaterThan(100);
  }
});

test('it is measured by the sample, not by the place in an epoch: a run of so many microbatches goes across epochs', async () => {
  const hash = async (change: Partial<Pipeline>) =>
    hashOf(await traceOf({ ...uniform, runningEvery: 0, optimiser: sgd(), ...change }, inline()));
  expect(await hash({ microbatches: 24 })).toBe(await hash({ epochs: 2 }));
  expect(await hash({ microbatches: 23 })).not.toBe(await hash({ epochs: 2 }));
});

test('labels of 300 classes and float features of any width are learned from and told, by every rule', async () => {
  const images = Float32Array.from({ length: 600 * 7 }, (_, i) => Math.sin(i));
  const labels = Uint16Array.from({ length: 600 }, (_, i) => i % 300);
  const many = (width: number) =>
    dataset({ name: 'many', width, classes: 300, images: images.slice(0, 600 * width), labels });
  const padded = new Float32Array(600 * 307);
  for (let i = 0; i < 600; i++) padded.set(images.subarray(7 * i, 7 * i + 7), 307 * i + 300);
  const overlaid = dataset({ name: 'padded', width: 307, classes: 300, images: padded, labels });
  const pipelines: Pipeline[] = [
    { ...local, samples: many(7), test: many(7), layers: [monoForward({ units: 4 })], runningEvery: 0 },
    {
      ...{ ...uniform, samples: overlaid, test: overlaid, layers: [forwardForward({ units: 4 })] },
      ...{ encoding: labelOverlay({ classes: 300 }), runningEvery: 0 },
    },
  ];
  for (const pipeline of pipelines) {
    const tested = predictions(await traceOf(pipeline, inline()));
    expect(tested.flatMap(({ truth }) => [...(truth ?? [])])).toEqual([...labels]);
    expect(tested.every(({ predicted }) => predicted.every((label) => label < 300))).toBe(true);
  }
  const few = { ...blockingBackprop, samples: many(5), test: many(5), runningEvery: 0 };
  expect(
    predictions(
      await traceOf(
        { ...few, layers: [backprop({ units: 4 }), crossEntropyHead({ classes: 300 })] },
        inline(),
      ),
    ),
  ).not.toHaveLength(0);
});
