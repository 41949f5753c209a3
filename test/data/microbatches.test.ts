import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { blocks, epochOrder } from '../../src/data/microbatches.ts';

describe('the order of an epoch', () => {
  it('visits every sample once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer(), (count, seed) => {
        expect([...epochOrder(count, random(seed))].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      }),
    );
  });

  it('is the same for the same stream and another for another epoch', () => {
    const order = (epoch: number) => epochOrder(100, random(7).fork(`epoch ${epoch}`));
    expect(order(0)).toEqual(order(0));
    expect(order(0)).not.toEqual(order(1));
  });

  it('needs a sample', () => {
    expect(() => epochOrder(0, random(1))).toThrow(
      new RangeError('count must be a whole number of samples, 1 or more; got 0'),
    );
  });
});

describe('microbatches', () => {
  it('joined give the order back, and only the last may be shorter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 320 }), (count, size) => {
        const order = epochOrder(count, random(count));
        const cut = [...blocks(order, size)];
        expect(cut.flatMap((block) => [...block])).toEqual([...order]);
        expect(cut.slice(0, -1).every((block) => block.length === size)).toBe(true);
        expect(cut.at(-1)!.length).toBe(count % size || size);
      }),
    );
  });

  it('are views of the order', () => {
    const order = epochOrder(5, random(1));
    expect([...blocks(order, 2)].every((block) => block.buffer === order.buffer)).toBe(true);
  });

  it('hold at least one sample', () => {
    for (const size of [0, 2.5, Number.NaN]) {
      expect(() => blocks(new Uint32Array(3), size)).toThrow(
        new RangeError(`microbatch must be a whole number of samples, 1 or more; got ${size}`),
      );
    }
  });
});
