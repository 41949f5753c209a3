import { expect, it } from 'vitest';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { phases } from '../../src/layers/parts/phases.ts';
import { logistic } from '../../src/losses/logistic.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { hashOf, traceOf, uniform } from '../runtimes/runs.ts';

it('a phase silences the rows of the other, for so many microbatches, also when it goes on from a state', () => {
  const order = (apart = phases(2), count = 6) =>
    Array.from({ length: count }, () => {
      const [positive, negative] = [Float32Array.of(-1, -2), Float32Array.of(1, 2)];
      apart.separate(positive, negative);
      return positive[0] === 0 ? 'n' : negative[0] === 0 ? 'p' : 'both';
    }).join('');
  expect(order()).toBe('ppnnpp');
  const [apart, again] = [phases(2), phases(2)];
  order(apart, 3);
  again.restore(apart.state());
  expect(order(again, 5)).toBe('nppnn');
});

/** so many microbatches of one layer, with a phase or without */
const of = (microbatches: number, phase?: number): Pipeline => ({
  ...uniform,
  ...{ test: undefined, runningEvery: 0, microbatches },
  layers: [forwardForward({ units: 24, loss: logistic(), ...(phase && { phase }) })],
});
const goodness = async (pipeline: Pipeline, kind: 'positiveGoodness' | 'negativeGoodness') =>
  (await traceOf(pipeline, inline()))
    .filter((event) => event.kind === 'op' && event.op === 'F')
    .map((event) => (event.kind === 'op' ? (event.layers?.[0]?.[kind] ?? Number.NaN) : Number.NaN));

it('a positive phase raises goodness, of negative rows too, and a negative one lowers it', async () => {
  const seen = await goodness(of(16, 8), 'negativeGoodness');
  expect(seen[8]).toBeGreaterThan(seen[0]);
  expect(seen[15]).toBeLessThan(seen[8]);
});

it('what is learned in phases is the same on threads, and something else without them', async () => {
  const hash = hashOf(await traceOf(of(12, 3), inline()));
  expect(hashOf(await traceOf(of(12, 3), workers()))).toBe(hash);
  expect(hashOf(await traceOf(of(12), inline()))).not.toBe(hash);
});

it('a phase is a whole number of microbatches', () => {
  expect(() => forwardForward({ units: 3, phase: 0.5 })).toThrow(
    'phase of a layer must be a whole number of microbatches, 1 or more; got 0.5',
  );
});
