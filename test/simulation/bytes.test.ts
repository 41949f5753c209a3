import { describe, expect, it } from 'vitest';
import { fewerMicrobatches } from '../../src/simulation/cluster/fewer-microbatches.ts';
import { bytesText, MemoryError } from '../../src/simulation/cluster/memory.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, looped, schedules } from './scenarios.ts';

const held = 7_000_000;
const weights = 1_000_000_000;

function peaks(change: Partial<Scenario> & Pick<Scenario, 'schedule'>): (number | null)[] {
  const { stages } = simulate({
    ...{ devices: 4, microbatches: 12, costs: fixed({ F: 10, B: 10, W: 10 }), memory: { held, weights } },
    ...change,
  });
  return stages.map(({ peakBytes }) => peakBytes);
}
const above = (counts: readonly number[], more = weights): number[] => counts.map((n) => n * held + more);

describe('peak bytes are weights and the activations of the schedule’s closed form', () => {
  it('GPipe: m; with recompute m inputs, and what one microbatch leaves', () => {
    expect(peaks({ schedule: schedules.gpipe })).toEqual(above([12, 12, 12, 12]));
    const bytes = 1000;
    expect(peaks({ schedule: schedules.recompute, bytes })).toEqual(
      above([1, 1, 1, 1], weights + 12 * bytes),
    );
  });

  it('1F1B: p − s', () => {
    expect(peaks({ schedule: schedules.oneFOneB })).toEqual(above([4, 3, 2, 1]));
    expect(peaks({ schedule: schedules.oneFOneB, microbatches: 2 })).toEqual(above([2, 2, 2, 1]));
  });

  it('ZB-H1: p on every stage, ZB-H2: 2p − 1', () => {
    expect(peaks({ schedule: schedules.zbH1 })).toEqual(above([4, 4, 4, 4]));
    expect(peaks({ schedule: schedules.zbH2 })).toEqual(above([7, 7, 7, 7]));
  });

  it('ZB-V: p, the same on every device', () => {
    expect(Math.max(...peaks({ schedule: schedules.zbV }).map(Number))).toBe(4 * held + weights);
  });

  it('interleaved: p(1 + (p−1)/(pv)) at the first', async () => {
    for (const v of [2, 4]) {
      const [first] = peaks({ schedule: await looped(v) });
      expect(first).toBe(held * 4 * (1 + 3 / (4 * v)) + weights);
    }
  });

  it('PipeDream: p − s activations and as many versions of the weights', () => {
    const versions = [4, 3, 2, 1];
    expect(peaks({ schedule: schedules.pipedream, microbatches: 40 })).toEqual(
      versions.map((n) => n * (held + weights)),
    );
  });

  it('of two copies of a stage: the weights twice, the optimiser’s state too', () => {
    const state = 500;
    const [first] = peaks({ schedule: schedules.chimera, memory: { held: 0, weights: 100, state } });
    expect(first).toBe(2 * 100 + 2 * state);
    const [line] = peaks({ schedule: schedules.oneFOneB, memory: { held: 0, weights: 100, state } });
    expect(line).toBe(100 + state);
  });

  it('of a stream: two rows of one microbatch', () => {
    const costs = fixed({ F: 10, W: 10 });
    expect(peaks({ schedule: schedules.stream, costs, streams: 2 })).toEqual(above([2, 2, 2, 2]));
  });

  it('each stage’s own, and a part of them on each tensor rank', () => {
    const memory = { held: [8, 6, 4, 2], weights: [100, 200, 300, 400] };
    expect(peaks({ schedule: schedules.oneFOneB, memory })).toEqual([132, 218, 308, 402]);
    const cluster = { nodes: 1, devices: 8, inside: { latency: 0 } };
    expect(peaks({ schedule: schedules.oneFOneB, memory, cluster, parallel: { tensor: 2 } })).toEqual([
      66, 109, 154, 201,
    ]);
  });
});

describe('a device that holds more than it has', () => {
  const full = (limit: number, change: Partial<Scenario> = {}): MemoryError => {
    try {
      peaks({ schedule: schedules.gpipe, memory: { held, weights, limit }, ...change });
    } catch (error) {
      return error as MemoryError;
    }
    throw new Error('it had room');
  };

  it('is an error with the stage, the op and the moment; a limit that is just reached is none', () => {
    const error = full(weights + 7 * held);
    expect(error).toBeInstanceOf(MemoryError);
    // the eighth forward begins after seven of 10 ns
    expect(error.overflow).toEqual({ device: 0, stage: 0, op: 'F', microbatch: 7, at: 70e-9 });
    expect(error.message).toBe(
      'memory of stage 0 must be at least 1.084 GB, its peak; got 1.049 GB, too little from F of microbatch 7 at 70 ns on',
    );
    expect(() => full(weights + 12 * held)).toThrow('it had room');
  });

  it('by its weights alone too: from the beginning', () => {
    expect(full(weights - 1).overflow).toEqual({ device: 0, stage: 0, op: 'F', microbatch: 0, at: 0 });
  });

  it('would have room with fewer microbatches', () => {
    const scenario = (limit: number): Scenario => ({
      ...{ schedule: schedules.gpipe, devices: 4, microbatches: 12, costs: fixed({ F: 10, B: 10, W: 10 }) },
      memory: { held, weights, limit },
    });
    expect(fewerMicrobatches(scenario(weights + 9 * held))).toBe(8);
    expect(fewerMicrobatches(scenario(weights + 3 * held))).toBe(3);
    expect(fewerMicrobatches(scenario(weights))).toBeUndefined();
    expect(fewerMicrobatches({ ...scenario(weights + 9 * held), microbatches: 13 })).toBe(9);
  });
});

it.each([
  ['memory must be bytes above 0; got 0', { held: 1, weights: 1, limit: 0 }],
  ['held must be bytes, 0 or more; got -1', { held: -1, weights: 1 }],
  ['weights must be one size, or one for each of 4 stages; got 2', { held: 1, weights: [1, 2] }],
] as const)('%s', (sentence, memory) => {
  expect(() => peaks({ schedule: schedules.gpipe, memory })).toThrow(sentence);
});

it('sizes are said in the unit that fits', () => {
  expect([0, 999, 1000, 1.5e6, 80e9, 2.28812e12].map(bytesText)).toEqual([
    ...['0 B', '999 B', '1 kB', '1.5 MB', '80 GB', '2.288 TB'],
  ]);
});
