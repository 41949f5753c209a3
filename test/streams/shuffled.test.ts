import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { dataset } from '../../src/data/dataset.ts';
import { shuffled } from '../../src/streams/shuffled.ts';

const count = 7;
const digits = dataset({
  ...{ name: 'digits', width: 2, classes: count },
  images: Uint8Array.from({ length: 2 * count }, (_, i) => i),
  labels: Uint8Array.from({ length: count }, (_, i) => i),
});
const draw = random(3);
const labelsOf = (seed: number, from: number, to: number): number[] => {
  const stream = shuffled(digits, { seed });
  const into = new Uint8Array(2);
  return Array.from({ length: to - from }, (_, i) => {
    const label = stream.sample(from + i, draw, into);
    expect([...into]).toEqual([2 * label, 2 * label + 1]);
    return label;
  });
};

describe('a shuffled dataset', () => {
  it('has every sample once a pass, byte for byte, in an order of each pass', () => {
    const all = labelsOf(1, 0, 3 * count);
    const passes = [0, 1, 2].map((pass) => all.slice(pass * count, (pass + 1) * count));
    for (const pass of passes) expect(pass.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(passes.map(String)).size).toBe(3);
  });

  it('is the same from any index on, and another with another seed', () => {
    expect(labelsOf(1, 100, 130)).toEqual(labelsOf(1, 0, 130).slice(100));
    expect(labelsOf(2, 0, 30)).not.toEqual(labelsOf(1, 0, 30));
  });

  it('gives samples of passes that are long gone', () => {
    const stream = shuffled(digits);
    const into = new Uint8Array(2);
    const at = (index: number) => stream.sample(index, draw, into);
    const before = at(3);
    at(50 * count);
    for (let pass = 0; pass < 20; pass++) at(pass * count);
    expect(at(3)).toBe(before);
  });
});
