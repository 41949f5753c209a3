import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { type Calibration, type Configuration, calibrate, scenarioOf } from '../../src/run/calibration.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import { stagesIn } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { uniform } from '../runtimes/runs.ts';

const [line, flushing, asynchronous] = [
  await make<Schedule>(stream()),
  await make<Schedule>(gpipe()),
  await make<Schedule>(pipedream()),
];

const calibration: Calibration = {
  layers: [
    { name: 'a', F: 100, B: 0, W: 200, U: 20 },
    { name: 'b', F: 60, B: 50, W: 70, U: 10 },
    { name: 'c', F: 30, B: 25, W: 35, U: 5 },
  ],
  ...{ linkLatency: 500, overhead: 8, contention: 1.5, microbatch: 20 },
};

const of = (change: Partial<Configuration>) =>
  scenarioOf(calibration, { schedule: line, workers: 2, capacity: 3, microbatches: 50, ...change });

const costsOf = (change: Partial<Configuration>) =>
  stagesIn(of(change).costs).map(({ F, B, W, U }) => [F.mean, B?.mean, W?.mean, U?.mean]);

describe('the scenario that a calibrated run is', () => {
  it('costs what the layers of each worker cost, longer by contention, and a little around each op', () => {
    // 1.5 times F, W and U, and 8 ns: of a, and of b and c together
    expect(costsOf({})).toEqual([
      [158, undefined, 308, 38],
      [143, undefined, 166, 31],
    ]);
  });

  it('of one worker knows no contention', () => {
    expect(costsOf({ workers: 1 })).toEqual([[198, undefined, 313, 43]]);
  });

  it('has a B where layers learn backward', () => {
    expect(costsOf({ schedule: asynchronous, workers: 3 })).toEqual([
      [158, 8, 308, 38],
      [98, 83, 113, 23],
      [53, Math.round(37.5 + 8), Math.round(52.5 + 8), Math.round(7.5 + 8)],
    ]);
  });

  it('has the capacity where layers learn locally, and room for all where they learn backward', () => {
    expect(of({})).toMatchObject({
      capacity: 3,
      blocking: 'before',
      devices: 2,
      microbatches: 50,
      flushes: 1,
      link: { latency: 500 },
    });
    expect(of({ schedule: asynchronous }).capacity).toBe(Number.POSITIVE_INFINITY);
  });

  it('has so many flushes, the last one as small as what is left', () => {
    expect(of({ schedule: flushing, flush: 8 })).toMatchObject({ microbatches: 8, flushes: 7, lastFlush: 2 });
    expect(of({ schedule: flushing, flush: 10 })).toMatchObject({
      microbatches: 10,
      flushes: 5,
      lastFlush: 10,
    });
    const few = of({ schedule: flushing, flush: 80 });
    expect(few).toMatchObject({ microbatches: 50, flushes: 1 });
    expect(few.lastFlush).toBeUndefined();
  });

  it('can be simulated, every microbatch in it', () => {
    for (const schedule of [line, flushing, asynchronous]) {
      for (const flush of [1, 7, 8, 64]) {
        const scenario = of({ schedule, ...(schedule === flushing && { flush }) });
        expect(simulate(scenario).arrivals.count).toBe(50);
      }
    }
  });

  it('shares layers out as it is told to', () => {
    expect(costsOf({ shares: [1, 1, 100] })[1][0]).toBe(53);
  });

  it('is refused where there are more workers than layers', () => {
    expect(() => of({ workers: 4 })).toThrow('workers must be at most 3, the layers; got 4');
  });
});

describe('a calibration', () => {
  it('measures every op of every layer, and what two workers add, of however few samples', async () => {
    // 12 microbatches, fewer than warm up
    const measured = await calibrate({ ...uniform, epochs: 1 }, 50);
    expect(measured.layers).toHaveLength(2);
    for (const { F, W, U, B } of measured.layers) {
      for (const time of [F, W, U]) expect(time).toBeGreaterThan(0);
      expect(B).toBe(0);
    }
    expect(measured.contention).toBeGreaterThanOrEqual(1);
    expect(measured.overhead).toBeGreaterThanOrEqual(0);
    expect(measured.linkLatency).toBeGreaterThanOrEqual(0);
    expect(measured.microbatch).toBe(20);
    await expect(calibrate(uniform, 49)).rejects.toThrow(
      'microbatches to calibrate on must be a whole number, 50 or more; got 49',
    );
  });
});
