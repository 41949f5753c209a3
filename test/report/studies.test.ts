import { describe, expect, it } from 'vitest';
import {
  columns,
  each,
  errorBar,
  errorLines,
  figureOver,
  meansOf,
  minus,
  overSeeds,
  percentTable,
  percentTo,
  points,
  type Study,
  seedsFromOne,
  studyRecord,
  studyText,
  tuned,
  verdictOf,
  wordAmong,
} from '../../src/report.ts';

const study: Study = {
  asked: 'is it slower?',
  question: 'Time of a prediction.',
  measured: [columns(['', 'ms'], [['one pass', 1.5]])],
  claim: 'it is slower',
  criterion: 'more than 1 ms',
  verdict: 'holds only if labels are many: 1.5 ms',
  figures: { ms: 1.5 },
  seeds: [1, 2],
};

describe('a study', () => {
  it('splits its verdict into word and reason', () => {
    expect(verdictOf('holds: 3 > 2')).toEqual({ verdict: 'holds', because: '3 > 2' });
    expect(verdictOf('fails: 1 < 2')).toEqual({ verdict: 'fails', because: '1 < 2' });
    expect(verdictOf('holds only if x: y').because).toBe('if x: y'.slice(3));
    expect(() => verdictOf('held: so it seems')).toThrow(/verdict must begin with holds/);
    expect(() => verdictOf('holdsome')).toThrow(RangeError);
  });

  it('is told as text that wraps and ends in the verdict', () => {
    const text = studyText(study);
    expect(text.split('\n')[0]).toBe('asked: is it slower?');
    expect(text.trimEnd().split('\n').at(-1)).toBe('verdict: holds only if labels are many: 1.5 ms');
    const long = studyText({ ...study, claim: 'word '.repeat(40).trim() });
    for (const line of long.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const claim = 'word '.repeat(40).trim();
    expect(studyText({ ...study, claim, width: Number.POSITIVE_INFINITY })).toContain(`claim: ${claim}\n`);
  });

  it('is a record with the names other programs rely on', () => {
    const record = studyRecord('inference', study);
    expect(record).toMatchObject({
      ...{ name: 'inference', claim: 'it is slower', criterion: 'more than 1 ms', figures: { ms: 1.5 } },
      ...{ verdict: 'holds only if', because: 'labels are many: 1.5 ms', seeds: [1, 2] },
    });
    expect(record.text.join('\n')).toBe(studyText(study).trimEnd());
  });
});

describe('a verdict about several things', () => {
  it('holds of all, fails of none, and else names those of which it is true', () => {
    expect(wordAmong(['a', 'b'], ['a', 'b'], 'it is')).toBe('holds');
    expect(wordAmong(['a', 'b'], [], 'it is')).toBe('fails');
    expect(wordAmong(['a', 'b', 'c'], ['a', 'c'], 'it is')).toBe('holds only if it is a or c');
  });
});

describe('figures over seeds', () => {
  it('are bars and points of errors in per cent, and cells of a table', () => {
    const bar = errorBar('FF', [0.99, 0.98, 0.97]);
    expect(bar.value).toBeCloseTo(2, 10);
    // t(0.975, 2) = 4.302653 over √3
    expect(bar.high - bar.value).toBeCloseTo(4.302653 / Math.sqrt(3), 4);
    expect(bar.value - bar.low).toBeCloseTo(4.302653 / Math.sqrt(3), 4);
    const { low, high, value } = bar;
    expect(errorLines([8], { FF: [[0.99, 0.98, 0.97]] })).toEqual([
      { name: 'FF', points: [{ x: 8, y: value, low, high }] },
    ]);
    expect(meansOf({ FF: [[1, 2], [4]] })).toEqual({ FF: [1.5, 4] });
    expect(
      percentTable(['layers', 1, 2], {
        FF: [[0.5, 0.5], [Number.NaN]],
        deeper: [
          [0.1, 0.1],
          [1, 1],
        ],
      }),
    ).toBe(
      ['layers           1            2', 'FF      50.0 ± 0.0', 'deeper  10.0 ± 0.0  100.0 ± 0.0'].join('\n'),
    );
  });

  it('have the interval of Student’s t', () => {
    expect(seedsFromOne(3)).toEqual([1, 2, 3]);
    const { mean, half, ci95 } = overSeeds([1, 2, 3]);
    expect(mean).toBe(2);
    expect(ci95).toEqual([2 - half, 2 + half]);
    // t(0.975, 2) = 4.302653 over √3
    expect(half).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
    expect(overSeeds([5]).half).toBeNaN();
    expect(figureOver([1, 2, 3])).toEqual({ mean, ci95: [mean - half, mean + half] });
    expect(percentTo(2)([0.01, 0.02, 0.03])).toBe('2.00 ± 2.48');
    expect(points(minus([0.1, 0.2, 0.3], [0.2, 0.3, 0.4]))).toBe('−10.0 ± 0.0 points');
  });

  it('tunes on the best, the first of equals, and asks nothing where there is one', async () => {
    const asked: number[] = [];
    const accuracy = async (rate: number): Promise<number> => {
      asked.push(rate);
      return rate === 1 ? 0.5 : 0.9;
    };
    expect(await tuned([1, 2, 3], accuracy)).toBe(2);
    expect(asked).toEqual([1, 2, 3]);
    expect(await tuned([7], accuracy)).toBe(7);
    expect(asked.length).toBe(3);
  });

  it('are taken one after another', async () => {
    let running = 0;
    const most = await each([1, 2, 3], async (x) => {
      running++;
      await Promise.resolve();
      expect(running--).toBe(1);
      return x;
    });
    expect(most).toEqual([1, 2, 3]);
  });
});
