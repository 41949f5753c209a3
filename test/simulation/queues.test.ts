import { describe, expect, it } from 'vitest';
import type { Arrivals } from '../../src/arrivals/arrival.ts';
import { poisson } from '../../src/arrivals/poisson.ts';
import { regular } from '../../src/arrivals/regular.ts';
import { constant } from '../../src/distributions/constant.ts';
import type { Distribution } from '../../src/distributions/distribution.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { type Simulated, simulate } from '../../src/simulation/simulate.ts';
import { fixed, ms, Scribe, scenario, schedules } from './scenarios.ts';

const { stream } = schedules;

/** The seed is fixed, so a figure lies in its interval always or never; twice the half width leaves few of many outside. */
function expectIn(interval: readonly [number, number] | null, mean: number, exact: number): void {
  const [low, high] = interval as readonly [number, number];
  expect(Math.abs(mean - exact)).toBeLessThan(high - low);
  // an interval that is wide proves nothing
  expect(high - low).toBeLessThan(0.15 * exact);
}

const open = (F: Distribution, arrivals: Arrivals, change: Partial<Scenario> = {}): Simulated =>
  simulate(
    { schedule: stream, devices: 1, microbatches: 8000, costs: { F }, arrivals, ...change },
    { replications: 10 },
  );

describe('an open line', () => {
  it.each([
    ['M/M/1 at 0.5', 0.5, exponential(ms), 1],
    ['M/M/1 at 0.7', 0.7, exponential(ms), 0.7 / 0.3],
    ['M/D/1 at 0.7', 0.7, constant(ms), 0.7 / 0.6],
    ['M/G/1 at 0.7, cv 0.3', 0.7, lognormal(0.3, ms), (0.7 * 1.09) / 0.6],
  ])('%s waits ρ(1+cv²)/(2(1−ρ)) services', (_name, load, F, wait) => {
    const { latency, inside } = open(F, poisson(1000 * load));
    const in1000 = latency.ci95?.map((bound) => 1e3 * bound) as [number, number];
    expectIn(in1000, 1e3 * latency.mean, 1 + wait);
    expect(Math.abs(inside / (load * (1 + wait)) - 1)).toBeLessThan(0.1);
  });

  it('M/M/1: sojourns are exponential, so p50, p95 and p99 are ln 2, ln 20 and ln 100 over μ − λ', () => {
    const { latency } = open(exponential(ms), poisson(500));
    for (const [got, share] of [
      [latency.p50, 2],
      [latency.p95, 20],
      [latency.p99, 100],
    ])
      expect((500 * got) / Math.log(share)).toBeCloseTo(1, 1);
  });

  it('a tandem of three M/M/1: sojourns are Erlang (Burke)', () => {
    const { latency } = open(exponential(ms), poisson(500), { devices: 3 });
    expect((500 * latency.p50) / 2.6741).toBeCloseTo(1, 1);
    expect((500 * latency.p99) / 8.4059).toBeCloseTo(1, 1);
    expect((500 * latency.mean) / 3).toBeCloseTo(1, 1);
  });

  it.each([
    [0.8, 5, 0.08882, 0.72894],
    [1, 3, 0.25, 0.75],
    [2, 1, 2 / 3, 2 / 3],
  ])('M/M/1/K at %d, K = %d, loses π_K', (load, capacity, lost, rate) => {
    const { arrivals, throughput, ci95 } = open(exponential(ms), poisson(1000 * load), { capacity });
    expect(arrivals.count).toBe(8000);
    expect(Math.abs(arrivals.lostShare - lost)).toBeLessThan(0.015);
    expectIn(ci95, throughput, 1000 * rate);
  });

  it('that is fed regularly and slower than it serves has no queue', () => {
    const { latency, throughput, stages } = open(constant(ms), regular(800), { devices: 3 });
    for (const at of [latency.p50, latency.p99]) expect(at).toBeCloseTo(3e-3, 12);
    expect(throughput).toBeCloseTo(800, 6);
    expect(stages.map(({ queue }) => queue.max)).toEqual([1, 1, 1]);
  });
});

describe('what is lost', () => {
  it('is what finds no room, at the time when it came; the rest is learned from', () => {
    const scribe = new Scribe();
    // comes at 10, 20, 30 … and is served for 25: 10–35, 35–60 … while two are held
    const outcome = simulate(
      {
        ...{ schedule: stream, devices: 1, microbatches: 6, costs: fixed({ F: 25 }), capacity: 2 },
        arrivals: regular(1e8),
      },
      { replications: 1, onlooker: scribe },
    );
    expect(scribe.timeline(0)).toBe('F 10-35, F 35-60, F 60-85, F 85-110');
    expect(scribe.comings.map(({ at }) => at)).toEqual([10, 20, 40, 60]);
    expect(scribe.lostAt).toEqual([30, 50]);
    expect(outcome.arrivals).toEqual({ count: 6, lostShare: 1 / 3 });
  });
});

const saturated = (change: Partial<Scenario>, replications = 6) =>
  simulate(
    { schedule: stream, devices: 2, microbatches: 6000, costs: { F: exponential(ms) }, ...change },
    { replications },
  );

describe('a saturated line', () => {
  it.each([0, 1, 4])(
    'of two with b = %d slots between, blocking after service, serves (b+2)/(b+3)',
    (slots) => {
      const { throughput, ci95 } = saturated({ capacity: slots + 1 });
      expectIn(ci95, throughput, (1000 * (slots + 2)) / (slots + 3));
    },
  );

  it.each([0, 1, 4])('of two with b = %d, blocking before service, serves (b+1)/(b+2)', (slots) => {
    const { throughput, ci95 } = saturated({ capacity: slots + 1, blocking: 'before' });
    expectIn(ci95, throughput, (1000 * (slots + 1)) / (slots + 2));
  });

  it.each([
    [3, 0, 22 / 39],
    [3, 1, 0.670466],
    [4, 0, 0.514775],
  ])('of %d with b = %d serves what its Markov chain does', (devices, slots, exact) => {
    const { throughput, ci95 } = saturated({ devices, capacity: slots + 1 });
    expectIn(ci95, throughput, 1000 * exact);
  });

  it('runs as fast the other way round', () => {
    const [slow, fast] = [{ F: exponential(ms) }, { F: exponential(ms / 2) }];
    for (const [slots, exact] of [
      [0, 0.857143],
      [1, 0.933333],
    ]) {
      for (const costs of [
        [slow, fast],
        [fast, slow],
      ]) {
        const { throughput, ci95 } = saturated({ capacity: slots + 1, costs });
        expectIn(ci95, throughput, 1000 * exact);
      }
    }
  });

  it('never serves faster than its slowest stage', () => {
    const costs = [10, 30, 20].map((F) => fixed({ F }));
    const { throughput } = saturated({ devices: 3, costs }, 1);
    expect(throughput).toBeCloseTo(1e9 / 30, 0);
  });
});

describe('a fill and drain with jitter', () => {
  const mean = (jobs: number, devices: number, F: Distribution = exponential(ms)) => {
    const { makespan, makespanCi95 } = simulate(
      { schedule: stream, devices, microbatches: jobs, costs: { F }, seed: 11 },
      { replications: 800 },
    );
    const [low, high] = makespanCi95 as readonly [number, number];
    return { mean: 1e3 * makespan, half: 500 * (high - low) };
  };

  it.each([
    [2, 2, 3.5],
    [2, 3, 39 / 8],
    [3, 3, 313 / 48],
  ])('of %d microbatches through %d stages takes %d services on average', (k, n, exact) => {
    const got = mean(k, n);
    expect(Math.abs(got.mean - exact)).toBeLessThan(2 * got.half);
  });

  it('takes k microbatches through n stages as long as n through k', () => {
    for (const [k, n, F] of [
      [2, 5, exponential(ms)],
      [3, 6, lognormal(0.5, ms)],
    ] as const) {
      const [one, other] = [mean(k, n, F), mean(n, k, F)];
      expect(Math.abs(one.mean - other.mean)).toBeLessThan(2 * Math.hypot(one.half, other.half));
    }
  });
});

describe('Little’s law', () => {
  it.each([
    [
      'an open line',
      { arrivals: poisson(700), costs: { F: exponential(ms) }, schedule: stream, capacity: 3 },
    ],
    ['a jittered stream', { schedule: stream, jitter: lognormal(0.5), capacity: 2 }],
    ['a jittered 1F1B', { schedule: schedules.oneFOneB, jitter: lognormal(0.5) }],
    ['Chimera', { schedule: schedules.chimera, jitter: lognormal(0.5) }],
  ] as const)('holds to the nanosecond: L·T = Σ sojourns in %s', (_name, change) => {
    const scribe = new Scribe();
    const whole = { ...scenario(change.schedule, { devices: 4, microbatches: 200 }), ...change };
    const { inside } = simulate(whole, { replications: 1, onlooker: scribe });
    const sojourns = scribe.goings.reduce((sum, { entered, at }) => sum + at - entered, 0);
    // the number inside, integrated over time
    const changes = [
      ...scribe.comings.map(({ at }) => ({ at, by: 1 })),
      ...scribe.goings.map(({ at }) => ({ at, by: -1 })),
    ].sort((a, b) => a.at - b.at);
    let [area, number, since] = [0, 0, 0];
    for (const { at, by } of changes) {
      area += number * (at - since);
      number += by;
      since = at;
    }
    expect(number).toBe(0);
    expect(scribe.goings.length).toBe(scribe.comings.length);
    expect(area).toBeCloseTo(sojourns, 3);
    const end = Math.max(...scribe.ops.map((op) => op.end));
    expect(inside * end).toBeCloseTo(sojourns, 1);
  });
});
