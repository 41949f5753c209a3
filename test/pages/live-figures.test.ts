import { expect, test } from 'vitest';
import { milliseconds, threeDigits } from '../../src/pages/live/figures.ts';

test('a latency that nothing was measured of is no 0', () => {
  expect([0, 0.5, 12.34, 1234].map(milliseconds)).toEqual(['–', '0.500 ms', '12.3 ms', '1,234 ms']);
});

test('a number beside a curve has no exponent', () => {
  expect([1224, 99.96, 0.5].map(threeDigits)).toEqual(['1,224', '100', '0.500']);
});
