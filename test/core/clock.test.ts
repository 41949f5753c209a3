import { describe, expect, it } from 'vitest';
import { ms, seconds, us, wallDate, wallNanoseconds } from '../../src/core/clock.ts';

describe('the wall clock', () => {
  it('counts whole nanoseconds and never goes back', () => {
    const readings = Array.from({ length: 2000 }, wallNanoseconds);
    for (const [i, now] of readings.entries()) {
      expect(Number.isSafeInteger(now)).toBe(true);
      if (i > 0) expect(now).toBeGreaterThanOrEqual(readings[i - 1]);
    }
    expect(readings[1999]).toBeGreaterThan(readings[0]);
  });

  it('tells the date for names', () => {
    expect(wallDate()).toBeInstanceOf(Date);
    expect(wallDate().getTime()).toBeGreaterThan(0);
  });
});

describe('a time', () => {
  it('is whole nanoseconds, of micro-, milliseconds and seconds', () => {
    expect([us(5), ms(2), seconds(1.5)]).toEqual([5000, 2e6, 1.5e9]);
    expect([us(0.0004), us(0.0006), ms(1 / 3)]).toEqual([0, 1, 333333]);
  });
});
