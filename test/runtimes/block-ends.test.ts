import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import type { CheckpointEvent, Parameter } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { type BlockLocalOptions, blockLocal } from '../../src/layers/block-local.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { above } from '../../src/selections/above.ts';
import { sampled } from '../../src/selections/sampled.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import { blockingBackprop, hashOf, local, predictionsOf, traceOf, train } from './runs.ts';

const blocks = (...options: readonly BlockLocalOptions[]): Pipeline => ({
  ...local,
  layers: options.map(blockLocal),
});

async function weightsOf(pipeline: Pipeline): Promise<Parameter[]> {
  const trace = await traceOf(pipeline, inline());
  return trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));
}

describe('cut after every layer, block-local learning is Mono-Forward to the bit', () => {
  const widths = [24, 16, 12];
  test.each([
    {},
    { dropout: 0.2, labelSmoothing: 0.1 },
    { normalise: false, scored: false },
    { select: above(0.8), dropout: 0.2 },
    { select: sampled(1) },
  ])('%j', async (options) => {
    const mono = { ...local, layers: widths.map((units) => monoForward({ units, ...options })) };
    const reference = await traceOf(mono, inline());
    const trace = await traceOf(blocks(...widths.map((units) => ({ units, ...options }))), inline());
    expect(hashOf(trace)).toBe(hashOf(reference));
    expect(predictionsOf(trace)).toEqual(predictionsOf(reference));
    expect(lossesOf(trace)).toEqual(lossesOf(reference));
  });
});

/** of each layer in turn: whose turn it is between stages, costs decide */
const lossesOf = (trace: Awaited<ReturnType<typeof traceOf>>) =>
  [0, 1, 2].map((stage) =>
    trace.flatMap((event) => (event.kind === 'op' && event.stage === stage ? [event.loss] : [])),
  );

/** Weights of 784-24-16-10 by the names of the other rule. */
const renamed = (parameters: readonly Parameter[]): Parameter[] =>
  parameters.map((one) => ({
    ...one,
    name: one.name.replace('layer1.', 'layer0.inner1.').replace('layer2.', 'layer0.projection.'),
  }));

test.each([
  ['backprop', undefined],
  ['backprop that chooses at its head', above(0.8)],
])('one block of all layers is %s to the bit, from the same weights', async (_, select) => {
  const widths = [24, 16];
  const hidden = widths.map((units) => backprop({ units }));
  const whole = { ...blockingBackprop, layers: [...hidden, crossEntropyHead({ select })] };
  // the head of a backprop pipeline draws from another stream than a projection does: it begins with the other's weights
  const fresh = await weightsOf({ ...whole, epochs: 0 });
  const backward = await weightsOf(whole);
  expect(weightsHash(backward)).not.toBe(weightsHash(fresh));
  const { optimiser } = whole;
  const block = { ...blocks({ units: widths, select }), optimiser, weights: renamed(fresh) };
  expect(weightsHash(await weightsOf(block))).toBe(weightsHash(renamed(backward)));
  const [one, other] = [await traceOf(block, inline()), await traceOf(whole, inline())];
  expect(predictionsOf(one)).toEqual(predictionsOf(other));
});

const noisy = crossbar({ forward: peripheries.aihwkit, backward: peripheries.aihwkit, tileRows: 400 });
const pulsed = crossbar({
  cell: constantStep({ stepSize: 0.002 }),
  ...{ update: perPass(), forward: peripheries.standard },
});
const few = { samples: firstOf(train, 80), microbatchTime: 1000, optimiser: sgd({ learningRate: 0.05 }) };

describe.each<[string, Pipeline]>([
  ['blocks of 2 and 1 layers with dropout', blocks({ units: [24, 16], dropout: 0.2 }, { units: 12 })],
  [
    'blocks that choose',
    blocks({ units: [24, 16], select: above(0.8), dropout: 0.2 }, { units: [12, 8], select: sampled(1) }),
  ],
  ['blocks on noisy arrays', { ...blocks({ units: [16, 12] }, { units: [8, 6] }), ...few, tile: noisy }],
  ['a block by pulses', { ...blocks({ units: [12, 8] }), ...few, tile: pulsed }],
])('%s', (_, pipeline) => {
  test('ends with the same bits on every runtime', async () => {
    const whole = await traceOf(pipeline, inline());
    for (const runtime of [workers(), inline({ stages: 1 }), virtual()]) {
      const trace = await traceOf({ ...pipeline, capacity: 1 }, runtime);
      expect(hashOf(trace)).toBe(hashOf(whole));
      expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
    }
  });

  test('goes on from a checkpoint to the same bits', async () => {
    const events = await lastValueFrom(run(pipeline, inline(), { checkpointEvery: 3 }).pipe(toArray()));
    const checkpoint = events.find(({ kind }) => kind === 'checkpoint') as CheckpointEvent;
    const rest = run(pipeline, workers(), { from: checkpoint });
    expect(hashOf(await firstValueFrom(rest.pipe(toArray())))).toBe(hashOf(events));
  });
});
