import { describe, expect, it } from 'vitest';
import type { Augmentation } from '../../src/augmentations/augmentation.ts';
import { translate } from '../../src/augmentations/translate.ts';
import { random } from '../../src/core/random.ts';
import { dataset } from '../../src/data/dataset.ts';
import { labelOverlay } from '../../src/data/encoding.ts';
import { endless, type SampleStream } from '../../src/data/endless.ts';
import { isDataset } from '../../src/data/samples.ts';
import { Encoder } from '../../src/ends/encoder.ts';
import { type Item, itinerary } from '../../src/ends/itinerary.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { room, simdPlace } from '../kernels/workplace.ts';
import { local, train, uniform } from '../runtimes/runs.ts';

const shape = {
  ...{ rows: 20, goodnessRows: 4, width: 784, streams: 1, candidates: 1, features: 0, classes: 10 },
};
const shifted: Pipeline = { ...uniform, augmentation: translate({ pixels: 2 }), epochs: 2 };

/** Images without a dark pixel. */
const white = { ...train, images: new Uint8Array(train.images.length).fill(255) };
/** Leaves a sample as it is, and draws. */
const as: Augmentation = {
  name: 'as it is',
  mustSuit() {},
  apply(images, index, draw, into) {
    draw.uniform();
    into.set(images.subarray(index * into.length, (index + 1) * into.length));
  },
};

/** Every item of a run, or those that are taken, with the rows that were made of it. */
function encoded(
  pipeline: Pipeline,
  takes = (_: Item) => true,
): { item: Item; rows: Float32Array; amplitude: Float32Array }[] {
  const filled = resolve(pipeline, plainKernels());
  const encoder = new Encoder(filled, simdPlace);
  const slot = room(shape);
  return [...itinerary(filled, { rows: 4, asked: 4 })].filter(takes).map((item) => {
    slot.activity.fill(99);
    encoder.fill(slot, item);
    const { length } = item.indices;
    expect([slot.rows, slot.purpose]).toEqual([length, item.purpose]);
    expect([...slot.labels.subarray(0, length)]).toEqual(
      [...item.indices].map((i) => (isDataset(item.from) ? item.from.labels[i] : i % 10)),
    );
    expect([...slot.ids.subarray(0, length)]).toEqual([...item.indices]);
    const rows = slot.activity.slice(0, length * shape.width);
    return { item, rows, amplitude: slot.amplitude.slice(0, length) };
  });
}

describe('with an augmentation', () => {
  it('what is learned from is changed and then encoded: the label has the first pixels of the changed image', () => {
    const [first] = encoded({ ...shifted, runningEvery: 0 });
    const draw = random(7).fork('epoch 0').fork('augmentation');
    const [changed, row] = [new Uint8Array(784), new Float32Array(784)];
    for (const [r, index] of first.item.indices.entries()) {
      translate({ pixels: 2 }).apply(train.images as Uint8Array, index, draw, changed);
      const amplitude = labelOverlay().encode(changed, 0, row);
      expect(first.rows.subarray(r * 784, (r + 1) * 784)).toEqual(row);
      expect(first.amplitude[r]).toBe(Math.fround(amplitude));
    }
  });

  it('predictions see the samples as they are', () => {
    const [plain, changed] = [{ ...uniform, epochs: 2 }, shifted].map((pipeline) => encoded(pipeline));
    for (const [i, { item, rows }] of plain.entries()) {
      if (item.purpose === 'learn') expect(changed[i].rows).not.toEqual(rows);
      else expect(changed[i].rows).toEqual(rows);
    }
  });

  it('draws of an epoch depend neither on what is predicted between nor on other epochs', () => {
    const learned = (pipeline: Pipeline, epoch: number) =>
      encoded(pipeline).flatMap(({ item, rows }) =>
        item.purpose === 'learn' && item.epoch === epoch ? [...rows] : [],
      );
    const second = learned(shifted, 1);
    expect(learned({ ...shifted, runningEvery: 1 }, 1)).toEqual(second);
    expect(learned({ ...shifted, microbatch: 13, runningEvery: 0 }, 1)).toEqual(second);
    expect(learned({ ...shifted, seed: 8 }, 1)).not.toEqual(second);
  });

  it('a sample is changed anew in each epoch', () => {
    const all = encoded({ ...shifted, runningEvery: 0, epochs: 3 });
    const of = (epoch: number) => {
      for (const { item, rows } of all) {
        const row = item.epoch === epoch ? item.indices.indexOf(17) : -1;
        if (row >= 0) return rows.slice(row * 784, (row + 1) * 784).join();
      }
      return undefined;
    };
    expect(new Set([of(0), of(1), of(2)]).size).toBeGreaterThan(1);
  });
});

describe('with dropout of inputs', () => {
  const dropped: Pipeline = { ...uniform, inputDropout: 0.3, epochs: 2 };

  it('what is learned from loses that share of its pixels, and the others make up for them', () => {
    const [plain, dropping] = [{ ...uniform, epochs: 2 }, dropped].map((pipeline) => encoded(pipeline));
    let [bright, silent] = [0, 0];
    for (const [i, { item, rows, amplitude }] of plain.entries()) {
      expect(dropping[i].amplitude).toEqual(amplitude);
      if (item.purpose !== 'learn') {
        expect(dropping[i].rows).toEqual(rows);
        continue;
      }
      for (const [j, x] of rows.entries()) {
        const left = dropping[i].rows[j];
        if (x !== 0) bright++;
        if (x !== 0 && left === 0) silent++;
        else expect(Math.abs(left - x / 0.7)).toBeLessThan(1e-5);
      }
    }
    expect(bright).toBeGreaterThan(10_000);
    expect(silent / bright).toBeCloseTo(0.3, 1.5);
  });

  /** every pixel as it is, with nothing laid over */
  const { layers, encoding } = local;
  const plainly = { layers, encoding, negatives: undefined };

  it('draws of an epoch depend neither on what is predicted between nor on other epochs, nor on an augmentation', () => {
    const silenced = (pipeline: Pipeline, epoch = 1, takes = (_: Item) => true) =>
      encoded({ ...pipeline, samples: white, ...plainly }, takes).flatMap(({ item, rows }) =>
        item.purpose === 'learn' && item.epoch === epoch ? [...rows].map((x) => x === 0) : [],
      );
    const second = silenced(dropped);
    expect(silenced(dropped, 1, ({ epoch }) => epoch === 1)).toEqual(second);
    expect(silenced(dropped, 0)).not.toEqual(second);
    expect(silenced({ ...dropped, runningEvery: 1 })).toEqual(second);
    expect(silenced({ ...dropped, augmentation: as })).toEqual(second);
    expect(silenced({ ...dropped, seed: 8 })).not.toEqual(second);
  });

  it.each([-0.1, 1, Number.NaN])('a share of %d is refused', (inputDropout) => {
    expect(() => resolve({ ...uniform, inputDropout }, plainKernels())).toThrow(
      new RangeError(`inputDropout must be 0 or more and below 1; got ${inputDropout}`),
    );
  });
});

it('float pixels that are not finite are refused by the number of their sample', () => {
  const images = new Float32Array(4 * 784);
  images[2 * 784 + 50] = Number.NaN;
  const samples = dataset({
    ...{ name: 'floats', width: 784, classes: 10, images, labels: new Uint8Array(4) },
  });
  expect(() => encoded({ ...uniform, samples })).toThrow(
    new RangeError('sample 2 of floats must be finite in every pixel; got NaN'),
  );
});

describe('a stream without an end', () => {
  const bytes = endless({
    ...{ name: 'bytes', width: 784, classes: 10, numbers: 'bytes' },
    sample(index, draw, into) {
      for (let j = 0; j < into.length; j++) into[j] = draw.whole(256);
      return index % 10;
    },
  });
  const streamed: Pipeline = {
    ...uniform,
    samples: bytes,
    test: undefined,
    microbatches: 3,
    runningEvery: 0,
  };

  it('is encoded as a dataset of the same samples is', () => {
    const images = new Uint8Array(60 * 784);
    for (let i = 0; i < 60; i++) {
      const stream = random(7).fork('samples').fork(`${i}`);
      bytes.sample(i, stream, images.subarray(i * 784, (i + 1) * 784));
    }
    const row = new Float32Array(784);
    for (const { item, rows, amplitude } of encoded(streamed)) {
      for (const [r, index] of item.indices.entries()) {
        expect(amplitude[r]).toBe(Math.fround(labelOverlay().encode(images, index, row)));
        expect(rows.subarray(r * 784, (r + 1) * 784)).toEqual(row);
      }
    }
  });

  it('is augmented where it is learned from, and nowhere else', () => {
    const [plain, changed] = [undefined, translate({ pixels: 2 })].map((augmentation) =>
      encoded({ ...streamed, prequential: true, augmentation }),
    );
    for (const [i, { item, rows }] of plain.entries()) {
      if (item.purpose === 'learn') expect(changed[i].rows).not.toEqual(rows);
      else expect(changed[i].rows).toEqual(rows);
    }
  });

  it('is refused where a float is not finite', () => {
    const broken: SampleStream['sample'] = (_index, _draw, into) => {
      into.fill(Number.NaN);
      return 0;
    };
    const odd = endless({ ...bytes, numbers: 'floats', name: 'odd', sample: broken });
    expect(() => encoded({ ...streamed, samples: odd })).toThrow(
      new RangeError('sample 0 of odd must be finite in every pixel; got NaN'),
    );
  });
});
