import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, looped, ms, schedules } from './scenarios.ts';

type Costs = readonly [f: number, b: number, w: number, c: number];

/** in the unit of the costs, which are milliseconds here */
function makespan(schedule: Schedule, p: number, m: number, [f, b, w, c]: Costs): number {
  const costs = fixed({ F: Math.round(f * ms), B: Math.round(b * ms), W: Math.round(w * ms) });
  const link = { latency: Math.round(c * ms) };
  return 1e3 * simulate({ schedule, devices: p, microbatches: m, costs, link }).makespan;
}

type Form = (p: number, m: number, f: number, b: number, w: number, c: number) => number;

const forms: readonly [string, Schedule, Form][] = [
  [
    'blocking: m·p(f+b+w) + 2m(p−1)c',
    schedules.blocking,
    (p, m, f, b, w, c) => m * (p * (f + b + w) + 2 * (p - 1) * c),
  ],
  [
    'GPipe: (m+p−1)(f+b+w) + 2(p−1)c',
    schedules.gpipe,
    (p, m, f, b, w, c) => (m + p - 1) * (f + b + w) + 2 * (p - 1) * c,
  ],
  [
    'GPipe with recompute: (m+p−1)(2f+b+w) + 2(p−1)c',
    schedules.recompute,
    (p, m, f, b, w, c) => (m + p - 1) * (2 * f + b + w) + 2 * (p - 1) * c,
  ],
  [
    '1F1B: (m+p−1)(f+b+w) + 2c[(p−1) + (m−2) − ⌊(m−2)/p⌋]',
    schedules.oneFOneB,
    (p, m, f, b, w, c) => (m + p - 1) * (f + b + w) + 2 * c * (p - 1 + m - 2 - Math.floor((m - 2) / p)),
  ],
  [
    'ZB-H1: m(f+b+w) + (p−1)(f+b−w) + 4(p−1)c',
    schedules.zbH1,
    (p, m, f, b, w, c) => m * (f + b + w) + (p - 1) * (f + b - w) + 4 * (p - 1) * c,
  ],
  [
    'ZB-H2: m(f+b+w) + (p−1)(f+b−2w+2c)',
    schedules.zbH2,
    (p, m, f, b, w, c) => m * (f + b + w) + (p - 1) * (f + b - 2 * w + 2 * c),
  ],
  [
    'PARTIME: m(f+b+w) + (p−1)(f+c)',
    schedules.partime,
    (p, m, f, b, w, c) => m * (f + b + w) + (p - 1) * (f + c),
  ],
  [
    'interleaved, two chunks: m(f+b+w) + (p−1)(f+b+w)/2 + c(3p−2)',
    schedules.overlooking,
    (p, m, f, b, w, c) => m * (f + b + w) + ((p - 1) * (f + b + w)) / 2 + c * (3 * p - 2),
  ],
  [
    'interleaved, every wrap waited for: … + c(4p−2)',
    schedules.interleaved,
    (p, m, f, b, w, c) => m * (f + b + w) + ((p - 1) * (f + b + w)) / 2 + c * (4 * p - 2),
  ],
];

describe('the makespan of one flush', () => {
  it.each(forms)('%s', (_name, schedule, exact) => {
    for (const p of [2, 3, 5]) {
      for (const m of [2 * p, 4 * p]) {
        for (const c of [0, 0.5]) {
          const costs = [18.522, 18.086, 9.338] as const;
          expect(makespan(schedule, p, m, [...costs, c]), `p = ${p}, m = ${m}, c = ${c}`).toBeCloseTo(
            exact(p, m, ...costs, c),
            6,
          );
        }
      }
    }
  });

  it('of 1F1B, where m is no multiple of p', () => {
    for (const p of [2, 3, 4]) {
      for (let m = 2 * p; m < 4 * p; m++) {
        const exact = (m + p - 1) * 45 + 1.2 * (p - 1 + m - 2 - Math.floor((m - 2) / p));
        expect(makespan(schedules.oneFOneB, p, m, [18, 18, 9, 0.6])).toBeCloseTo(exact, 6);
      }
    }
  });

  it.each([
    ['1F1B', schedules.oneFOneB, [33, 34.6, 47.2]],
    ['ZB-H1', schedules.zbH1, [27, 28.2, 40.2]],
    ['ZB-H2', schedules.zbH2, [24, 24.6, 36.6]],
  ] as const)('of %s is what is printed for p = 4', (_name, schedule, [eight, latent, twelve]) => {
    expect(makespan(schedule, 4, 8, [1, 1, 1, 0])).toBeCloseTo(eight, 9);
    expect(makespan(schedule, 4, 8, [1, 1, 1, 0.1])).toBeCloseTo(latent, 9);
    expect(makespan(schedule, 4, 12, [1, 1, 1, 0.1])).toBeCloseTo(twelve, 9);
  });

  it('of more chunks: m(f+b+w) + (p−1)(f+b+w)/v', async () => {
    for (const v of [1, 2, 4]) {
      expect(makespan(await looped(v), 4, 8, [8, 8, 4, 0])).toBeCloseTo(20 * (8 + 3 / v), 6);
    }
  });

  it('of Chimera, F and B of one slot each: 2m + p − 2, further units filling the gaps of the one before', () => {
    for (const p of [2, 4, 8]) {
      for (const units of [1, 2, 3])
        expect(makespan(schedules.chimera, p, units * p, [1, 1, 0, 0])).toBeCloseTo(2 * units * p + p - 2, 9);
    }
  });

  it('of a Forward-Forward stream: Σt + (m−1)·max t + (p−1)c, also where stages differ', () => {
    const stages = [3, 7, 5, 6];
    const { makespan: seconds } = simulate({
      schedule: schedules.stream,
      devices: 4,
      microbatches: 9,
      costs: stages.map((t) => fixed({ F: t, W: t })),
      link: { latency: 2 },
    });
    // the last stage ends with W; the activity goes on after F
    const dear = 2 * 7;
    expect(1e9 * seconds).toBeCloseTo(3 + 2 + 8 * dear + 7 + 2 + 5 + 2 + 2 * 6, 6);
  });

  it('of both PFFs: (S+N−1)·t', () => {
    for (const [N, S] of [
      [2, 3],
      [4, 8],
      [4, 10],
    ] as const) {
      expect(makespan(schedules.pffSingleLayer, N, S, [7, 0, 0, 0])).toBeCloseTo((S + N - 1) * 7, 6);
      expect(makespan(schedules.pffAllLayers, N, S, [7, 0, 0, 0])).toBeCloseTo((S + N - 1) * 7, 6);
    }
  });

  it('of several flushes is so many times as long, and the last may be smaller', () => {
    const of = (change: object) =>
      1e9 *
      simulate({
        schedule: schedules.gpipe,
        devices: 3,
        microbatches: 4,
        costs: fixed({ F: 10, B: 20, W: 5 }),
        ...change,
      }).makespan;
    const flush = (m: number) => (m + 2) * 35;
    expect(of({})).toBeCloseTo(flush(4), 6);
    // the first stage ends a flush last and begins the next one: flushes don't overlap
    expect(of({ flushes: 3 })).toBeCloseTo(3 * flush(4), 6);
    expect(of({ flushes: 3, lastFlush: 1 })).toBeCloseTo(2 * flush(4) + flush(1), 6);
  });
});

describe('what a last flush that is smaller leaves', () => {
  it('ends, whatever the sizes are', () => {
    for (let all = 1; all <= 24; all++) {
      for (let lastFlush = 1; lastFlush <= all; lastFlush++) {
        for (const flushes of [2, 3, 5]) {
          const { ops } = simulate({
            schedule: schedules.oneFOneB,
            devices: 1,
            microbatches: all,
            ...{ flushes, lastFlush, costs: fixed({ F: 1, B: 1, W: 1 }) },
          });
          expect(ops).toBe(3 * (all * (flushes - 1) + lastFlush));
        }
      }
    }
  });
});

describe('the long-run period', () => {
  const period = (schedule: Schedule, c: number): number => {
    const at = (m: number) => makespan(schedule, 8, m, [1, 1, 1, c]);
    return (at(400) - at(200)) / 200;
  };

  it('of 1F1B is (f+b+w) + 2c(p−1)/p: latency is in every round', () => {
    for (const c of [1, 2, 4]) expect(period(schedules.oneFOneB, c)).toBeCloseTo(3 + (2 * c * 7) / 8, 2);
  });

  it('of ZB-H1 hides latency up to w/2, then is f + b + (w+2c(p−1))/p', () => {
    for (const c of [0.5, 1, 4])
      expect(period(schedules.zbH1, c)).toBeCloseTo(Math.max(3, 2 + (1 + 14 * c) / 8), 2);
  });

  it('of ZB-H2 hides latency up to two ops', () => {
    for (const c of [2, 4]) expect(period(schedules.zbH2, c)).toBeCloseTo(Math.max(3, (17 + 14 * c) / 15), 1);
  });
});
