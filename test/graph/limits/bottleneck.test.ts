import { describe, expect, it } from 'vitest';
import { poisson } from '../../../src/arrivals/poisson.ts';
import type { Edge, Graph } from '../../../src/graph/graph.ts';
import { type Bottleneck, bottleneckOf } from '../../../src/graph/limits/bottleneck.ts';
import { bottleneckText } from '../../../src/graph/limits/bottleneck-text.ts';
import { type Schedule, type Step, step } from '../../../src/schedules/schedule.ts';
import { bottleneckOfScenario, graphOfScenario } from '../../../src/simulation/limits.ts';
import type { Scenario } from '../../../src/simulation/scenario.ts';
import { fixed, scenario, schedules } from '../../simulation/scenarios.ts';

const us = 1000;

function limits(schedule: Schedule, change: Partial<Scenario> = {}): Bottleneck {
  const found = bottleneckOfScenario(scenario(schedule, change));
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

const reasonOf = (schedule: Schedule, change: Partial<Scenario> = {}, options = {}): string => {
  const found = bottleneckOfScenario(scenario(schedule, change), options);
  return 'reason' in found ? found.reason : 'none';
};

/** A local line whose stages take so many microseconds for F, and twice that for W. */
const line = (...times: number[]): Partial<Scenario> => ({
  devices: times.length,
  costs: times.map((time) => fixed({ F: time * us, W: 2 * time * us })),
});

describe('the bottleneck of a stream', () => {
  it('is the slowest stage, and the next one the second slowest', () => {
    const found = limits(schedules.stream, line(1, 3, 2));
    expect(found).toEqual({
      periodSeconds: 9e-6,
      bottleneck: { cycle: ['stage 1 F', 'stage 1 W'], seconds: 9e-6 },
      next: { cycle: ['stage 2 F', 'stage 2 W'], seconds: 6e-6 },
    });
    expect(bottleneckText(found)).toBe("stage 1's F+W, 9 µs a microbatch; next: stage 2's F+W, 6 µs");
  });

  it('is a capacity where a round trip over a link takes longer than the stages', () => {
    const found = limits(schedules.stream, {
      ...line(1, 2, 1),
      capacity: 2,
      link: { latency: [0, 10 * us] },
    });
    // W of stage 2 gives room back; stage 1 makes another activity, which then travels
    expect(found.bottleneck).toEqual({
      cycle: ['stage 2 F', 'stage 2 W', 'latency of edge 1→2', 'capacity 2 of edge 1→2'],
      seconds: 6.5e-6,
    });
    expect(bottleneckText(found)).toBe(
      "capacity 2 of edge 1→2, 6.5 µs a microbatch; next: stage 1's F+W, 6 µs",
    );
  });

  it('has the stage’s own F on the way round where room is needed before it', () => {
    const { bottleneck } = limits(schedules.stream, {
      ...line(1, 2, 1),
      ...{ capacity: 2, blocking: 'before', link: { latency: [0, 10 * us] } },
    });
    expect(bottleneck.cycle).toContain('stage 1 F');
    expect(bottleneck.seconds).toBeCloseTo(7.5e-6, 15);
  });

  it('is a delay where a stage waits for what the one above sent some microbatches ago', () => {
    const change = { ...line(2, 2), link: { latency: 9 * us }, topDown: [{ to: 0, delay: 2 }] };
    const found = limits(schedules.stream, change);
    expect(found.bottleneck).toEqual({
      cycle: [
        ...['stage 0 F', 'stage 1 F', 'latency of edge 0→1'],
        ...['latency of edge top-down 1→0', 'delay 2 of edge top-down 1→0'],
      ],
      seconds: 11e-6,
    });
    expect(bottleneckText(found)).toMatch(/^delay 2 of edge top-down 1→0, 11 µs a microbatch; next: stage/);
  });

  it('is a link of bounded bandwidth where messages take longer than ops', () => {
    const found = limits(schedules.stream, {
      ...line(1, 1),
      bytes: 20_000,
      link: { latency: us, bandwidth: 1e9 },
    });
    expect(found.bottleneck).toEqual({ cycle: ['bandwidth of edge 0→1'], seconds: 20e-6 });
  });

  it('is the arrivals of an open line where they come more slowly than it works', () => {
    const found = limits(schedules.stream, { ...line(1, 2), arrivals: poisson(1e5) });
    expect(found.bottleneck).toEqual({ cycle: ['arrivals'], seconds: 1e-5 });
    expect(found.next?.cycle).toEqual(['stage 1 F', 'stage 1 W']);
    const fast = limits(schedules.stream, { ...line(1, 2), arrivals: poisson(1e6) });
    expect(fast.bottleneck.cycle).toEqual(['stage 1 F', 'stage 1 W']);
  });
});

describe('the bottleneck of fixed orders', () => {
  it('of GPipe is fill and drain: (m + p − 1) slots of F, B and W a flush', () => {
    const found = limits(schedules.gpipe, { costs: fixed({ F: us, B: us, W: us }), microbatches: 8 });
    expect(found.periodSeconds).toBeCloseTo((3e-6 * (8 + 3)) / 8, 15);
    expect(found.bottleneck.cycle).toContain('stage 0 F');
  });

  it('of PipeDream is one microbatch of the slowest stage, found in an order without flushes', () => {
    const costs = [1, 1, 3, 1].map((time) => fixed({ F: time * us, B: us, W: us }));
    expect(limits(schedules.pipedream, { costs }).bottleneck).toEqual({
      cycle: ['stage 2 F', 'stage 2 B', 'stage 2 W'],
      seconds: 5e-6,
    });
    expect(limits(schedules.pipedream2bw, { costs, window: 5 }).periodSeconds).toBeCloseTo(5e-6, 15);
    for (const window of [1, 4, 9])
      expect(limits(schedules.paci, { costs, window }).periodSeconds).toBeCloseTo(5e-6, 15);
    expect(limits(schedules.pffSingleLayer, { costs }).periodSeconds).toBeCloseTo(4e-6, 15);
  });

  it('of PARTIME is a stage’s F, B and W, or from a latency of half of them on the way up and down', () => {
    const costs = fixed({ F: us, B: us, W: us });
    for (const p of [2, 3, 5])
      for (const latency of [0, us, 2 * us, 9 * us]) {
        const there = (3 * p * us + 2 * (p - 1) * latency) / (2 * p - 1);
        const { periodSeconds, bottleneck } = limits(schedules.partime, {
          ...{ devices: p, costs, microbatches: 400, link: { latency } },
        });
        expect(periodSeconds).toBeCloseTo(Math.max(3 * us, there) / 1e9, 12);
        if (latency > 2 * us) expect(bottleneck.cycle).toContain('delay 2 of edge gradient 1→0');
      }
  });

  it('counts an op that a flush has several times', () => {
    const found = limits(schedules.gpipe, {
      devices: 1,
      microbatches: 3,
      costs: fixed({ F: us, B: us, W: us }),
    });
    expect(found).toEqual({
      periodSeconds: 3e-6,
      bottleneck: { cycle: ['stage 0 F ×3', 'stage 0 B ×3', 'stage 0 W ×3'], seconds: 3e-6 },
      next: null,
    });
    expect(bottleneckText(found)).toBe("stage 0's F+B+W ×3, 3 µs a microbatch");
  });

  it('has the stages of a device one after the other', () => {
    const { periodSeconds } = limits(schedules.interleaved, {
      costs: fixed({ F: us, B: us, W: us }),
      microbatches: 8,
    });
    expect(periodSeconds).toBeCloseTo(28.5e-6 / 8, 15);
  });
});

describe('there is no bottleneck, but a reason', () => {
  it('where an order never repeats itself', () => {
    expect(reasonOf(schedules.pffAllLayers)).toBe('schedule pff-all-layers has no order that repeats itself');
    const greedy: Schedule = {
      ...schedules.stream,
      name: 'greedy',
      next: ({ F }) => (F === undefined ? 'W' : 'F'),
    };
    expect(reasonOf(greedy)).toBe('schedule greedy has no order that repeats itself');
  });

  it('where one period has too many ops', () => {
    const rule =
      'one period of schedule gpipe has more than 500,000 ops, too many to look for its bottleneck';
    expect(reasonOf(schedules.gpipe, { microbatches: 10_000_000 })).toBe(rule);
    expect(reasonOf(schedules.gpipe, {}, { opsAtMost: 50 })).toContain('more than 50 ops');
  });

  it('where messages of several edges share a link', () => {
    const narrow = { bytes: 1000, link: { latency: 0, bandwidth: 1e9 } };
    expect(reasonOf(schedules.chimera, narrow)).toMatch(/^messages of several edges share a link/);
    expect(reasonOf(schedules.oneFOneB, { ...narrow, link: { ...narrow.link, duplex: 'half' } })).toMatch(
      /^messages of/,
    );
    expect(reasonOf(schedules.oneFOneB, narrow)).toBe('none');
  });
});

describe('a graph that can’t go on', () => {
  const edge = (from: number, to: number, carries: Edge['carries'], change: Partial<Edge> = {}): Edge => ({
    ...{ from, to, carries, capacity: Number.POSITIVE_INFINITY, delay: 0 },
    ...change,
  });
  const limited = (edges: readonly Edge[], schedule: Schedule = schedules.stream) => {
    const graph: Graph = {
      devices: 3,
      stages: [0, 1, 2].map((id) => ({ id, device: id, layers: [] })),
      edges,
    };
    const times = graph.stages.map(() => ({ F: 1, B: 1, W: 1, U: 1 }));
    return () => bottleneckOf({ graph, schedule, microbatches: 4, times });
  };
  const way = [edge(0, 1, 'activity'), edge(1, 2, 'activity')];

  it('is refused with its cycle', () => {
    expect(limited([...way, edge(2, 0, 'top-down')])).toThrow(
      'every cycle of the graph must have a delay or capacity; got stage 0 → stage 1 → stage 2 → stage 0',
    );
    expect(limited([...way, edge(2, 0, 'top-down', { delay: 1 })])).not.toThrow();
    expect(limited([edge(0, 1, 'activity', { capacity: 0 }), way[1]])).toThrow(
      'got stage 0 → stage 1 → stage 0',
    );
  });

  it('is refused where an order has an op before the one that it needs', () => {
    const wrong: Schedule = {
      ...schedules.gpipe,
      *order(): Generator<Step> {
        for (const op of ['F', 'W', 'B', 'U'] as const) yield step(op);
      },
    };
    expect(limited([], wrong)).toThrow(/must have a delay or capacity; got stage 0 [BW] → stage 0/);
  });
});

describe('the graph of a scenario', () => {
  it('has every stage with its device, and every edge with its capacity and delay', () => {
    const { stages, edges } = graphOfScenario(
      scenario(schedules.stream, { ...line(1, 1, 1), capacity: [2, 5], topDown: [{ to: 1, delay: 3 }] }),
    );
    expect(stages).toEqual([0, 1, 2].map((id) => ({ id, device: id, layers: [] })));
    const all = Number.POSITIVE_INFINITY;
    expect(edges).toEqual([
      { from: 'source', to: 0, carries: 'activity', capacity: all, delay: 0 },
      { from: 0, to: 1, carries: 'activity', capacity: 2, delay: 0 },
      { from: 1, to: 2, carries: 'activity', capacity: 5, delay: 0 },
      { from: 2, to: 'sink', carries: 'activity', capacity: all, delay: 0 },
      { from: 2, to: 1, carries: 'top-down', capacity: all, delay: 3 },
    ]);
  });

  it('has gradients back where layers learn backward, and each device as often as it has stages', () => {
    const { stages, edges } = graphOfScenario(scenario(schedules.zbV, { devices: 2 }));
    expect(stages.map(({ device }) => device)).toEqual([0, 1, 1, 0]);
    expect(
      edges.filter(({ carries }) => carries === 'gradient').map(({ from, to }) => `${from}→${to}`),
    ).toEqual(['3→2', '2→1', '1→0']);
  });
});
