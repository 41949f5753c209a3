import { describe, expect, it } from 'vitest';
import { must, mustBePositive, mustBeShare, mustBeWhole, printable, shown } from '../../src/core/check.ts';

const says = (check: () => void, text: string) => expect(check).toThrow(new RangeError(text));

describe('a check', () => {
  it('lets what holds pass', () => {
    must(true, 'x', 'anything', 0);
    mustBeWhole(3, 'x', 3);
    mustBePositive(1e-9, 'x');
    mustBeShare(0, 'x');
    mustBeShare(1, 'x');
  });

  it('says: thing must be rule; got value', () => {
    says(() => must(false, 'capacity', 'large', 3), 'capacity must be large; got 3');
    says(() => must(false, 'name', 'short', 'abc'), "name must be short; got 'abc'");
    says(() => must(false, 'shape', 'square', [2, 3]), 'shape must be square; got [2,3]');
    says(() => must(false, 'of', 'there', undefined), 'of must be there; got undefined');
    says(() => must(false, 'of', 'there', null), 'of must be there; got null');
  });

  it('of whole numbers names the least, and the unit where there is one', () => {
    says(
      () => mustBeWhole(0, 'capacity', 1, 'microbatches'),
      'capacity must be a whole number of microbatches, 1 or more; got 0',
    );
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -1]) {
      says(() => mustBeWhole(value, 'seed', 0), `seed must be a whole number, 0 or more; got ${value}`);
    }
  });

  it('of positive numbers refuses 0, less, and what is not finite', () => {
    for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      says(() => mustBePositive(value, 'rate'), `rate must be a finite number above 0; got ${value}`);
    }
  });

  it('of shares refuses what is not between 0 and 1', () => {
    for (const value of [-0.01, 1.01, Number.NaN]) {
      says(() => mustBeShare(value, 'share'), `share must be between 0 and 1; got ${value}`);
    }
  });

  it('shows values in quotes, escaped and cut, and numbers that are not finite by their names', () => {
    says(
      () => must(false, 'name', 'short', '\u001b[31mred\u202e'),
      "name must be short; got '\\x1b[31mred\\u202e'",
    );
    says(
      () => must(false, 'shape', 'finite', [1, Number.POSITIVE_INFINITY]),
      'shape must be finite; got [1,"Infinity"]',
    );
    const long = shown('x'.repeat(200_000));
    expect(long).toMatch(/^'x{199}… \(200,000 characters\)$/);
    expect(shown(new Array(1e5).fill(0)).length).toBeLessThan(240);
    expect(shown(10n)).toBe('10');
    expect(printable('two\nlines, µs and 界')).toBe('two\nlines, µs and 界');
  });
});
