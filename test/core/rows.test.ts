import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import {
  addBias,
  argmax,
  normaliseRows,
  rectify,
  settle,
  settleEvery,
  softmaxCrossEntropy,
  sumRows,
} from '../../src/core/rows.ts';

const of = (rows: number, columns: number, ...values: number[]) =>
  matrix(rows, columns, Float32Array.from(values));

describe('rectify', () => {
  it('adds the bias, cuts at 0 and sums the squares of each row', () => {
    const z = of(2, 3, 1, -2, 3, -1, -1, 0.5);
    const squares = new Float32Array(2);
    rectify(z, Float32Array.of(1, 1, -1), squares);
    expect([...z.data]).toEqual([2, 0, 2, 0, 0, 0]);
    expect([...squares]).toEqual([8, 0]);
  });

  it('agrees with max(0, z + b) for any finite numbers', () => {
    const number = fc.float({ min: -(2 ** 50), max: 2 ** 50, noNaN: true });
    fc.assert(
      fc.property(number, number, (value, bias) => {
        const z = of(1, 1, value);
        rectify(z, Float32Array.of(bias), new Float32Array(1));
        expect(z.data[0]).toBe(Math.fround(Math.max(value + bias, 0)));
      }),
    );
  });

  it('hides nothing that is not a number', () => {
    const z = of(2, 2, Number.NaN, 1, 2, 1);
    const squares = new Float32Array(2);
    rectify(z, new Float32Array(2), squares);
    expect(z.data[0]).toBeNaN();
    expect(squares[0]).toBeNaN();
    expect(squares[1]).toBe(5);
  });

  it('leaves what lies beyond the rows alone', () => {
    const z = matrix(1, 2, Float32Array.of(-1, 1, -7));
    rectify(z, new Float32Array(2), new Float32Array(1));
    expect([...z.data]).toEqual([0, 1, -7]);
  });
});

describe('normaliseRows', () => {
  it('makes each row’s root mean square 1', () => {
    const into = matrix(2, 2);
    normaliseRows(of(2, 2, 3, 4, 0, 1e-3), Float32Array.of(25, 1e-6), into);
    const root = Math.sqrt(12.5);
    for (const [i, value] of [3 / root, 4 / root, 0, Math.SQRT2].entries()) {
      expect(into.data[i]).toBeCloseTo(value, 5);
    }
  });

  it('makes zeros of a row of zeros', () => {
    const h = matrix(1, 3);
    normaliseRows(h, new Float32Array(1), h);
    expect([...h.data]).toEqual([0, 0, 0]);
  });

  it('may write where it reads', () => {
    const [h, into] = [of(1, 2, 3, 4), matrix(1, 2)];
    normaliseRows(h, Float32Array.of(25), into);
    normaliseRows(h, Float32Array.of(25), h);
    expect(h.data).toEqual(into.data);
  });
});

describe('addBias and sumRows', () => {
  it('go over every row', () => {
    const z = of(2, 2, 1, 2, 3, 4);
    addBias(z, Float32Array.of(10, 20));
    expect([...z.data]).toEqual([11, 22, 13, 24]);
    const sums = new Float32Array(2).fill(5);
    sumRows(z, sums);
    expect([...sums]).toEqual([24, 46]);
  });

  it('of no rows is zeros', () => {
    const sums = new Float32Array(2).fill(5);
    sumRows(matrix(0, 2), sums);
    expect([...sums]).toEqual([0, 0]);
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
      fc.property(cases, (rows) => {
        const columns = rows[0].z.length;
        const logits = of(rows.length, columns, ...rows.flatMap(({ z }) => z));
        const loss = softmaxCrossEntropy(
          logits,
          Uint8Array.from(rows, ({ label }) => label),
        );
        const odds = rows.map(({ z }) => z.map(Math.exp));
        const p = odds.map((row) => row.map((o) => o / row.reduce((sum, value) => sum + value)));
        const expected = p.reduce((sum, row, r) => sum - Math.log(row[rows[r].label]), 0) / rows.length;
        expect(loss).toBeCloseTo(expected, 9);
        for (const [r, row] of p.entries()) {
          for (const [j, value] of row.entries()) {
            const slope = (value - (j === rows[r].label ? 1 : 0)) / rows.length;
            expect(logits.data[r * columns + j]).toBeCloseTo(slope, 6);
          }
        }
      }),
    );
  });

  it('doesn’t overflow', () => {
    const logits = of(2, 2, 1e30, -1e30, 1e4, 1e4);
    expect(softmaxCrossEntropy(logits, Uint8Array.of(0, 1))).toBeCloseTo(Math.LN2 / 2, 9);
    expect([...logits.data]).toEqual([0, 0, 0.25, -0.25]);
  });

  it('hides nothing that is not a number', () => {
    expect(softmaxCrossEntropy(of(1, 2, Number.NaN, 1), Uint8Array.of(1))).toBeNaN();
  });
});

it('settling turns what is subnormal into 0 and leaves alone what matters', () => {
  const means = Float32Array.of(1e-40, -1e-40, 1.4e-45, 1e-12, -0.25, 3, 0);
  settle(means);
  expect([...means.slice(0, 3)].map(Math.abs)).toEqual([0, 0, 0]);
  expect([...means.slice(3)]).toEqual([Math.fround(1e-12), -0.25, 3, 0]);
});

it('a mean that decays by 0.9 a step and is settled in time never becomes subnormal', () => {
  const mean = Float32Array.of(1e-3);
  let least = 1;
  for (let step = 1; step < 5000; step++) {
    if (step % settleEvery === 0) settle(mean);
    mean[0] *= 0.9;
    if (mean[0] !== 0) least = Math.min(least, mean[0]);
  }
  expect(mean[0]).toBe(0);
  expect(least).toBeGreaterThan(2 ** -126);
});
