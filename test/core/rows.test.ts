import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { addBias, argmax, positivePart, softmaxCrossEntropy } from '../../src/core/rows.ts';

const of = (rows: number, columns: number, ...values: number[]) =>
  matrix(rows, columns, Float32Array.from(values));

describe('addBias', () => {
  it('goes over every row', () => {
    const z = of(2, 2, 1, 2, 3, 4);
    addBias(z, Float32Array.of(10, 20));
    expect([...z.data]).toEqual([11, 22, 13, 24]);
  });
});

describe('positivePart', () => {
  it('is max(0, z), and hides nothing that is not a number', () => {
    const number = fc.float({ min: -(2 ** 50), max: 2 ** 50, noNaN: true });
    fc.assert(
      fc.property(number, (z) => {
        expect(positivePart(z)).toBe(Math.max(z, 0));
      }),
    );
    expect(positivePart(Number.NaN)).toBeNaN();
  });
});

describe('argmax', () => {
  it('is the greatest column of its row, the first of equals', () => {
    const m = of(3, 3, 1, 3, 2, 7, 7, 0, -3, -2, -2);
    expect([0, 1, 2].map((r) => argmax(m, r))).toEqual([1, 0, 1]);
  });
});

describe('softmaxCrossEntropy', () => {
  const cases = fc.integer({ min: 1, max: 6 }).chain((columns) =>
    fc.array(
      fc.record({
        z: fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: columns, maxLength: columns }),
        label: fc.nat(columns - 1),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  );

  it('gives the mean loss and its gradient as float64 does', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(undefined, 0, 0.1, 0.7), (rows, smoothing) => {
        const columns = rows[0].z.length;
        const share = smoothing ?? 0;
        const target = (r: number, j: number) => (j === rows[r].label ? 1 - share : 0) + share / columns;
        const logits = of(rows.length, columns, ...rows.flatMap(({ z }) => z));
        const loss = softmaxCrossEntropy(
          logits,
          Uint16Array.from(rows, ({ label }) => label),
          smoothing,
        );
        const odds = rows.map(({ z }) => z.map(Math.exp));
        const p = odds.map((row) => row.map((o) => o / row.reduce((sum, value) => sum + value)));
        const expected =
          p.reduce((sum, row, r) => row.reduce((s, q, j) => s - target(r, j) * Math.log(q), sum), 0) /
          rows.length;
        expect(loss).toBeCloseTo(expected, 9);
        for (const [r, row] of p.entries()) {
          for (const [j, value] of row.entries()) {
            const slope = (value - target(r, j)) / rows.length;
            expect(logits.data[r * columns + j]).toBeCloseTo(slope, 6);
          }
        }
      }),
    );
  });

  it('doesn’t overflow', () => {
    const logits = of(2, 2, 1e30, -1e30, 1e4, 1e4);
    expect(softmaxCrossEntropy(logits, Uint16Array.of(0, 1))).toBeCloseTo(Math.LN2 / 2, 9);
    expect([...logits.data]).toEqual([0, 0, 0.25, -0.25]);
  });

  it('hides nothing that is not a number', () => {
    expect(softmaxCrossEntropy(of(1, 2, Number.NaN, 1), Uint16Array.of(1))).toBeNaN();
  });
});
