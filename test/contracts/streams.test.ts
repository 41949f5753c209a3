import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { type Dataset, dataset } from '../../src/data/dataset.ts';
import { checkStream, type SampleStream } from '../../src/data/endless.ts';
import { withLabelColumns } from '../../src/data/reading/label-columns.ts';
import { valuesOf } from './family.ts';

const side = 12;
/** Digits of one lit pixel each. */
const images = dataset({
  ...{ name: 'dots', width: side * side, classes: 5 },
  images: Uint8Array.from({ length: 20 * side * side }, (_, i) => (i % 149 === 0 ? 255 : i % 3)),
  labels: Uint8Array.from({ length: 20 }, (_, i) => i % 5),
});
type Factory = (samples?: Dataset) => SampleStream;
const indices = [0, 1, 2, 7, 63, 64, 1023, 1024, 1025, 5000, 20_000];

function sampleOf(stream: SampleStream, index: number): number[] {
  const { width, numbers } = stream;
  const into = numbers === 'bytes' ? new Uint8Array(width).fill(77) : new Float32Array(width).fill(77);
  const label = stream.sample(index, random(4).fork(`${index}`), into);
  return [label, ...into];
}

describe.each(await valuesOf<SampleStream>('streams', 'stream.ts'))('$title', ({ factory }) => {
  // what is made of a dataset takes it first; all else has defaults
  const make = () => (factory.length === 0 ? factory() : (factory as unknown as Factory)(images));
  const stream = make();

  it('is a stream of its width, classes and numbers', () => {
    expect(() => checkStream(stream)).not.toThrow();
  });

  it('gives the same sample whenever it is asked for, in any order, by anyone', () => {
    const forward = indices.map((index) => sampleOf(stream, index));
    const backward = indices.toReversed().map((index) => sampleOf(stream, index));
    const other = make();
    const alone = indices.map((index) => sampleOf(other, index));
    expect(backward.toReversed()).toEqual(forward);
    expect(alone).toEqual(forward);
    expect(sampleOf(make(), 5000)).toEqual(sampleOf(stream, 5000));
  });

  it('has labels in range, finite features, and more than one sample', () => {
    const all = Array.from({ length: 200 }, (_, index) => sampleOf(stream, index));
    for (const [label, ...features] of all) {
      expect(Number.isInteger(label) && label >= 0 && label < stream.classes).toBe(true);
      expect(features.every(Number.isFinite)).toBe(true);
    }
    expect(new Set(all.map(String)).size).toBeGreaterThan(5);
    expect(new Set(all.map(([label]) => label)).size).toBeGreaterThan(1);
  });

  it('draws again from the same time, if it says how', () => {
    const into = stream.numbers === 'bytes' ? new Uint8Array(stream.width) : new Float32Array(stream.width);
    const draw = random(1);
    const seen = Array.from({ length: 200 }, () => {
      const again = stream.again ?? stream.sample;
      return again.call(stream, 9, draw, into);
    });
    expect(new Set(seen).size).toBeGreaterThan(1);
  });

  it('can leave label columns in front', () => {
    const wider = withLabelColumns(stream);
    const [label, ...features] = sampleOf(wider, 5);
    expect(features.slice(0, stream.classes).every((x) => x === 0)).toBe(true);
    expect([label, ...features.slice(stream.classes)]).toEqual(sampleOf(stream, 5));
  });
});
