import { expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { pixels } from '../../src/data/encoding.ts';
import { Encoder } from '../../src/ends/encoder.ts';
import { itinerary } from '../../src/ends/itinerary.ts';
import { negativeImagesOf } from '../../src/ends/negative-images.ts';
import { shapesOf } from '../../src/graph/shapes.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { create } from '../../src/negatives/hybrid-mask.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { room, simdPlace } from '../kernels/workplace.ts';
import { activityOf, learn, madeOf, recorder, shapeOf } from '../layers/workbench.ts';
import { hashOf, predictionsOf, traceOf, train, unlabelled } from './runs.ts';

const plain = resolve({ ...unlabelled, inputDropout: 0, augmentation: undefined }, plainKernels());

it('sends the samples, and below them the negatives drawn of that microbatch, both normalised', async () => {
  const { shapes } = await shapesOf(plain);
  expect(shapes.map(({ streams, candidates }) => [streams, candidates])).toEqual([
    ...[
      [2, 1],
      [2, 1],
      [2, 1],
    ],
    ...[
      [2, 1],
      [0, 0],
    ],
  ]);
  expect(shapes.map(({ features }) => features)).toEqual([0, 0, 16, 28, 0]);
  const encoder = new Encoder(plain, simdPlace, await negativeImagesOf(plain));
  const draw = random(plain.seed).fork('epoch 0').fork('negatives');
  const slot = room(shapes[0]);
  const items = [...itinerary(plain, { rows: 20, asked: 20 })].filter(({ purpose }) => purpose === 'learn');
  for (const item of items.slice(0, 3)) {
    encoder.fill(slot, item);
    const images = Uint8Array.from(
      [...item.indices].flatMap((i) => [...train.images.subarray(784 * i, 784 * i + 784)]),
    );
    const labels = Uint16Array.from(item.indices, (i) => train.labels[i]);
    const into = new Uint8Array(images.length);
    create({ blurs: 3, partner: 'any' }).drawImages({ images, labels, rows: 20, width: 784 }, draw, into);
    const row = new Float32Array(784);
    for (let r = 0; r < 40; r++) {
      pixels({ normalised: true }).encode(r < 20 ? images : into, r % 20, row);
      const sent = slot.activity.subarray(784 * r, 784 * (r + 1));
      expect(sent).toEqual(row);
      expect(sent.reduce((sum, x) => sum + x * x, 0) / 784).toBeCloseTo(1, 4);
    }
  }
});

it('a first layer learns of pairs as a second one does, to the same bits', async () => {
  const pairs = shapeOf({ width: 9, streams: 2 });
  const learned = [];
  for (const [index, input] of [
    [0, pairs],
    [1, { ...pairs, candidates: 4 }],
  ] as const) {
    const optimiser = recorder();
    const made = await madeOf(
      forwardForward({ units: 5, neutral: index === 0, feature: index === 0 }),
      input,
      { index, optimiser },
    );
    // weights follow from the place of a layer
    made.layer.load([
      {
        name: `layer${index}.weight`,
        shape: [9, 5],
        data: Float32Array.from({ length: 45 }, (_, i) => Math.sin(i)),
      },
      { name: `layer${index}.bias`, shape: [5], data: Float32Array.of(0.1, 0, -0.1, 0.2, 0.3) },
    ]);
    const to = room(made.output);
    const loss = learn(made, activityOf(input, random(3)), to);
    learned.push({
      loss,
      seen: optimiser.seen,
      sent: to.activity.slice(0, 60),
      features: to.features.length,
    });
  }
  const [first, second] = learned;
  expect({ ...first, features: 0 }).toEqual({ ...second, features: 0 });
  expect([first.features, second.features]).toEqual([30, 0]);
});

it('ends with the same bits inline and in virtual time, and predicts better than by chance', async () => {
  const pipeline = { ...unlabelled, epochs: 4 };
  const [expected, timed] = [await traceOf(pipeline, inline()), await traceOf(pipeline, virtual())];
  expect(hashOf(timed)).toBe(hashOf(expected));
  expect(predictionsOf(timed)).toEqual(predictionsOf(expected));
  const tested = expected.flatMap((event) =>
    event.kind === 'prediction' && event.of === 'test' ? [event] : [],
  );
  expect(tested.reduce((sum, { correct }) => sum + correct, 0)).toBeGreaterThan(12); // of 50, where chance has 5
});
