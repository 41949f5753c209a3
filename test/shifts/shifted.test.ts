import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { SampleStream } from '../../src/data/endless.ts';
import { labelPermutation } from '../../src/shifts/label-permutation.ts';
import { abrupt } from '../../src/shifts/when/abrupt.ts';
import { shifted } from '../../src/streams/over/shifted.ts';
import { sea } from '../../src/streams/sea.ts';

const samples = (stream: SampleStream, from: number, to: number): number[][] =>
  Array.from({ length: to - from }, (_, i) => {
    const into = new Float32Array(stream.width);
    const label = stream.sample(from + i, random(5).fork(`${from + i}`), into);
    return [...into, label];
  });

describe('a shifted stream', () => {
  const stream = shifted(sea(), [{ when: abrupt(50), shift: labelPermutation() }]);

  it('is the old one up to its shift, to the bit', () => {
    expect(samples(stream, 0, 50)).toEqual(samples(sea(), 0, 50));
  });

  it('has the other label of two afterwards, and the same features', () => {
    const swapped = samples(sea(), 50, 100).map(([a, b, c, label]) => [a, b, c, 1 - label]);
    expect(samples(stream, 50, 100)).toEqual(swapped);
  });

  it('says where it changes, once that is below what is asked', () => {
    expect(stream.changes?.(50)).toEqual([]);
    expect(stream.changes?.(51)).toEqual([{ from: 50, to: 50, what: 'labels' }]);
  });
});
