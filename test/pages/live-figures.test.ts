import { expect, test } from 'vitest';
import { milliseconds } from '../../src/pages/live/figures.ts';

test('a latency that nothing was measured of is no 0', () => {
  expect([0, 0.5, 12.34, 1234].map(milliseconds)).toEqual(['–', '0.500 ms', '12.3 ms', '1,234 ms']);
});
