import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { constant } from '../../src/distributions/constant.ts';
import { empirical } from '../../src/distributions/empirical.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { stagesOf } from '../../src/simulation/engine/stages.ts';
import type { Scenario, StageCosts } from '../../src/simulation/scenario.ts';
import { energyPerMicrobatch, type Simulated, simulate } from '../../src/simulation/simulate.ts';
import { each, fixed, ms, Scribe, scenario, schedules } from './scenarios.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const conditions: readonly [string, Partial<Scenario>][] = [
  ['even costs', {}],
  ['jitter and latency', { jitter: lognormal(0.6), link: { latency: 7 } }],
  ['half-duplex bandwidth', { bytes: 9, streams: 2, link: { latency: 2, bandwidth: 1e9, duplex: 'half' } }],
  ['no overlap', { bytes: 9, jitter: lognormal(0.3), link: { latency: 2, bandwidth: 1e9, overlap: false } }],
  ['jittered links and one slot', { capacity: 1, link: { latency: 20, jitter: exponential(1) } }],
  ['room before service', { capacity: 1, blocking: 'before', jitter: lognormal(0.6) }],
  ['pauses', { pauses: { every: 40, lasts: exponential(15) } }],
  ['failures', { failures: { every: 300, restart: 20, checkpoint: 50 } }],
  ['a slow device', { slow: [{ device: 1, factor: 3 }] }],
  [
    'uneven costs, some of no time',
    { costs: [{ F: 10, B: 4 }, { F: 3, B: 8, W: 5 }, { W: 7, B: 7 }, { F: 5 }].map(fixed) },
  ],
];

describe.each(each)('%s', (_name, schedule: Schedule) => {
  it.each(conditions)('spends all its time in one way or another: %s', (_condition, change) => {
    const scribe = new Scribe();
    const outcome = simulate(scenario(schedule, change), { replications: 1, onlooker: scribe });
    expect(outcome.makespan).toBeGreaterThan(0);
    for (const [d, { busy, starved, blocked, communicating, down }] of outcome.stages.entries()) {
      const shares = [busy, starved, blocked, communicating, down];
      expect(busy + starved + blocked + communicating + down, `device ${d}: ${shares.join(' ')}`).toBeCloseTo(
        1,
        9,
      );
      for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
    }
    const busy = outcome.stages.reduce((sum, one) => sum + one.busy, 0);
    expect(outcome.bubble.ofTotal).toBeCloseTo(1 - busy / 4, 9);
    expect(outcome.bubble.ofIdeal).toBeCloseTo(4 / busy - 1, 9);
  });

  it.each(conditions)('loses nothing and does nothing twice: %s', (_condition, change) => {
    const whole = scenario(schedule, change);
    const scribe = new Scribe();
    simulate(whole, { replications: 1, onlooker: scribe });
    const { count, device, path, previous, next, paths } = stagesOf(whole);
    const local = schedule.serves.includes('locally');
    for (let stage = 0; stage < count; stage++) {
      const all = Array.from({ length: paths[path[stage]].microbatches }, (_, i) => i);
      for (const op of local ? (['F', 'W'] as const) : (['F', 'B', 'W'] as const)) {
        expect(
          scribe.of(stage, op).map(({ microbatch }) => microbatch),
          `${op} of stage ${stage}`,
        ).toEqual(all);
      }
      // each op comes after what it needs
      const [F, B, W] = (['F', 'B', 'W'] as const).map((op) => scribe.of(stage, op));
      const late = schedule.gradientDelay ?? 0;
      const sends = schedule.sendsActivityAfter === 'W' ? 'W' : 'F';
      for (const i of all) {
        if (B.length > 0) expect(B[i].start).toBeGreaterThanOrEqual(F[i].end);
        expect(W[i].start).toBeGreaterThanOrEqual((B[i] ?? F[i]).end);
        if (schedule.overlooksWraps) continue;
        if (previous[stage] >= 0) {
          const latency =
            device[previous[stage]] === device[stage] || change.link?.jitter
              ? 0
              : Number(change.link?.latency ?? 0);
          expect(F[i].start).toBeGreaterThanOrEqual(scribe.of(previous[stage], sends)[i].end + latency);
        }
        if (next[stage] >= 0 && B.length > 0)
          expect(B[i].start).toBeGreaterThanOrEqual(scribe.of(next[stage], 'B')[i - late]?.end ?? 0);
      }
    }
    // a device does one thing at a time
    for (let d = 0; d < 4; d++) {
      let free = 0;
      for (const { start, end } of scribe.ops.filter((op) => op.device === d)) {
        expect(start).toBeGreaterThanOrEqual(free);
        free = end;
      }
    }
    expect(scribe.goings.length).toBe(scribe.comings.length);
    expect(scribe.comings.length).toBe(paths.reduce((sum, { microbatches }) => sum + microbatches, 0));
  });

  it('with every time twice as long takes twice as long and serves half as much, to the bit', () => {
    const of = (times: number): Simulated => {
      const stretch = (one: readonly number[]) => empirical(one, times);
      const costs: StageCosts = {
        F: stretch([10, 12, 30]),
        B: stretch([20, 24]),
        W: stretch([8, 40]),
        U: constant(2 * times),
      };
      return simulate(
        scenario(schedule, { microbatches: 400, costs, capacity: 3, link: { latency: 6 * times } }),
        { replications: 1 },
      );
    };
    const [once, twice] = [of(2), of(4)];
    expect(twice.makespan).toBe(2 * once.makespan);
    expect(twice.throughput).toBe(once.throughput / 2);
    expect(twice.latency.mean).toBe(2 * once.latency.mean);
    expect(twice.latency.p50).toBe(2 * once.latency.p50);
    expect(twice.stages).toEqual(once.stages);
  });

  it('comes to the same with the same seed, to something else with another', () => {
    const costs = fixed({ F: 1e5, B: 1e5, W: 1e5 });
    const of = (change: Partial<Scenario>, replications = 1) => {
      const { eventsPerSecond: _, ...rest } = simulate(
        scenario(schedule, { jitter: lognormal(0.5), costs, ...change }),
        { replications },
      );
      return rest;
    };
    expect(of({ seed: 5 })).toEqual(of({ seed: 5 }));
    expect(of({ seed: 6 }).makespan).not.toBe(of({ seed: 5 }).makespan);
    expect(of({ seed: 5 }, 2)).toEqual(of({ seed: 5 }, 2));
    // a second replication has draws of its own
    expect(of({ seed: 5 }, 2).makespan).not.toBe(of({ seed: 5 }).makespan);
  });

  it('waits for a slow device, whichever that is', () => {
    const even = simulate(scenario(schedule)).makespan;
    for (const device of [0, 1, 2, 3]) {
      const slowed = simulate(scenario(schedule, { slow: [{ device, factor: 4 }] })).makespan;
      expect(slowed).toBeGreaterThan(1.7 * even);
      expect(slowed).toBeLessThanOrEqual(4 * even + 1e-12);
    }
  });
});

describe('common random numbers', () => {
  it('stretch the n-th op of a stage alike in every schedule with a stage a device', () => {
    const lasts = (schedule: Schedule, op: 'F' | 'B' | 'W') => {
      const scribe = new Scribe();
      simulate(scenario(schedule, { jitter: lognormal(0.5), costs: fixed({ F: 1000, B: 2000, W: 700 }) }), {
        replications: 1,
        onlooker: scribe,
      });
      return [0, 1, 2, 3].map((stage) => scribe.of(stage, op).map(({ start, end }) => end - start));
    };
    const { gpipe, oneFOneB, zbH1, zbH2, pipedream, blocking } = schedules;
    for (const op of ['F', 'B', 'W'] as const) {
      const first = lasts(gpipe, op);
      expect(new Set(first.flat()).size).toBeGreaterThan(25);
      for (const other of [oneFOneB, zbH1, zbH2, pipedream, blocking])
        expect(lasts(other, op)).toEqual(first);
    }
    expect(lasts(schedules.stream, 'F')).toEqual(lasts(gpipe, 'F'));
  });

  it('make a difference of two schedules more certain than draws of their own would', () => {
    const of = (schedule: Schedule, seed: number) =>
      1e9 *
      simulate(
        scenario(schedule, { jitter: lognormal(0.5), costs: fixed({ F: 1000, B: 1000, W: 1000 }), seed }),
        { replications: 1 },
      ).makespan;
    const spread = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    const seeds = Array.from({ length: 60 }, (_, i) => i);
    const common = spread(seeds.map((seed) => of(schedules.gpipe, seed) - of(schedules.oneFOneB, seed)));
    const apart = spread(
      seeds.map((seed) => of(schedules.gpipe, seed) - of(schedules.oneFOneB, 1000 + seed)),
    );
    expect(common).toBeLessThan(0.5 * apart);
  });
});

describe('replications', () => {
  it('are 20 of what is random and flushes, one of all else', () => {
    const runs = (change: Partial<Scenario>, schedule = schedules.gpipe) =>
      simulate(scenario(schedule, change)).replications;
    expect(runs({})).toBe(1);
    expect(runs({ jitter: constant(2) })).toBe(1);
    expect(runs({ jitter: lognormal(0.1) })).toBe(20);
    expect(runs({ costs: { F: exponential(5), B: constant(5) } })).toBe(20);
    expect(runs({ link: { latency: 5, jitter: lognormal(0.1) } })).toBe(20);
    expect(runs({ pauses: { every: 100, lasts: constant(1) } })).toBe(20);
    expect(runs({ jitter: lognormal(0.1) }, schedules.stream)).toBe(1);
  });

  it('give the mean of each figure with an interval over them', () => {
    const jittered = scenario(schedules.gpipe, { jitter: lognormal(0.4), costs: fixed({ F: 1e5, B: 1e5 }) });
    const { makespan, makespanCi95, ci95, latency } = simulate(jittered, { replications: 40 });
    const [low, high] = makespanCi95 as readonly [number, number];
    expect((low + high) / 2).toBeCloseTo(makespan, 12);
    expect(high).toBeGreaterThan(low);
    expect(ci95).not.toBeNull();
    expect(latency.ci95).not.toBeNull();
    expect(() => simulate(jittered, { replications: 0 })).toThrow(
      'replications must be a whole number, 1 or more; got 0',
    );
  });
});

describe('memory', () => {
  it('is the same after a million microbatches as after a hundred thousand', () => {
    const heapOf = (schedule: Schedule, microbatches: number, change: Partial<Scenario> = {}): number => {
      const { ops } = simulate(
        scenario(schedule, {
          devices: 2,
          microbatches,
          costs: { F: exponential(ms) },
          capacity: 4,
          ...change,
        }),
        { replications: 1 },
      );
      // few draws round to no time at all
      expect(ops).toBeGreaterThan(1.9999 * microbatches);
      collect();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    heapOf(schedules.stream, 10_000);
    // the collector and the compiler make noise, now up, now down: what grows by itself grows each time
    const grown = Array.from(
      { length: 3 },
      () => heapOf(schedules.stream, 1_000_000) - heapOf(schedules.stream, 100_000),
    );
    // a byte a microbatch would be 900 kB
    expect(Math.min(...grown)).toBeLessThan(400_000);
  });

  it('does not grow while a simulation runs', () => {
    const samples: number[] = [];
    let seen = 0;
    simulate(
      {
        schedule: schedules.pipedream,
        devices: 3,
        microbatches: 120_000,
        costs: fixed({ F: 10, B: 10, W: 10 }),
      },
      {
        replications: 1,
        onlooker: {
          left: () => {
            if (++seen % 40_000 !== 0) return;
            collect();
            samples.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
          },
        },
      },
    );
    expect(samples).toHaveLength(3);
    expect(samples[2] - samples[0]).toBeLessThan(200_000);
  });
});

describe('energy', () => {
  it('is what busy and idle devices take, a microbatch', () => {
    const outcome = simulate(scenario(schedules.gpipe));
    // 4 devices, 8 · 30 ns busy of 11 · 30 ns
    const joules = (4 * 240e-9 * 100 + 4 * 90e-9 * 20) / 8;
    expect(energyPerMicrobatch(outcome, { busy: 100, idle: 20 })).toBeCloseTo(joules, 15);
    expect(() => energyPerMicrobatch(outcome, { busy: -1, idle: 0 })).toThrow(
      'watts of a busy device must be 0 or more; got -1',
    );
    expect(() => energyPerMicrobatch(outcome, { busy: 1, idle: Number.NaN })).toThrow(
      'watts of an idle device must be 0 or more; got NaN',
    );
  });
});
