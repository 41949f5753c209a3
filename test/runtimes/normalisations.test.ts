import { expect, it } from 'vitest';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { group } from '../../src/normalisations/group.ts';
import { layerNorm } from '../../src/normalisations/layer-norm.ts';
import { length } from '../../src/normalisations/length.ts';
import { none } from '../../src/normalisations/none.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { hashOf, traceOf, uniform } from './runs.ts';

const normalised = [length(), layerNorm(), group({ size: 4 }), none()].map((normalisation) => ({
  ...uniform,
  layers: [24, 16].map((units) => forwardForward({ units, normalisation })),
}));

it('layers learn the same bits inline, on workers and in virtual time, whatever normalises between them', async () => {
  const learned = async (pipeline: Pipeline, on: Runtime) => hashOf(await traceOf(pipeline, on));
  const inlines = [];
  for (const pipeline of normalised) {
    const inlined = await learned(pipeline, inline());
    expect(await learned(pipeline, workers())).toBe(inlined);
    expect(await learned(pipeline, virtual())).toBe(inlined);
    inlines.push(inlined);
  }
  expect(inlines[0]).toBe(await learned(uniform, inline()));
  expect(new Set(inlines).size).toBe(normalised.length);
});
