import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { dataset } from '../../src/data/dataset.ts';
import { pixels } from '../../src/data/encoding.ts';
import { predictiveCoding } from '../../src/layers/predictive-coding.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { plain } from '../../src/products/plain.ts';
import { simd } from '../../src/products/simd.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { stream } from '../../src/schedules/stream.ts';
import { hashOf, predictionsOf, traceOf, uniform } from '../runtimes/runs.ts';
import { mustAgree } from './workbench.ts';

interface Case {
  readonly steps: number;
  readonly stepSize: number;
  readonly weights: readonly (readonly number[])[];
  readonly energies: readonly number[];
}
const path = new URL('../../fixtures/pytorch/predictive-coding.json', import.meta.url);
const torch = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly [name in 'widths' | 'images' | 'labels']: readonly number[];
} & {
  readonly updates: number;
  readonly rate: number;
  readonly start: readonly (readonly number[])[];
  readonly cases: readonly Case[];
};

const { widths, images, labels, updates, rate } = torch;
const names = widths.slice(1).flatMap((_, k) => [`layer${k}.weight`, `layer${k}.bias`]);
const shapes = widths.slice(1).flatMap((units, k) => [[widths[k], units], [units]]);
/** the net of the fixture, all samples in each microbatch */
const net = ({ steps, stepSize }: Case): Pipeline => ({
  samples: dataset({
    ...{ name: 'noise', width: widths[0], classes: widths[4] },
    ...{ images: Uint8Array.from(images), labels: Uint8Array.from(labels) },
  }),
  ...{
    microbatch: labels.length,
    epochs: updates,
    encoding: pixels(),
    products: plain(),
    schedule: stream(),
  },
  optimiser: sgd({ learningRate: rate }),
  layers: widths.slice(1).map((units) => predictiveCoding({ units, steps, stepSize })),
  weights: names.map((name, i) => ({ name, shape: shapes[i], data: Float32Array.from(torch.start[i]) })),
});

describe.each(torch.cases)('predictive coding in $steps steps of $stepSize', (one) => {
  it('learns what automatic differentiation of the energy learns', async () => {
    const trace = await traceOf(net(one), inline());
    const learned = trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));
    expect(learned.map(({ name }) => name)).toEqual(names);
    for (const [i, { data }] of learned.entries()) {
      const from = torch.start[i].map(Math.fround);
      mustAgree(
        Array.from(data, (value, j) => value - from[j]),
        one.weights[i].map((value, j) => value - from[j]),
      );
    }
  });

  it('tells the energy that is left as its losses', async () => {
    const trace = await traceOf(net(one), inline());
    const energies = new Float64Array(updates);
    for (const event of trace)
      if (event.kind === 'op' && event.loss !== undefined) energies[event.microbatch] += event.loss;
    mustAgree(energies, one.energies);
  });
});

/** 784-24-16-10 */
const digits: Pipeline = {
  ...uniform,
  ...{
    encoding: pixels(),
    negatives: undefined,
    optimiser: sgd({ learningRate: 0.3 }),
    microbatches: 6,
    runningEvery: 0,
  },
  layers: [24, 16, 10].map((units) => predictiveCoding({ units, steps: 4 })),
};

test('it learns and predicts to equal bits, however it is run', async () => {
  const whole = await traceOf(digits, inline());
  for (const runtime of [inline({ stages: 1 }), workers(), workers({ count: 2 }), virtual()]) {
    const trace = await traceOf(digits, runtime);
    expect(hashOf(trace)).toBe(hashOf(whole));
    expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
  }
});

test('it reads its weights twice a step: multiply-accumulates are counted, not assumed', async () => {
  const trace = await traceOf({ ...digits, products: simd(), test: undefined }, inline());
  const macs = [0, 0, 0];
  for (const event of trace) if (event.kind === 'op') macs[event.stage] += event.macs;
  const perSample = macs.map((sum) => sum / 120);
  // pass up, gradient; 4 reads and 3 reads back; the top layer sends its first error before the first step
  expect(perSample).toEqual([784 * 24 * 2, 24 * 16 * (2 + 4 + 3), 16 * 10 * (2 + 4 + 4)]);
});

test('an error reaches layer l after L − l steps, and no sooner', async () => {
  const movedBy = async (steps: number): Promise<boolean[]> => {
    const fresh = net({ ...torch.cases[0], steps });
    const trace = await traceOf({ ...fresh, epochs: 1 }, inline());
    return trace.flatMap((event) =>
      event.kind === 'weights'
        ? [event.parameters[0].data.some((w, i) => w !== Math.fround(torch.start[2 * event.layer][i]))]
        : [],
    );
  };
  expect(await movedBy(1)).toEqual([false, false, true, true]);
  expect(await movedBy(2)).toEqual([false, true, true, true]);
  expect(await movedBy(3)).toEqual([true, true, true, true]);
});
