import { expect, it } from 'vitest';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { localBackprop } from '../../src/layers/local-backprop.ts';
import { localForwardForward } from '../../src/layers/local-forward-forward.ts';
import { crossEntropyHead, softmaxReadout } from '../../src/layers/softmax.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { blockingBackprop, hard, hashOf, predictionsOf, traceOf, uniform } from './runs.ts';

const fields = [
  { units: 3, field: 10, stride: 6, peer: {} },
  { units: 4, field: 2, stride: 1 },
  { units: 6, field: 2, stride: 1 },
];
const readout = { neutral: true, feature: true };
const pipelines: Readonly<Record<string, Pipeline>> = {
  'three layers of fields with a readout': {
    ...hard,
    layers: [...fields.map((field) => localForwardForward({ ...field, ...readout })), softmaxReadout()],
  },
  'fields below dense layers, by backprop': {
    ...blockingBackprop,
    layers: [localBackprop({ units: 3, field: 14 }), localBackprop({ units: 5 }), crossEntropyHead()],
  },
  'fields on crossbars': {
    ...uniform,
    tile: crossbar({ chipSeed: 3 }),
    layers: [localForwardForward({ units: 3, field: 14 }), localForwardForward({ units: 8 })],
  },
};

const learned = async (pipeline: Pipeline, runtime: Runtime) => {
  const trace = await traceOf(pipeline, runtime);
  return [hashOf(trace), String(predictionsOf(trace))];
};

it.each(Object.keys(pipelines))(
  '%s learn the same bits inline, on workers and in virtual time',
  async (name) => {
    const inlined = await learned(pipelines[name], inline());
    for (const runtime of [workers(), workers({ count: 2 }), virtual()])
      expect(await learned(pipelines[name], runtime)).toEqual(inlined);
  },
);

it('a field that covers everything is the dense layer, to the bit', async () => {
  const units = [24, 16];
  const local = { ...uniform, layers: units.map((one) => localForwardForward({ units: one, peer: {} })) };
  const dense = { ...uniform, layers: units.map((one) => forwardForward({ units: one, peer: {} })) };
  expect(await learned(local, inline())).toEqual(await learned(dense, inline()));
});
