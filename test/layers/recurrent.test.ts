import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Parameter, TraceEvent } from '../../src/core/trace.ts';
import { dataset } from '../../src/data/dataset.ts';
import { pixels } from '../../src/data/encoding.ts';
import type { RecurrentOptions } from '../../src/layers/recurrent.ts';
import { recurrent } from '../../src/layers/recurrent.ts';
import { symba } from '../../src/losses/symba.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { DatasetPipeline } from '../../src/pipeline/pipeline.ts';
import { plain } from '../../src/products/plain.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { stream } from '../../src/schedules/stream.ts';
import { type Row, rowsFrom } from './oracle.ts';
import { gradientsOf, type Net, scoresOf, type Weights } from './recurrent-net.ts';

const alpha = 4;
const images: readonly Row[] = [
  [0.9, -0.3, 1.2, 0.4, 0.1],
  [0.2, 0.8, -0.6, 1.1, 0.7],
  [-0.5, 1.3, 0.3, 0.6, 1.0],
];
const labels = [0, 1, 1];
const samples = dataset({
  ...{ name: 'three', width: 5, classes: 2 },
  images: Float32Array.from(images.flat()),
  labels: Uint8Array.from(labels),
});

/** Layers of the net, each read by U from below, by V from above, or from the label. */
const netOf = (weights: readonly Weights[], options: Omit<RecurrentOptions, 'units'>): Net => {
  const { damping = 0.3, learned = [1, 8], scored = [3, 5], feedback = true } = options;
  return { weights, damping, learned, scored, feedback, alpha };
};

const pipeline = (units: readonly number[], options: Omit<RecurrentOptions, 'units'>): DatasetPipeline => ({
  samples,
  test: samples,
  encoding: pixels(),
  negatives: wrongLabel(),
  layers: units.map((one) => recurrent({ units: one, loss: symba({ alpha }), ...options })),
  ...{ products: plain(), optimiser: sgd({ learningRate: 1 }), schedule: stream() },
  ...{ microbatch: 3, microbatches: 1, seed: 11 },
});

const traceOf = (of: DatasetPipeline): Promise<TraceEvent[]> =>
  lastValueFrom(run(of, inline(), { withScores: true }).pipe(toArray()));

const parametersOf = (trace: readonly TraceEvent[]): Parameter[] =>
  trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));

/** What a run's parameters are in the words of the oracle. */
function weightsOf(parameters: readonly Parameter[], layers: number): Weights[] {
  return Array.from({ length: layers }, (_, l) => {
    const named = (name: string) => parameters.find((one) => one.name === `layer${l}.${name}`);
    const rows = (one: Parameter | undefined): Row[] => (one ? rowsFrom(one.data, one.shape[1]) : []);
    return { U: rows(named('weight')), b: [...(named('bias')?.data ?? [])], V: rows(named('topDown')) };
  });
}

const cases: readonly [string, readonly number[], Omit<RecurrentOptions, 'units'>][] = [
  ['three layers, from the first iteration on', [6, 5, 4], { learned: [1, 4], scored: [2, 4] }],
  ['two layers, from iteration 3 on, with another damping', [7, 4], { learned: [3, 5], damping: 0.5 }],
  ['one layer under the label', [6], { learned: [2, 3], scored: [1, 3], damping: 0 }],
  ['three layers without feedback', [6, 5, 4], { learned: [2, 4], feedback: false }],
];

describe('recurrent layers', () => {
  it.each(cases)('move by the gradients of finite differences: %s', async (_name, units, options) => {
    const fresh = parametersOf(await traceOf({ ...pipeline(units, options), microbatches: 0 }));
    // a bias of 0 would hide faults
    const start = fresh.map(({ data, ...rest }, p) => ({
      ...rest,
      data: data.map((one, i) => one + (rest.shape.length === 1 ? 0.1 * Math.sin(p + i) : 0)),
    }));
    const moved = parametersOf(await traceOf({ ...pipeline(units, options), weights: start }));
    const before = weightsOf(start, units.length);
    const after = weightsOf(moved, units.length);
    // with two classes the wrong label is the other one; the run may take the samples in another order
    const expected = gradientsOf(
      netOf(before, options),
      images,
      labels,
      labels.map((label) => 1 - label),
    );
    for (const [l, { U, b, V }] of expected.entries()) {
      const step = (was: Row, is: Row): Row => was.map((value, i) => value - is[i]);
      const close = (got: Row, want: Row): void =>
        got.forEach((value, i) => {
          expect(Math.abs(value - want[i])).toBeLessThan(1e-4 * Math.max(1, Math.abs(want[i])));
        });
      close(step(before[l].b, after[l].b), b);
      close(step(before[l].U.flat(), after[l].U.flat()), U.flat());
      close(step(before[l].V.flat(), after[l].V.flat()), V.flat());
      const size = Math.max(...U.flat().map(Math.abs));
      if (options.feedback !== false || l === units.length - 1) expect(size).toBeGreaterThan(1e-3);
    }
  });

  it.each(cases)(
    'score labels by the goodness of the iterations scored: %s',
    async (_name, units, options) => {
      const trace = await traceOf({ ...pipeline(units, options), microbatches: 0 });
      const net = netOf(weightsOf(parametersOf(trace), units.length), options);
      const predictions = trace.filter((event) => event.kind === 'prediction');
      const got = predictions.flatMap(({ scores }) => [...(scores ?? [])]);
      const expected = images.flatMap((image) => scoresOf(net, image, 2));
      expect(got).toHaveLength(6);
      for (const [i, score] of expected.entries()) expect(got[i]).toBeCloseTo(score, 4);
    },
  );
});
