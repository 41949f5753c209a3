import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import type { CheckpointEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import { blockingBackprop, hashOf, predictionsOf, test as tests, traceOf, train, uniform } from './runs.ts';

const walking = { spread: 0.1, walk: 0.01 };
const noisyOn = (chipSeed: number) =>
  crossbar({
    ...{ forward: peripheries.aihwkit, backward: peripheries.aihwkit, tileRows: 400, chipSeed },
    unknown: { neuronGain: walking, mixing: walking, synapseGain: 0.1, nonlinearity: 0.2 },
  });
const noisy = noisyOn(3);
const pulsed = crossbar({
  cell: constantStep({ stepSize: 0.002 }),
  ...{ update: perPass(), forward: peripheries.standard, driftCompensation: 'global' },
});
const few = { samples: firstOf(train, 100), test: firstOf(tests, 20), epochs: 1, microbatchTime: 1000 };
const optimiser = sgd({ learningRate: 0.05 });

const pipelines: readonly (readonly [string, Pipeline])[] = [
  ['Forward-Forward on noisy arrays of an unknown chip', { ...uniform, ...few, tile: noisy }],
  [
    'Forward-Forward by pulses',
    { ...uniform, ...few, layers: [forwardForward({ units: 12 })], optimiser, tile: pulsed },
  ],
  [
    'backprop through the array',
    { ...blockingBackprop, ...few, layers: [backprop({ units: 16 }), crossEntropyHead()], tile: noisy },
  ],
];

test.each(pipelines)('%s ends with the same bits on every runtime', async (_, pipeline) => {
  const whole = await traceOf(pipeline, inline());
  for (const runtime of [workers(), workers({ count: 1 }), inline({ stages: 1 }), virtual()]) {
    const trace = await traceOf({ ...pipeline, capacity: 1 }, runtime);
    expect(hashOf(trace)).toBe(hashOf(whole));
    expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
  }
});

test.each(pipelines)('%s goes on from a checkpoint to the same bits', async (_, pipeline) => {
  const whole = hashOf(await traceOf(pipeline, inline()));
  const events = run(pipeline, inline(), { checkpointEvery: 3 });
  const checkpoint = (await lastValueFrom(events.pipe(toArray()))).find(({ kind }) => kind === 'checkpoint');
  const rest = run(pipeline, workers(), { from: checkpoint as CheckpointEvent });
  expect(hashOf(await firstValueFrom(rest.pipe(toArray())))).toBe(whole);
});

test('another chip learns otherwise, and another seed too', async () => {
  const [, pipeline] = pipelines[0];
  const hashes = [pipeline, { ...pipeline, tile: noisyOn(4) }, { ...pipeline, seed: 8 }].map(async (one) =>
    hashOf(await traceOf(one, inline())),
  );
  expect(new Set(await Promise.all(hashes)).size).toBe(3);
});
