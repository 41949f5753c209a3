import { describe, expect, it } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { type Random, random } from '../../src/core/random.ts';
import { constant } from '../../src/distributions/constant.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { Availability } from '../../src/simulation/engine/availability.ts';
import { Simulation } from '../../src/simulation/engine/simulation.ts';
import { type Failures, type Pauses, resolveScenario, type Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, ms, Scribe, scenario, schedules } from './scenarios.ts';

const every = 1000;

/** A stream that makes these gaps of an exponential with mean `every`, then none that ends. */
function gapsOf(gaps: readonly number[]): Random {
  let at = 0;
  const uniform = () => (at < gaps.length ? 1 - Math.exp(-gaps[at++] / every) : 1);
  return { ...random(1), fork: () => gapsOf(gaps), uniform, whole: () => 0, normal: () => 0 };
}

/** A root from which the first device's pauses and failures are drawn with these gaps, no other's ever come. */
function rootOf(pauses: readonly number[], failures: readonly number[]): Random {
  const quiet = gapsOf([]);
  const first: Random = { ...quiet, fork: (name) => gapsOf(name === 'pauses' ? pauses : failures) };
  return { ...quiet, fork: (name) => (name === 'device 0' ? first : quiet) };
}

interface Troubles {
  readonly pauses?: readonly number[];
  readonly lasts?: number;
  readonly failures?: readonly number[];
  readonly restart?: number;
  readonly checkpoint?: number;
}

function whole(
  { pauses = [], lasts = 0, failures = [], restart = 0, checkpoint = 1e9 }: Troubles,
  change: Partial<Scenario> = {},
) {
  const made = resolveScenario({
    ...scenario(schedules.stream, { devices: 1, ...change }),
    pauses: { every, lasts: constant(lasts) } satisfies Pauses,
    failures: { every, restart, checkpoint } satisfies Failures,
  });
  return { ...made, root: rootOf(pauses, failures) };
}

/** When ops of such durations end, each begun as soon as may be: [start, duration] … */
function endsOf(troubles: Troubles, ops: readonly (readonly [start: number, duration: number])[]) {
  const availability = new Availability(whole(troubles));
  return {
    ends: ops.map(([start, duration]) => availability.end(0, start, duration)),
    lost: availability.lost[0],
  };
}

describe('a pause', () => {
  it('stretches the op that it falls into by its length', () => {
    const { ends, lost } = endsOf({ pauses: [30], lasts: 7 }, [
      [0, 20],
      [20, 20],
      [47, 20],
    ]);
    expect([ends, lost]).toEqual([[20, 47, 67], 7]);
  });

  it('stretches one op several times, each gap counted from the beginning of the one before', () => {
    const { ends, lost } = endsOf({ pauses: [10, 15, 15], lasts: 5 }, [[0, 100]]);
    // paused 10–15, 25–30, 40–45
    expect([ends, lost]).toEqual([[115], 15]);
  });

  it('follows at once on one that it would fall into', () => {
    // the second would begin at 12, while the first lasts
    const { ends } = endsOf({ pauses: [10, 2], lasts: 5 }, [[0, 20]]);
    expect(ends).toEqual([30]);
  });

  it('in idle time costs nothing, and what of it is left when an op begins costs that', () => {
    expect(endsOf({ pauses: [10], lasts: 5 }, [[40, 20]])).toEqual({ ends: [60], lost: 0 });
    expect(endsOf({ pauses: [38], lasts: 5 }, [[40, 20]])).toEqual({ ends: [63], lost: 3 });
  });

  it('is not forgotten where another was over before the op began', () => {
    // the first 10–15 in idle time, the second 38–43
    expect(endsOf({ pauses: [10, 28], lasts: 5 }, [[40, 20]])).toEqual({ ends: [63], lost: 3 });
  });

  it('at the very end of an op falls into what follows', () => {
    expect(
      endsOf({ pauses: [20], lasts: 5 }, [
        [0, 20],
        [20, 20],
      ]).ends,
    ).toEqual([20, 45]);
  });
});

describe('a failure', () => {
  it('makes the device restart, and make the op again', () => {
    // 15 of 20 done, then down for 100
    expect(endsOf({ failures: [15], restart: 100 }, [[0, 20]])).toEqual({ ends: [135], lost: 115 });
  });

  it('makes it make again all since the last checkpoint, and no more', () => {
    const ops = [
      [0, 20],
      [20, 20],
      [40, 20],
    ] as const;
    const at = (checkpoint: number) => endsOf({ failures: [45], restart: 100, checkpoint }, ops).ends[2];
    // 40 done before, all lost, or all but what is left of 30 and 20
    expect(at(1e9)).toBe(45 + 100 + 40 + 20);
    expect(at(30)).toBe(45 + 100 + 10 + 20);
    expect(at(20)).toBe(45 + 100 + 0 + 20);
  });

  it('while the device restarts or makes things again begins that anew', () => {
    const twice = (gap: number) =>
      endsOf({ failures: [45, gap], restart: 100 }, [
        [0, 40],
        [40, 20],
      ]).ends[1];
    expect(twice(60)).toBe(105 + 100 + 40 + 20);
    expect(twice(120)).toBe(165 + 100 + 40 + 20);
    // in the op itself
    expect(twice(150)).toBe(195 + 100 + 40 + 20);
    expect(twice(170)).toBe(205);
  });

  it('in idle time hides its restart there', () => {
    expect(endsOf({ failures: [10], restart: 20 }, [[40, 20]])).toEqual({ ends: [60], lost: 0 });
    expect(endsOf({ failures: [30], restart: 20 }, [[40, 20]])).toEqual({ ends: [70], lost: 10 });
  });

  it('and a pause may both fall into one op', () => {
    // paused 5–12; 5 + 8 done at 20, which is lost; 20 + 100, then all 30
    expect(endsOf({ pauses: [5], lasts: 7, failures: [20], restart: 100 }, [[0, 30]]).ends).toEqual([150]);
  });
});

describe('a line with outages', () => {
  it('passes a pause of one stage on to the next', () => {
    const scribe = new Scribe();
    const costs = fixed({ F: 10 });
    const made = whole({ pauses: [15], lasts: 30 }, { devices: 2, microbatches: 3, costs });
    const { availability } = new Simulation(made, scribe).run();
    expect(scribe.timeline(0)).toBe('F 0-10, F 10-50, F 50-60');
    expect(scribe.timeline(1)).toBe('F 10-20, F 50-60, F 60-70');
    expect([...availability.lost]).toEqual([30, 0]);
  });

  it('of one busy device loses the share ℓ / E[max(gap, ℓ)] to pauses of length ℓ', () => {
    for (const [gap, length] of [
      [100, 10],
      [100, 50],
      [100, 200],
    ]) {
      const { makespan, lostToOutages } = simulate({
        ...{ schedule: schedules.stream, devices: 1, microbatches: 40_000, costs: fixed({ F: 1000 }) },
        pauses: { every: 1000 * gap, lasts: constant(1000 * length) },
      });
      const cycle = length + gap * Math.exp(-length / gap);
      expect(lostToOutages / makespan / (length / cycle)).toBeCloseTo(1, 1);
    }
  });

  it('that is idle most of the time is paused as often when something comes as at any time', () => {
    const [gap, length] = [100, 50];
    const { latency } = simulate({
      ...{ schedule: schedules.stream, devices: 1, microbatches: 20_000, costs: fixed({ F: 1 }) },
      arrivals: poisson(1e9 / (20 * ms)),
      pauses: { every: gap * 1000, lasts: constant(length * 1000) },
    });
    const cycle = length + gap * Math.exp(-length / gap);
    // it is paused ℓ / cycle of the time; then half a pause is left on average, and e^{ℓ / gap} − 1 more follow at once
    const wait = (length / cycle) * length * (1 / 2 + Math.exp(length / gap) - 1);
    expect((1e6 * latency.mean) / wait).toBeCloseTo(1, 1);
  });

  it('of ops that are each behind a checkpoint takes (e^{λR}/λ)(e^{λd} − 1) an op', () => {
    for (const [d, R] of [
      [0.1, 0.05],
      [0.5, 0.2],
      [1, 1],
    ]) {
      const jobs = 20_000;
      const { makespan } = simulate({
        ...{ schedule: schedules.stream, devices: 1, microbatches: jobs, costs: fixed({ F: d * ms }) },
        failures: { every: ms, restart: R * ms, checkpoint: d * ms },
      });
      const exact = Math.exp(R) * (Math.exp(d) - 1);
      expect((1e3 * makespan) / jobs / exact).toBeGreaterThan(0.96);
      expect((1e3 * makespan) / jobs / exact).toBeLessThan(1.04);
    }
  });

  it('takes (e^{λR}/λ)(e^{λkd} − 1) from one checkpoint to the next, k ops', () => {
    const [jobs, k] = [40_000, 8];
    const { makespan } = simulate({
      ...{ schedule: schedules.stream, devices: 1, microbatches: jobs, costs: fixed({ F: ms / 8 }) },
      failures: { every: ms, restart: ms / 2, checkpoint: (k * ms) / 8 },
    });
    const exact = Math.exp(0.5) * (Math.exp(1) - 1);
    expect((1e3 * makespan) / (jobs / k) / exact).toBeGreaterThan(0.95);
    expect((1e3 * makespan) / (jobs / k) / exact).toBeLessThan(1.05);
  });

  it('is as without them where they never come', () => {
    const calm = scenario(schedules.zbH1, { jitter: exponential(1) });
    const { makespan } = simulate(calm, { replications: 1 });
    const troubled = simulate(
      {
        ...calm,
        pauses: { every: 1e15, lasts: constant(5) },
        failures: { every: 1e15, restart: 5, checkpoint: 10 },
      },
      { replications: 1 },
    );
    expect([troubled.makespan, troubled.lostToOutages]).toEqual([makespan, 0]);
  });
});

it('outages so frequent that no op ends are refused, and hang nothing', () => {
  const one = { schedule: schedules.stream, devices: 1, microbatches: 2, costs: { F: constant(1e6) } };
  const message = /^pauses and failures must be rare enough for an op to end; got /;
  expect(() => simulate({ ...one, pauses: { every: 1, lasts: constant(1e9) } })).toThrow(message);
  expect(() => simulate({ ...one, failures: { every: 1000, restart: 1e9, checkpoint: 1e9 } })).toThrow(
    message,
  );
});

it('what outages take is down, not busy, and is no part of the work that a bubble is measured against', () => {
  const one = { schedule: schedules.stream, devices: 1, microbatches: 500, costs: { F: constant(1e6) } };
  const { stages, bubble, makespan, lostToOutages } = simulate({
    ...one,
    pauses: { every: 5e6, lasts: constant(2e6) },
  });
  expect(stages[0].busy).toBeCloseTo(0.5 / makespan, 9);
  expect(stages[0].down).toBeCloseTo(lostToOutages / makespan, 9);
  expect(stages[0].busy + stages[0].down).toBeCloseTo(1, 9);
  expect(bubble.ofTotal).toBeCloseTo(stages[0].down, 9);
});
