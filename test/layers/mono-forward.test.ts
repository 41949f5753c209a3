import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { pixels } from '../../src/data/encoding.ts';
import type { Microbatch } from '../../src/data/microbatch.ts';
import { dropout } from '../../src/kernels/kernel.ts';
import { type MonoForwardOptions, monoForward } from '../../src/layers/mono-forward.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { stream } from '../../src/schedules/stream.ts';
import { plainPlace, room, within } from '../kernels/workplace.ts';
import { hashOf, local, test as testSet, traceOf, train } from '../runtimes/runs.ts';
import { crossEntropyGradients } from './autograd.ts';
import { affineRow, normalised, type Row, rectified, rowsFrom } from './oracle.ts';
import { activityOf, learn, type Made, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

const units = 17;
const shape = shapeOf({ width: 23, rows: 6, classes: 4 });
const { classes } = shape;

const made = async (options: Partial<MonoForwardOptions> = {}, index = 1) => {
  const optimiser = recorder();
  const one = await madeOf(monoForward({ units, ...options }), shape, { optimiser, index });
  return { ...one, seen: optimiser.seen };
};

/** The layer and its projection as a network of two layers. */
function network({ layer, weight, bias, input }: Made, mask?: Float32Array) {
  const [, , v, c] = layer.parameters();
  const below = { inputs: input.width, units: bias.length, w: weight, b: bias };
  return [
    mask ? { ...below, mask } : below,
    { inputs: bias.length, units: input.classes, w: v.data, b: c.data },
  ];
}

describe('a layer with a cross-entropy of its own', () => {
  it.each([
    { rows: 6, dropout: 0, normalise: false },
    { rows: 6, dropout: 0, normalise: true },
    { rows: 2, dropout: 0, normalise: false },
    { rows: 6, dropout: 0.3, normalise: true },
    { rows: 3, dropout: 0.9, normalise: false },
    { rows: 6, dropout: 0.3, normalise: true, labelSmoothing: 0.2 },
  ])(
    'makes the gradients of autograd ($rows of 6 rows, dropout $dropout, label smoothing $labelSmoothing)',
    async ({ rows, ...options }) => {
      const one = await made(options);
      const m = activityOf(shape, random(5), { rows });
      const mask = within(new Float32Array(rows * units).fill(1));
      if (options.dropout > 0) {
        const draw = random(7).fork('layer 1').fork('dropout');
        dropout(options.dropout, units, draw, plainPlace).apply(
          mask,
          within(new Float32Array(rows)),
          1,
          rows,
        );
      }
      const expected = crossEntropyGradients(
        m.activity.slice(0, rows * shape.width),
        m.labels.slice(0, rows),
        network(one, mask),
        options.labelSmoothing,
      );
      expect(learn(one, m, room(one.output))).toBeCloseTo(expected.loss, 5);
      expect(one.seen).toHaveLength(4);
      for (const [i, gradient] of one.seen.entries()) mustAgree(gradient, expected.gradients[i]);
    },
  );

  /** Two inputs, two units, two classes: h = (2, 0), logits (2, 0) where V = 1. */
  const two = async (v: readonly number[]) => {
    const small = shapeOf({ width: 2, rows: 1, classes: 2 });
    const optimiser = recorder();
    const one = await madeOf(monoForward({ units: 2 }), small, { optimiser });
    const values = [[1, -1, 0.5, 0.25], [0, 0], v, [0, 0]];
    one.layer.load(
      one.layer.parameters().map((parameter, i) => ({ ...parameter, data: Float32Array.from(values[i]) })),
    );
    const m = Object.assign(room(small), { rows: 1, purpose: 'learn' });
    m.activity.set([1, 2]);
    return { loss: learn(one, m), seen: optimiser.seen };
  };

  it('has these gradients in a case done by hand: δ = (−q, q) with q = 1 / (1 + e²)', async () => {
    const { loss, seen } = await two([1, 0, 0, 1]);
    const q = 1 / (1 + Math.exp(2));
    expect(loss).toBeCloseTo(Math.log1p(Math.exp(-2)), 6);
    // the second unit is silent: δVᵀ = (−q, q) stops there
    const expected = [
      [-q, 0, -2 * q, 0],
      [-q, 0],
      [-2 * q, 2 * q, 0, 0],
      [-q, q],
    ];
    for (const [i, gradient] of seen.entries()) {
      for (const [j, value] of expected[i].entries()) expect(gradient[j]).toBeCloseTo(value, 6);
    }
  });

  it('whose projection is 0 finds all labels alike and learns in its projection first', async () => {
    const { loss, seen } = await two([0, 0, 0, 0]);
    expect(loss).toBeCloseTo(Math.log(2), 6);
    expect([...seen[0], ...seen[1]].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...seen[2]].map((value) => value + 0)).toEqual([-1, 1, 0, 0]);
    expect([...seen[3]]).toEqual([-0.5, 0.5]);
  });

  it.each([false, true])('sends its activity on, normalised if asked to (%s)', async (normalise) => {
    const one = await made({ normalise });
    const m = activityOf(shape, random(5));
    const to = room(one.output);
    one.layer.forward(m, to, one.layer.memory());
    const expected = rowsFrom(m.activity, shape.width).flatMap((x) => {
      const h = rectified(affineRow(x, one.weight, one.bias));
      return normalise ? normalised(h) : h;
    });
    mustAgree(to.activity.subarray(0, 6 * units), expected, 1e-5);
    expect([to.rows, to.sequence, to.purpose]).toEqual([6, 3, 'learn']);
    expect(to.labels).toEqual(m.labels);
  });
});

describe('dropout', () => {
  const sent = async (options: Partial<MonoForwardOptions>, times: number) => {
    const one = await made(options);
    const m = activityOf(shape, random(5));
    const to = room(one.output);
    return Array.from({ length: times }, () => {
      one.layer.forward(m, to, one.layer.memory());
      return to.activity.slice(0, 6 * units);
    });
  };

  it('silences its share of the units and keeps what is sent the same on average', async () => {
    const [plain] = await sent({ normalise: false }, 1);
    const dropped = await sent({ dropout: 0.25, normalise: false }, 400);
    const live = [...plain.keys()].filter((i) => plain[i] > 0);
    let silent = 0;
    let ratio = 0;
    for (const activity of dropped) {
      for (const i of live) {
        if (activity[i] === 0) silent++;
        else expect(activity[i]).toBeCloseTo(plain[i] / 0.75, 4);
        ratio += activity[i] / plain[i];
      }
    }
    const count = dropped.length * live.length;
    expect(count).toBeGreaterThan(10_000);
    expect(silent / count).toBeCloseTo(0.25, 1.5);
    expect(ratio / count).toBeCloseTo(1, 1.5);
  });

  it('leaves rows of root mean square 1 where they are normalised', async () => {
    for (const activity of await sent({ dropout: 0.5, normalise: true }, 3)) {
      for (const row of rowsFrom(activity, units)) {
        expect(row.reduce((sum, h) => sum + h * h, 0) / units).toBeCloseTo(1, 4);
      }
    }
  });

  it('is not there in predictions, which draw nothing either', async () => {
    const [plain, dropping, undisturbed] = [
      await made(),
      await made({ dropout: 0.5 }),
      await made({ dropout: 0.5 }),
    ];
    const m = activityOf(shape, random(5), { purpose: 'onePass' });
    const [a, b] = [room(plain.output), room(plain.output)];
    plain.layer.predict(m, a);
    dropping.layer.predict(m, b);
    expect(b.scores).toEqual(a.scores);
    expect(b.activity).toEqual(a.activity);
    const learning = activityOf(shape, random(6));
    learn(dropping, learning);
    learn(undisturbed, learning);
    expect(dropping.seen).toEqual(undisturbed.seen);
  });

  it('is 0 or more and below 1', () => {
    for (const dropout of [-0.1, 1, Number.NaN]) {
      expect(() => monoForward({ units, dropout })).toThrow(
        new RangeError(`dropout must be 0 or more and below 1; got ${dropout}`),
      );
    }
  });
});

it.each([-0.1, 1, Number.NaN])('a label smoothing of %d is refused', (labelSmoothing) => {
  expect(() => monoForward({ units, labelSmoothing })).toThrow(
    new RangeError(`label smoothing must be 0 or more and below 1; got ${labelSmoothing}`),
  );
});

describe('predictions', () => {
  const stack = async (...options: Partial<MonoForwardOptions>[]) => {
    const layers: Made[] = [];
    for (const [index, option] of options.entries()) {
      const input = layers[index - 1]?.output ?? shape;
      layers.push(await madeOf(monoForward({ units: 9 + index, ...option }), input, { index }));
    }
    return layers;
  };
  const predict = (layers: readonly Made[], from: Microbatch): Microbatch => {
    let input = from;
    for (const { layer, output } of layers) {
      const to = room(output);
      for (const room of [to.activity, to.scores]) room.fill(Number.NaN);
      layer.predict(input, to);
      input = to;
    }
    return input;
  };
  /** the logits of the layers counted, in float64 */
  const logits = (layers: readonly Made[], counted: readonly number[], normalise: boolean, x: Row): Row => {
    const sum: Row = Array(classes).fill(0);
    let below = x;
    for (const [l, { layer, weight, bias }] of layers.entries()) {
      const h = rectified(affineRow(below, weight, bias));
      const [, , v, c] = layer.parameters();
      const own = affineRow(h, v.data, c.data);
      for (let k = 0; k < classes; k++) sum[k] += counted.includes(l) ? own[k] : 0;
      below = normalise ? normalised(h) : h;
    }
    return sum;
  };

  it.each([
    { rows: 6, normalise: false, purpose: 'onePass' as const },
    { rows: 4, normalise: true, purpose: 'onePass' as const },
    { rows: 4, normalise: true, purpose: 'goodness' as const },
  ])('add up the logits of all layers ($rows rows, $purpose)', async ({ rows, normalise, purpose }) => {
    const layers = await stack({ normalise }, { normalise }, { normalise });
    const m = activityOf(shape, random(5), { rows, purpose });
    const out = predict(layers, m);
    const expected = rowsFrom(m.activity.subarray(0, rows * shape.width), shape.width).flatMap((x) =>
      logits(layers, [0, 1, 2], normalise, x),
    );
    mustAgree(out.scores.subarray(0, rows * classes), expected, 1e-5);
  });

  it('leave a layer out that is not scored', async () => {
    const layers = await stack({ scored: false }, {}, { scored: false }, {});
    const m = activityOf(shape, random(5), { purpose: 'onePass' });
    const expected = rowsFrom(m.activity, shape.width).flatMap((x) => logits(layers, [1, 3], true, x));
    mustAgree(predict(layers, m).scores, expected, 1e-5);
  });

  it('do not look at the labels', async () => {
    const layers = await stack({}, {});
    const m = activityOf(shape, random(5), { purpose: 'onePass' });
    const scores = predict(layers, m).scores.slice();
    m.labels.reverse();
    expect(predict(layers, m).scores).toEqual(scores);
  });
});

describe('a stream of such layers', () => {
  it('has layers that learn the same, whatever stands above them', async () => {
    const weightsOf = async (above: readonly MonoForwardOptions[], seed = 7) => {
      const layers = [local.layers[0], ...above.map(monoForward)];
      const trace = await traceOf({ ...local, layers, seed }, inline());
      return hashOf(trace.filter((event) => event.kind === 'weights' && event.layer === 0));
    };
    const alone = await weightsOf([]);
    expect(await weightsOf([{ units: 16 }])).toBe(alone);
    expect(await weightsOf([{ units: 5, dropout: 0.5 }, { units: 3 }])).toBe(alone);
    expect(await weightsOf([], 8)).not.toBe(alone);
  });

  it('learns MNIST: 784-60-60, 1000 images, 10 epochs, above 85 % of 200 others', async () => {
    const trace = await traceOf(
      {
        ...local,
        ...{ samples: train, test: testSet, encoding: pixels(), schedule: stream() },
        ...{ epochs: 10, microbatch: 50, runningEvery: 0 },
        layers: [monoForward({ units: 60 }), monoForward({ units: 60 })],
        optimiser: adam({ learningRate: 3e-3 }),
      },
      inline(),
    );
    let right = 0;
    for (const event of trace) if (event.kind === 'prediction') right += event.correct;
    expect(right / testSet.count).toBeGreaterThan(0.85);
  });
});
