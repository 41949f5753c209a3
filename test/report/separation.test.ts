import { describe, expect, it } from 'vitest';
import { correlation, separation } from '../../src/report/studies/separation.ts';

describe('separation by one number', () => {
  it('is perfect where no two overlap, whatever the scale', () => {
    expect(separation([5, 6, 7, 9], [1, 2, 3, 4])).toEqual({ threshold: 1, pairs: 1 });
    expect(separation([0.5, 0.6], [0.1, 0.2])).toEqual({ threshold: 1, pairs: 1 });
  });

  it('is chance where both are the same number, or the wrong way round', () => {
    expect(separation([1, 1, 1, 1], [1, 1, 1, 1])).toEqual({ threshold: 0.5, pairs: 0.5 });
    expect(separation([1, 1, 1, 1], [2, 2, 2, 2])).toEqual({ threshold: 0.5, pairs: 0 });
  });

  it('tries its threshold on other pairs than it was chosen on', () => {
    // the even pairs choose a threshold of 2.5; of the odd ones 4, 2 against 1, 3 two are told right
    expect(separation([3, 4, 4, 2], [1, 1, 2, 3])).toEqual({ threshold: 0.5, pairs: 0.75 });
  });

  it('needs pairs', () => {
    expect(() => separation([1], [1])).toThrow('pairs must be as many of both kinds, 2 or more');
    expect(() => separation([1, 2], [1])).toThrow(RangeError);
  });
});

it('correlation is 1 of a line, −1 of a falling one, 0 of a constant, and what a hand computes between', () => {
  expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  expect(correlation([1, 2, 3], [4, 4, 4])).toBe(0);
  expect(correlation([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(0.6, 12);
});
