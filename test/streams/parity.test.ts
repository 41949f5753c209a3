import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { drawn } from '../../src/data/drawn.ts';
import { parity } from '../../src/streams/parity.ts';
import { randomRbf } from '../../src/streams/random-rbf.ts';

/** The mean of label sign times the product of some features: ±1 where they make the label, about 0 where they don't. */
function agreement(
  { images, labels, width, count }: ReturnType<typeof drawn>,
  of: readonly number[],
): number {
  let sum = 0;
  for (let r = 0; r < count; r++)
    sum += of.reduce((product, i) => product * images[r * width + i], labels[r] === 1 ? 1 : -1);
  return sum / count;
}

/** Every set of so many of n features. */
function subsets(n: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: n - from }, (_, i) => from + i).flatMap((i) =>
    subsets(n, size - 1, i + 1).map((rest) => [i, ...rest]),
  );
}

describe('sparse parity', () => {
  it('is made of one secret set of bits, and no smaller or other set tells anything of it', () => {
    const data = drawn(parity({ features: 8, bits: 3, seed: 4 }), 4000);
    const told = [1, 2, 3, 4].flatMap((size) => subsets(8, size).map((set) => agreement(data, set)));
    expect(told.filter((mean) => mean === 1)).toHaveLength(1);
    // 5 standard deviations of a mean of 4,000 fair signs
    expect(told.filter((mean) => mean !== 1).every((mean) => Math.abs(mean) < 5 / Math.sqrt(4000))).toBe(
      true,
    );
    expect([...new Set(data.images)].sort()).toEqual([-1, 1]);
  });

  it('has another secret with another seed, the same with other samples', () => {
    const triples = subsets(20, 3);
    const secrets = [1, 2, 3, 4, 5].map((seed) => {
      const data = drawn(parity({ seed }), 40);
      return triples.findIndex((set) => agreement(data, set) === 1);
    });
    expect(new Set(secrets).size).toBe(5);
    expect(secrets).not.toContain(-1);
    const set = triples[secrets[0]];
    expect(agreement(drawn(parity({ seed: 1 }), 100, { seed: 77, first: 5000 }), set)).toBe(1);
  });

  it('must have bits that there are', () => {
    expect(() => parity({ features: 2, bits: 3 })).toThrow(
      'bits of parity must be at most 2, its features; got 3',
    );
    expect(() => parity({ bits: 0 })).toThrow('bits of parity must be a whole number, 1 or more; got 0');
  });
});

describe('a dataset drawn from a stream', () => {
  const stream = randomRbf({ classes: 5 });

  it('is the samples of its indices, whoever asks for how many', () => {
    const all = drawn(stream, 50, { seed: 3 });
    const some = drawn(stream, 10, { seed: 3, first: 20 });
    expect(some.images).toEqual(all.images.slice(200, 300));
    expect(some.labels).toEqual(all.labels.slice(20, 30));
    const into = new Float32Array(10);
    expect(stream.sample(7, random(3).fork('drawn').fork('7'), into)).toBe(all.labels[7]);
    expect(into).toEqual(all.images.slice(70, 80));
    expect(drawn(stream, 50, { seed: 4 }).images).not.toEqual(all.images);
  });

  it('must have a sample', () => {
    expect(() => drawn(stream, 0)).toThrow(
      'count of samples drawn from rbf must be a whole number, 1 or more; got 0',
    );
  });
});
