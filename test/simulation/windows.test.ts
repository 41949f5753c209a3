import { expect, test } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { regular } from '../../src/arrivals/regular.ts';
import { make } from '../../src/core/plan.ts';
import { constant } from '../../src/distributions/constant.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { stream } from '../../src/schedules/stream.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const ms = 1e6;
const line: Scenario = {
  schedule: await make(stream()),
  devices: 1,
  microbatches: 5000,
  costs: { F: constant(4 * ms) },
};
const failing = { every: 60e9, restart: 2e9, checkpoint: 5e9 };

test.each([1, 2, 3])(
  'no outage is taken for warm-up: what failed counts in the throughput (seed %i)',
  (seed) => {
    const scenario = { ...line, seed, arrivals: poisson(200), failures: failing, capacity: 8 };
    const { throughput, completed, ci95, window, arrivals, makespan } = simulate(scenario);
    const done = Math.round(arrivals.count * (1 - arrivals.lostShare));
    expect(completed).toBeCloseTo(done / makespan, 9);
    // from the beginning to the last departure, beside the makespan, which ends with the last op
    expect(Math.abs(throughput / completed - 1)).toBeLessThan(0.01);
    expect([window.from, window.microbatches]).toEqual([0, done]);
    expect(ci95?.[0]).toBeLessThan(completed);
  },
);

test('rates and latencies are of one window, told with its length', () => {
  const { window, throughput, warmUp } = simulate({
    ...line,
    costs: { F: exponential(4 * ms) },
    arrivals: poisson(200),
  });
  expect(window.microbatches + warmUp).toBe(5000);
  expect(throughput).toBeCloseTo(window.microbatches / (window.to - window.from), 9);
});

test('a line that cannot keep up says by how much it falls behind, and no latency', () => {
  const outcome = simulate({ ...line, arrivals: regular(400) });
  // 400 a second come, 250 are learned from
  expect(outcome.overloaded?.backlogPerSecond).toBeCloseTo(150, 0);
  expect([outcome.latency.mean, outcome.latency.p50, outcome.latency.p99, outcome.inside]).toEqual(
    Array(4).fill(Number.NaN),
  );
  expect(outcome.latency.ci95).toBeNull();
  expect(outcome.throughput).toBeCloseTo(250, 6);
  expect(JSON.parse(JSON.stringify(outcome.latency))).toEqual({
    mean: null,
    ci95: null,
    p50: null,
    p95: null,
    p99: null,
  });
});

test.each([
  [0.5, 0],
  [0.8, 0],
  [0.95, 0],
  [1.1, 10],
  [1.5, 10],
])('a load of %f is called overloaded by %i of 10 seeds', (load, expected) => {
  let overloaded = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const costs = { F: exponential(4 * ms) };
    if (simulate({ ...line, costs, seed, arrivals: poisson(250 * load) }).overloaded) overloaded++;
  }
  expect(overloaded).toBe(expected);
});

test('a bounded line loses what it has no room for, and keeps up', () => {
  const { overloaded, arrivals } = simulate({ ...line, arrivals: regular(400), capacity: 8 });
  expect(overloaded).toBeNull();
  expect(arrivals.lostShare).toBeCloseTo(150 / 400, 2);
});
