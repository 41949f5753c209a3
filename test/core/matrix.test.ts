import { describe, expect, it } from 'vitest';
import { matrix, rowsOf } from '../../src/core/matrix.ts';

describe('a matrix', () => {
  it('is zeros, row after row', () => {
    expect(matrix(2, 3)).toEqual({ rows: 2, columns: 3, data: new Float32Array(6) });
  });

  it('stands over the start of the data it is given, which is not copied', () => {
    const data = new Float32Array(8);
    expect(matrix(2, 3, data).data).toBe(data);
  });

  it('refuses data that is too short', () => {
    expect(() => matrix(2, 3, new Float32Array(5))).toThrow(
      new RangeError('data of a 2 × 3 matrix must hold 6 floats; got 5'),
    );
  });

  it('gives a block of its rows as a view', () => {
    const whole = matrix(4, 2, Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    const block = rowsOf(whole, 1, 3);
    expect([block.rows, block.columns, ...block.data]).toEqual([2, 2, 2, 3, 4, 5]);
    block.data[0] = 9;
    expect(whole.data[2]).toBe(9);
    expect(rowsOf(whole, 2, 2).rows).toBe(0);
  });
});
