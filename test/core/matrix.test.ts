import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';

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
});
