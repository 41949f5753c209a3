import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blockingBackprop, hard, hashOf, test, traceOf, train } from '../runtimes/runs.ts';
import { exampleOf, removeExamples } from './example.ts';

const { stepped } = await exampleOf<typeof import('../../examples/stepped-tile.ts')>('stepped-tile.ts');
afterAll(removeExamples);

/** 784-24-20-16-12 by Forward-Forward on noisy tiles, with hard negatives: each label of an image is a read of its own. */
const fourLayers: Pipeline = {
  ...hard,
  samples: train,
  test,
  layers: [24, 20, 16, 12].map((units) => forwardForward({ units, dropout: 0.1 })),
  optimiser: adam(),
  tile: stepped({ step: 0.01, noise: 0.05, rate: 0.05 }),
  microbatch: 20,
  runningEvery: 7,
};

it('learns the same bits inline, on 1 to 4 threads and in virtual time, and learns', async () => {
  const here = await traceOf(fourLayers, inline());
  for (const count of [1, 2, 3, 4]) {
    const there = await traceOf(fourLayers, workers({ count }));
    expect(hashOf(there), `${count} threads`).toBe(hashOf(here));
  }
  expect(hashOf(await traceOf(fourLayers, virtual()))).toBe(hashOf(here));
  expect(hashOf(await traceOf({ ...fourLayers, seed: 2 }, inline()))).not.toBe(hashOf(here));
  expect(accuracyOf(here)).toBeGreaterThan(0.2);
}, 120_000);

it('goes back through its noise the same on threads as inline', async () => {
  const pipeline: Pipeline = {
    ...blockingBackprop,
    layers: [backprop({ units: 16 }), backprop({ units: 12 }), crossEntropyHead()],
    tile: stepped({ step: 0.002, noise: 0.01, rate: 0.1 }),
  };
  expect(hashOf(await traceOf(pipeline, workers()))).toBe(hashOf(await traceOf(pipeline, inline())));
});

it('resumed from a checkpoint ends with the weights of the undisturbed run', async () => {
  const { test: _, ...pipeline } = fourLayers;
  const events = (options: object) =>
    lastValueFrom(run({ ...pipeline, runningEvery: 0 }, inline(), options).pipe(toArray()));
  const undisturbed = await events({ checkpointEvery: 17 });
  const checkpoint = undisturbed.find((event) => event.kind === 'checkpoint');
  expect(checkpoint?.microbatch).toBe(17);
  expect(hashOf(await events({ from: checkpoint }))).toBe(hashOf(undisturbed));
});

it('has no shortcut: a first layer reads every labelled row, and its weights are whole steps', async () => {
  const trace = await traceOf(fourLayers, inline());
  const first = trace.find((event) => event.kind === 'op' && event.op === 'F' && event.purpose === 'learn');
  const [rows, labels] = [20, 2 + 10];
  expect(first).toMatchObject({ macs: rows * labels * 784 * 24 });
  const weights = trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));
  const wrong = weights
    .filter(({ name }) => name.endsWith('.weight'))
    .flatMap(({ data }) => [...data].filter((w) => Math.abs(w / 0.01 - Math.round(w / 0.01)) > 1e-3));
  expect(wrong).toEqual([]);
});

function accuracyOf(trace: readonly TraceEvent[]): number {
  let [rows, correct] = [0, 0];
  for (const event of trace) {
    if (event.kind !== 'prediction' || event.of !== 'test') continue;
    rows += event.rows;
    correct += event.correct;
  }
  return correct / rows;
}
