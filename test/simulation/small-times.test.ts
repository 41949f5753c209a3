import { describe, expect, it } from 'vitest';
import { regular } from '../../src/arrivals/regular.ts';
import { constant } from '../../src/distributions/constant.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import { readGraph } from '../../src/simulation/costs/pipedream-graph.ts';
import { stagesOfProfile } from '../../src/simulation/costs/profile.ts';
import { resolveScenario, type Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { each, fixed, ms, Scribe, scenario, schedules } from './scenarios.ts';

const of = (time: number) => fixed({ F: time, B: time, W: time });
const makespan = (...[schedule, change]: Parameters<typeof scenario>): number =>
  1e9 * simulate(scenario(schedule, change), { replications: 1 }).makespan;

describe('small times keep their proportions', () => {
  it('in chunks: of 1 ns, interleaved 1F1B takes 28.5 ns and ZB-V 24', () => {
    expect(makespan(schedules.overlooking, { costs: of(1) })).toBeCloseTo(28.5, 9);
    expect(makespan(schedules.zbV, { costs: of(1) })).toBeCloseTo(24, 9);
  });

  it.each(each)(
    'under schedule %s: 3 ns, 0.4 ns and 0.01 ns take as much less as they are less than 3 ms',
    (_name, schedule) => {
      const long = makespan(schedule, { costs: of(3 * ms) });
      for (const time of [3, 0.4, 0.01])
        expect(makespan(schedule, { costs: of(time) }) / time / (long / (3 * ms))).toBeCloseTo(1, 6);
    },
  );

  it('where a device is slower', () => {
    const slow = [{ device: 0, factor: 1.4 }];
    const change = { devices: 1, microbatches: 10 };
    expect(makespan(schedules.stream, { ...change, costs: of(1), slow })).toBeCloseTo(28, 6);
    expect(makespan(schedules.stream, { ...change, costs: of(1) })).toBe(20);
  });

  it('where they are drawn or stretched: the same draws as of long times', () => {
    const changes = (unit: number): Partial<Scenario>[] => [
      { costs: of(unit), jitter: lognormal(0.3) },
      { costs: { F: exponential(unit), W: exponential(2 * unit) } },
      { costs: of(unit), link: { latency: unit, jitter: lognormal(0.5) } },
    ];
    for (const [i, small] of changes(1).entries()) {
      const large = changes(ms)[i];
      const ratio = makespan(schedules.stream, small) / makespan(schedules.stream, large);
      expect(ratio * ms).toBeCloseTo(1, 4);
    }
  });

  it('on links and in arrivals', () => {
    const link = (latency: number) => ({ devices: 2, microbatches: 1, costs: of(1), link: { latency } });
    expect(makespan(schedules.stream, link(0.25))).toBeCloseTo(3.25, 9);
    const narrow = {
      devices: 2,
      microbatches: 1,
      costs: of(1),
      bytes: 1,
      link: { latency: 0, bandwidth: 8e9 },
    };
    expect(makespan(schedules.stream, narrow)).toBeCloseTo(3.125, 9);
    const open = { devices: 1, microbatches: 100, costs: of(0.1), arrivals: regular(1e9 / 0.7) };
    expect(makespan(schedules.stream, open)).toBeCloseTo(70.2, 6);
  });

  it('in a profile and in a graph.txt', () => {
    const { layers } = readGraph(
      'node1 -- a -- forward_compute_time=0.0000004, backward_compute_time=0.0000006, activation_size=1.0, parameter_size=1.0',
    );
    expect(layers[0].F).toBeCloseTo(0.4, 12);
    expect(layers[0].W).toBeCloseTo(0.3, 12);
    const costs = stagesOfProfile({ layers }, 1);
    expect(makespan(schedules.gpipe, { devices: 1, microbatches: 10, costs })).toBeCloseTo(10, 6);
  });

  it('and all figures are finite, and the shares of a device sum to 1', () => {
    const { throughput, bubble, stages, latency } = simulate(scenario(schedules.stream, { costs: of(0.4) }));
    expect(throughput).toBeGreaterThan(1e8);
    expect(bubble.ofTotal).toBeGreaterThan(0);
    expect(Number.isFinite(latency.p99)).toBe(true);
    for (const { busy, starved, blocked, communicating } of stages)
      expect(busy + starved + blocked + communicating).toBeCloseTo(1, 9);
  });

  it('and who looks on is told nanoseconds', () => {
    const scribe = new Scribe();
    simulate(scenario(schedules.gpipe, { devices: 1, microbatches: 1, costs: of(0.5) }), {
      onlooker: scribe,
    });
    expect(scribe.timeline(0)).toBe('F 0-0.5, B 0.5-1, W 1-1.5');
    expect(scribe.goings).toEqual([{ path: 0, entered: 0, at: 1.5 }]);
  });
});

describe('times are counted in whole nanoseconds', () => {
  it('where they are whole, or long', () => {
    const ticks = (change: Partial<Scenario>): number =>
      resolveScenario(scenario(schedules.stream, change)).ticks;
    expect(ticks({ costs: of(1) })).toBe(1);
    expect(ticks({ costs: of(ms), jitter: lognormal(0.1) })).toBe(1);
    expect(ticks({ costs: { F: constant(ms + 0.5) } })).toBe(1);
    expect(ticks({ costs: of(1), jitter: lognormal(0.1) })).toBeGreaterThan(2 ** 20);
  });

  it('or in so small parts that a run of a thousand million microbatches still is whole numbers', () => {
    const { ticks } = resolveScenario(scenario(schedules.stream, { costs: of(0.4), microbatches: 1e9 }));
    expect(ticks * 1e9 * 0.4 * 3 * 4).toBeLessThan(2 ** 53);
  });
});
