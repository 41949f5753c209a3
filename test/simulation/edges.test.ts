import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, Scribe, scenario, schedules } from './scenarios.ts';

function seen(change: Partial<Scenario>): Scribe {
  const scribe = new Scribe();
  simulate(scenario(schedules.stream, { costs: fixed({ F: 10 }), ...change }), { onlooker: scribe });
  return scribe;
}

const startsOf = (scribe: Scribe, stage: number) => scribe.of(stage, 'F').map(({ start }) => start);

describe('links one by one', () => {
  it('have capacities and latencies of their own, the one into stage 1 first', () => {
    const costs = [1, 1, 50].map((F) => fixed({ F }));
    const { stages } = simulate(
      scenario(schedules.stream, { devices: 3, microbatches: 60, costs, capacity: [2, 4] }),
    );
    expect(stages.map(({ queue }) => queue.max)).toEqual([0, 2, 4]);
    const scribe = seen({ devices: 3, microbatches: 1, link: { latency: [7, 100] } });
    expect([0, 1, 2].map((stage) => startsOf(scribe, stage)[0])).toEqual([0, 17, 127]);
  });

  it('all alike are the same as one number', () => {
    const one = simulate(scenario(schedules.stream, { capacity: 3, link: { latency: 5 } }));
    const list = simulate(scenario(schedules.stream, { capacity: [3, 3, 3], link: { latency: [5, 5, 5] } }));
    expect({ ...list, eventsPerSecond: 0 }).toEqual({ ...one, eventsPerSecond: 0 });
  });
});

describe('a top-down edge', () => {
  it('of delay d makes F wait for the F that the stage above made d microbatches ago; the first d need none', () => {
    const costs = [fixed({ F: 10 }), fixed({ F: 100 })];
    // stage 1 ends its F of microbatch k at 110 + 100 k, and what it sends takes 5
    const scribe = seen({ devices: 2, microbatches: 5, costs, topDown: [{ to: 0, delay: 2, latency: 5 }] });
    expect(startsOf(scribe, 0)).toEqual([0, 10, 115, 215, 315]);
    expect(startsOf(scribe, 1)).toEqual([10, 110, 210, 310, 410]);
  });

  it('takes the latency of its link where it has none of its own, and a delay of 1', () => {
    const scribe = seen({ devices: 2, microbatches: 3, link: { latency: 30 }, topDown: [{ to: 0 }] });
    // 10 up, 30 on the link, 10 above, 30 back
    expect(startsOf(scribe, 0)).toEqual([0, 80, 160]);
  });
});

describe('refused is', () => {
  const refusal = (change: Partial<Scenario>) => () => simulate(scenario(schedules.stream, change));

  it.each<[string, Partial<Scenario>, string]>([
    [
      'a list of another length',
      { capacity: [1, 2] },
      'capacity must be one number, or one for each of 3 links; got 2',
    ],
    [
      'a capacity of 0 on one link',
      { capacity: [1, 0, 2] },
      'capacity must be a whole number of microbatches, 1 or more; got 0',
    ],
    [
      'a latency below 0',
      { link: { latency: [0, -1, 0] } },
      'link latency must be finite, 0 or more; got -1',
    ],
    [
      'an edge into the last stage',
      { topDown: [{ to: 3 }] },
      'stage of a top-down edge must be one with a stage above it; got 3',
    ],
    [
      'two edges into a stage',
      { topDown: [{ to: 1 }, { to: 1 }] },
      "top-down edges must be one for each stage, or none; got 'two to stage 1'",
    ],
    [
      'a delay of 0',
      { topDown: [{ to: 1, delay: 0 }] },
      'delay of a top-down edge must be a whole number of microbatches, 1 or more; got 0',
    ],
  ])('%s', (_name, change, message) => {
    expect(refusal(change)).toThrow(message);
  });
});

describe('what would not fit in memory is refused at once', () => {
  it.each([
    ['gpipe', schedules.gpipe, 1e9, 'microbatches of gpipe must be at most 16,777,216 a flush'],
    ['zb-v', schedules.zbV, 1e7, 'microbatches of zb-v must be at most 1,048,576 a flush with 4 devices'],
    ['pff-all-layers', schedules.pffAllLayers, 1e9, 'chapters of pff-all-layers must be at most 131,072'],
  ] as const)('%s', (_name, schedule, microbatches, message) => {
    expect(() => simulate(scenario(schedule, { microbatches }))).toThrow(message);
  });

  it('and chunks without end', async () => {
    const { looped } = await import('./scenarios.ts');
    const schedule = await looped(1e9);
    expect(() => simulate(scenario(schedule))).toThrow(
      'chunks of interleaved-1f1b must be at most 32,768 with 4 devices',
    );
  });
});
