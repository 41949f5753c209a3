import { describe, expect, it } from 'vitest';
import { scaled } from '../../../src/distributions/scaled.ts';
import { bottleneckOf, steadyGraphOf } from '../../../src/graph/limits/bottleneck.ts';
import { maximumCycleRatio } from '../../../src/graph/limits/cycle-ratio.ts';
import { Simulation } from '../../../src/simulation/engine/simulation.ts';
import { timedGraphOf } from '../../../src/simulation/graph-of-scenario.ts';
import { resolveScenario, type Scenario, type StageCosts } from '../../../src/simulation/scenario.ts';
import { randomScenario } from './random-scenarios.ts';

/** The cycle that limits a scenario, and how long a period of it is, in nanoseconds. */
function limitOf(scenario: Scenario) {
  const resolved = resolveScenario(scenario);
  const timed = timedGraphOf(resolved);
  const found = bottleneckOf(timed, { effort: 0 });
  const events = steadyGraphOf(timed, 1e6);
  if ('reason' in found || 'reason' in events) throw new Error('no steady state');
  const cycle = maximumCycleRatio(events);
  if (!cycle) throw new Error('no cycle');
  return {
    names: found.bottleneck.cycle,
    cycle,
    microbatches: events.microbatches,
    seconds: found.periodSeconds,
  };
}

/**
 * Nanoseconds a microbatch late in a run, over whole periods: ends repeat themselves after as many periods as the critical
 * cycle has tokens.
 */
function measured(
  scenario: Scenario,
  { cycle, microbatches }: ReturnType<typeof limitOf>,
  flushes: boolean,
  length: number,
): number {
  const resolved = resolveScenario({
    ...scenario,
    ...(flushes ? { flushes: length } : { microbatches: length * microbatches }),
  });
  const ends: number[] = [];
  const last = timedGraphOf(resolved).graph.stages.length - 1;
  new Simulation(resolved, {
    ended: ({ op, stage, end }) => {
      if (op === 'W' && stage === last) ends.push(end);
    },
  }).run();
  const period = ends.length / length;
  const periods = cycle.tokens * Math.max(1, Math.floor(length / 4 / cycle.tokens));
  const late = ends[ends.length - 1] - ends[ends.length - 1 - periods * period];
  return late / periods / microbatches;
}

/** The period as the simulator has it; a run that has not settled after 60 periods is made longer. */
function steady(scenario: Scenario, limit: ReturnType<typeof limitOf>, expected: number): number {
  const flushes = (scenario.flushes ?? 1) > 1;
  for (const length of [60, 600]) {
    const found = measured(scenario, limit, flushes, length);
    if (Math.abs(found - expected) <= 1e-9 * expected) return found;
  }
  return measured(scenario, limit, flushes, 6000);
}

/** The scenario with every op and latency that a cycle names 1 % slower. */
function slower(scenario: Scenario, names: readonly string[]): Scenario {
  const { graph } = timedGraphOf(resolveScenario(scenario));
  const costs = (scenario.costs as StageCosts[]).map((own, device) => {
    const ops = Object.entries(own).map(([op, cost]) => {
      const named = graph.stages.some(
        (stage) =>
          stage.device === device &&
          names.some((name) => new RegExp(`^stage ${stage.id} ${op}\\b`).test(name)),
      );
      const again =
        op === 'F' &&
        scenario.schedule.recomputes &&
        names.some((name) =>
          graph.stages.some((stage) => stage.device === device && name.startsWith(`stage ${stage.id} B`)),
        );
      return [op, scaled(cost, named || again ? 1.01 : 1)];
    });
    return Object.fromEntries(ops) as StageCosts;
  });
  const between = (a: number, b: number) =>
    names.some(
      (name) => name === `latency of edge ${a}→${b}` || name === `latency of edge gradient ${b}→${a}`,
    );
  const downward = (to: number) => names.includes(`latency of edge top-down ${to + 1}→${to}`);
  const { latency } = scenario.link ?? { latency: 0 };
  const all = names.some((name) => name.startsWith('latency'));
  const topDown = scenario.topDown?.map((edge) => ({
    ...edge,
    ...(edge.latency !== undefined && { latency: edge.latency * (downward(edge.to) ? 1.01 : 1) }),
  }));
  const inherited = (to: number) =>
    downward(to) && scenario.topDown?.find((edge) => edge.to === to)?.latency === undefined;
  return {
    ...scenario,
    costs,
    bytes: Number(scenario.bytes ?? 0) * (names.some((name) => name.startsWith('bandwidth')) ? 1.01 : 1),
    link: {
      ...scenario.link,
      latency:
        typeof latency === 'number'
          ? latency * (all ? 1.01 : 1)
          : latency.map((one, i) => one * (between(i, i + 1) || inherited(i) ? 1.01 : 1)),
    },
    ...(topDown && { topDown }),
  };
}

describe.each(Array.from({ length: 30 }, (_, ten) => ten))('random scenarios %d0 to %d9', (ten) => {
  it('go on in the period of the maximum cycle ratio, and the cycle named is critical', () => {
    for (let seed = 10 * ten; seed < 10 * ten + 10; seed++) {
      const { name, scenario } = randomScenario(seed);
      const limit = limitOf(scenario);
      const expected = 1e9 * limit.seconds;
      expect(expected, `${seed}, ${name}`).toBeGreaterThan(0);
      const period = steady(scenario, limit, expected);
      expect(Math.abs(period / expected - 1), `${seed}, ${name}`).toBeLessThan(1e-9);
      const later = steady(slower(scenario, limit.names), limit, 1.01 * expected);
      expect(Math.abs(later / period - 1.01), `${seed}, ${name}: ${limit.names.join(', ')}`).toBeLessThan(
        1e-9,
      );
    }
  });
});

describe('random scenarios', () => {
  it('are of many kinds, and among them are capacities, delays and latencies that limit', () => {
    const names = new Set<string>();
    const parts = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const { name, scenario } = randomScenario(seed);
      names.add(`${name} ${scenario.blocking}`);
      for (const part of limitOf(scenario).names) parts.add(part.split(' ')[0]);
    }
    expect(names.size).toBeGreaterThan(24);
    expect([...parts].sort()).toEqual(['bandwidth', 'capacity', 'delay', 'latency', 'stage']);
  });
});
