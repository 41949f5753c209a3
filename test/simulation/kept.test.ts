import { describe, expect, it, test } from 'vitest';
import { exponential } from '../../src/distributions/exponential.ts';
import type { KeptFrom } from '../../src/simulation/costs/kept.ts';
import { bottleneckOfScenario } from '../../src/simulation/limits.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { each, fixed, ms, Scribe, scenario, schedules } from './scenarios.ts';

const shares = [0, 0.05, 0.3, 1];
const timed = (own: Scenario) => {
  const { eventsPerSecond: _, ...outcome } = simulate(own, { replications: 1 });
  return outcome;
};

describe('a share f of the samples kept', () => {
  test.each(shares)('makes the period of a stream the longest F + fW + U: f = %d', (kept) => {
    const costs = [
      fixed({ F: 2 * ms, W: 2 * ms }),
      fixed({ F: 1 * ms, W: 4 * ms, U: 0.5 * ms }),
      fixed({ F: 3 * ms, W: 1 * ms }),
    ];
    const own = { schedule: schedules.stream, devices: 3, microbatches: 40, costs, capacity: 2, kept };
    const period = Math.max(2 + 2 * kept, 1.5 + 4 * kept, 3 + kept);
    const more = simulate({ ...own, microbatches: 50 }).makespan - simulate(own).makespan;
    expect((1e3 * more) / 10).toBeCloseTo(period, 9);
    expect(bottleneckOfScenario(own)).toMatchObject({ periodSeconds: expect.closeTo(period / 1e3, 12) });
  });

  const [p, m, f, b, w, c] = [4, 8, 2, 3, 5, 0.5];
  const forms: readonly [keyof typeof schedules, (b: number, w: number, again: number) => number][] = [
    ['blocking', (b, w) => m * p * (f + b + w) + 2 * m * (p - 1) * c],
    ['oneFOneB', (b, w) => (m + p - 1) * (f + b + w) + 2 * c * (p - 1 + m - 2 - Math.floor((m - 2) / p))],
    ['gpipe', (b, w) => (m + p - 1) * (f + b + w) + 2 * (p - 1) * c],
    // what is made again is of the samples kept
    ['recompute', (b, w, again) => (m + p - 1) * (f + again + b + w) + 2 * (p - 1) * c],
  ];
  test.each(forms)('makes %s last as its closed form with fb and fw', (name, form) => {
    const costs = fixed({ F: f * ms, B: b * ms, W: w * ms });
    const one = { schedule: schedules[name], devices: p, microbatches: m, costs, link: { latency: c * ms } };
    for (const kept of shares) {
      const { makespan } = simulate({ ...one, kept });
      expect(1e3 * makespan).toBeCloseTo(form(kept * b, kept * w, kept * f), 9);
    }
  });

  it('takes so much of B and W of the ends of a path, too, and none of F and U', () => {
    const scribe = new Scribe();
    const some = { F: 100, B: 200, W: 400, U: 800 };
    const ends = { first: fixed(some), last: fixed(some) };
    const own = scenario(schedules.oneFOneB, { costs: fixed(some), ends, kept: 0.25, devices: 2 });
    simulate(own, { onlooker: scribe });
    const lasts = (op: 'F' | 'B' | 'W' | 'U') => scribe.of(1, op).map(({ start, end }) => end - start)[0];
    expect([lasts('F'), lasts('B'), lasts('W'), lasts('U')]).toEqual([200, 100, 200, 1600]);
  });

  test.each(each)('is nothing new to %s where it is 1, nor does it change what is held', (_, schedule) => {
    const costs = { F: exponential(100), B: exponential(100), W: exponential(100) };
    const own = scenario(schedule, { costs, bytes: 8, memory: { held: 4, weights: 2 } });
    expect(timed({ ...own, kept: 1 })).toEqual(timed(own));
    const peaks = (kept: number) =>
      simulate({ ...own, costs: fixed({ F: 10, B: 10, W: 10 }), kept }).stages[0].peakBytes;
    if (schedule.order && schedule !== schedules.zbV) expect(peaks(0.5)).toBe(peaks(1));
  });
});

describe('a share that changes', () => {
  const profile: KeptFrom[] = [
    { microbatch: 0, kept: 1 },
    { microbatch: 3, kept: 0.5 },
    { microbatch: 6, kept: 0 },
  ];

  it('holds from its microbatch on, in every stage', () => {
    const scribe = new Scribe();
    simulate(scenario(schedules.oneFOneB, { kept: profile }), { onlooker: scribe });
    for (const op of ['B', 'W'] as const)
      for (let stage = 0; stage < 4; stage++)
        expect(scribe.of(stage, op).map(({ start, end }) => end - start)).toEqual([
          10, 10, 10, 5, 5, 5, 0, 0,
        ]);
    expect(scribe.of(2, 'F').every(({ start, end }) => end - start === 10)).toBe(true);
  });

  it('goes on from flush to flush', () => {
    const scribe = new Scribe();
    const own = { microbatches: 4, flushes: 2, kept: profile };
    simulate(scenario(schedules.gpipe, own), { onlooker: scribe });
    expect(scribe.of(0, 'W').map(({ start, end }) => end - start)).toEqual([10, 10, 10, 5, 5, 5, 0, 0]);
  });

  it('makes a stage alone as busy as the sum of its parts', () => {
    const own = scenario(schedules.stream, { devices: 1, kept: profile });
    expect(simulate(own).makespan).toBe((8 * 10 + 3 * 10 + 3 * 5) / 1e9);
    expect(bottleneckOfScenario(own)).toMatchObject({
      periodSeconds: expect.closeTo((10 + (10 * 4.5) / 8) / 1e9, 20),
    });
  });

  it('is a share like any other where all its parts are alike, whatever is drawn', () => {
    const costs = { F: exponential(100), B: exponential(100), W: exponential(100) };
    const alike = [
      { microbatch: 2, kept: 0.3 },
      { microbatch: 5, kept: 0.3 },
    ];
    for (const schedule of [schedules.stream, schedules.zbH1, schedules.chimera]) {
      const own = scenario(schedule, { costs });
      expect(timed({ ...own, kept: alike })).toEqual(timed({ ...own, kept: 0.3 }));
    }
  });

  it('takes no draw: what is drawn is stretched', () => {
    const W = (kept: Scenario['kept']) => {
      const scribe = new Scribe();
      const costs = { F: exponential(ms), W: exponential(ms) };
      const one = scenario(schedules.stream, { costs, capacity: 2, ...(kept !== undefined && { kept }) });
      simulate(one, { onlooker: scribe });
      return scribe.of(1, 'W').map(({ start, end }) => end - start);
    };
    const whole = W(undefined);
    const part = W(profile.slice(0, 2));
    for (const [i, time] of part.entries())
      expect(Math.abs(time - whole[i] * (i < 3 ? 1 : 0.5))).toBeLessThan(2);
  });
});

test.each([
  [1.5, 'kept must be between 0 and 1; got 1.5'],
  [Number.NaN, 'kept must be between 0 and 1; got NaN'],
  [[], 'kept must be a share, or one part or more; got 0'],
  [
    [
      { microbatch: 4, kept: 0.1 },
      { microbatch: 4, kept: 0.2 },
    ],
    'microbatch of kept must be a whole number above 4; got 4',
  ],
])('kept %j is refused', (kept, message) => {
  expect(() => simulate(scenario(schedules.stream, { kept: kept as number }))).toThrow(message);
});

it('is refused where no B and no W takes time', () => {
  const own = scenario(schedules.stream, { costs: fixed({ F: 10 }), kept: 0.5 });
  expect(() => simulate(own)).toThrow('kept must be left out where B and W take no time; got 0.5');
});
