import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { arena, places, plainPlace, within } from '../workplace.ts';

const { fround } = Math;
const sizes = [1, 3, 4, 7, 16, 17, 37];
const signless = (values: ArrayLike<number>) => Array.from(values, (value) => value + 0); // −0 + 0 is 0

describe.each(places)('converters as %s kernels', (_, { kernels }) => {
  const encoded = (values: readonly number[], step: number, bound: number, factor = 1): number[] => {
    const into = arena.floats(values.length);
    kernels.encode(within(values), within([factor]), into, values.length, 1, values.length, step, bound);
    return signless(into);
  };
  const step126 = fround(fround(1 / 126) * 2);

  it('a DAC of 126 steps rounds, then clips: analog.md §1.11', () => {
    const [low, zero, high, middle] = encoded([0.3, 0.004, 1.2, 0.5], step126, 1);
    expect(low).toBeCloseTo(0.301587302, 7);
    expect(zero).toBe(0);
    expect(high).toBe(1);
    expect(middle).toBeCloseTo(0.49206352, 7); // fp32: .5 / step is 31.499998
    expect(encoded([1.2], step126, 0)[0]).toBeCloseTo(1.206349, 5);
  });

  it('where steps are exact, a tie goes to the even code', () => {
    expect(encoded([0.125, 0.375, 0.625, -0.125, -0.375], 0.25, 1)).toEqual([0, 0.5, 0.5, 0, -0.5]);
  });

  it('an ADC has the steps of its range: analog.md §1.11', () => {
    for (const [bound, steps, step] of [
      [12, 510, 0.0470588235],
      [20, 510, 0.0784313725],
      [10, 254, 0.0787401575],
    ]) {
      const y = within([0.6 * step, -1.4 * step, 2 * bound]);
      const by = fround(fround(1 / steps) * fround(2 * bound));
      const clipped = arena.words(1);
      const all = kernels.decode(y, undefined, arena.floats(3), within([1]), clipped, 1, 3, by, bound);
      expect(y[0]).toBeCloseTo(step, 7);
      expect(y[1]).toBeCloseTo(-step, 7);
      expect([y[2], all, clipped[0]]).toEqual([bound, 1, 1]);
    }
  });

  it('the top code of an ADC bound by 12 lies above it in fp32 and counts as clipped: analog.md §1.13.2', () => {
    const top = (value: number, bound: number) => {
      const by = fround(fround(1 / 510) * (2 * bound));
      return kernels.decode(
        ...([within([value]), undefined, arena.floats(1), within([1]), arena.words(1), 1, 1] as const),
        ...([by, bound] as const),
      );
    };
    expect([top(11.985882, 12), top(19.976471, 20)]).toEqual([1, 0]);
  });

  it('nothing is rounded with a step of 0, and nothing clipped with a bound of 0', () => {
    expect(encoded([0.3, -7.77], 0, 0)).toEqual([fround(0.3), fround(-7.77)]);
    const y = within([0.3, -7.77]);
    expect(kernels.decode(y, undefined, arena.floats(2), within([2]), arena.words(1), 1, 2, 0, 0)).toBe(0);
    expect([...y]).toEqual([fround(2 * fround(0.3)), fround(2 * fround(-7.77))]);
  });

  it('nothing that is not a number is hidden', () => {
    for (const columns of sizes)
      for (const at of [0, columns - 1]) {
        const x = arena.floats(columns);
        x[at] = Number.NaN;
        const into = arena.floats(1);
        kernels.largest(x, into, columns, 1, columns);
        expect(into[0]).toBeNaN();
        expect(encoded([...x], 0.1, 1)[at]).toBeNaN();
        kernels.decode(x, x, x, within([1]), arena.words(1), 1, columns, 0.1, 1);
        expect(x[at]).toBeNaN();
      }
  });

  it('gives the bits of the plain kernels, rows apart or not', () => {
    const draw = random(5);
    const normals = (count: number) => within(Float32Array.from({ length: count }, () => draw.normal()));
    for (const columns of sizes)
      for (const [step, bound] of [
        [0, 0],
        [step126, 1],
        [0.3, 0],
        [0, 0.7],
      ]) {
        const [rows, stride] = [5, columns + 3];
        const [x, factors, deviations, noise] = [rows * stride, rows, columns, rows * columns].map(normals);
        const results = [kernels, plainPlace.kernels].map((k) => {
          const [most, into, clipped] = [arena.floats(rows), arena.floats(rows * columns), arena.words(rows)];
          k.largest(x, most, stride, rows, columns);
          const inputs = k.encode(x, factors, into, stride, rows, columns, step, bound);
          const codes = signless(into);
          const outputs = k.decode(into, noise, deviations, factors, clipped, rows, columns, step, bound);
          k.disturb(into, noise, 0.3, rows * columns);
          k.squares(into, most, rows, columns);
          return [signless(most), inputs, codes, outputs, signless(into), [...clipped]];
        });
        expect(results[0]).toEqual(results[1]);
      }
  });
});
