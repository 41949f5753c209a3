import { describe, expect, it } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { constant } from '../../src/distributions/constant.ts';
import { stagesOf } from '../../src/simulation/engine/stages.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, looped, Scribe, scenario, schedules } from './scenarios.ts';

const { gpipe, stream, chimera, dualpipe, interleaved, pipedream, pipedream2bw } = schedules;

describe('a scenario is refused in one sentence', () => {
  it.each<[string, Scenario]>([
    ['stages must be a whole number, 1 or more; got 0', scenario(gpipe, { devices: 0 })],
    ['stages must be at most 65,536; got 65537', scenario(gpipe, { devices: 65_537 })],
    ['microbatches must be a whole number, 1 or more; got 1.5', scenario(gpipe, { microbatches: 1.5 })],
    ['flushes must be a whole number, 1 or more; got 0', scenario(gpipe, { flushes: 0 })],
    ['flushes must be 1 with schedule stream, which never flushes; got 2', scenario(stream, { flushes: 2 })],
    [
      'microbatches of the last flush must be a whole number from 1 to 8; got 9',
      scenario(gpipe, { lastFlush: 9 }),
    ],
    [
      "blocking must be 'after' or 'before'; got 'during'",
      scenario(stream, { blocking: 'during' as 'after' }),
    ],
    [
      'window must be a whole number of microbatches, 1 or more; got 0',
      scenario(pipedream2bw, { window: 0 }),
    ],
    ['seed must be a whole number, 0 or more; got -1', scenario(gpipe, { seed: -1 })],
    ['bytes must be a finite number, 0 or more; got NaN', scenario(gpipe, { bytes: Number.NaN })],
    ['streams must be a whole number, 1 or more; got 0', scenario(gpipe, { streams: 0 })],
    ['capacity must be a whole number of microbatches, 1 or more; got 0', scenario(stream, { capacity: 0 })],
    [
      'costs must be one for all stages, or one for each of 4; got 3',
      scenario(gpipe, { costs: [1, 2, 3].map((F) => fixed({ F })) }),
    ],
    ['link latency must be finite, 0 or more; got -1', scenario(gpipe, { link: { latency: -1 } })],
    [
      'bandwidth must be a finite number above 0; got 0',
      scenario(gpipe, { link: { latency: 0, bandwidth: 0 } }),
    ],
    [
      "duplex must be 'full' or 'half'; got 'both'",
      scenario(gpipe, { link: { latency: 0, duplex: 'both' as 'full' } }),
    ],
    ['slow stage must be below 4, the stages; got 4', scenario(gpipe, { slow: [{ device: 4, factor: 2 }] })],
    [
      'factor of a slow stage must be a finite number above 0; got 0',
      scenario(gpipe, { slow: [{ device: 0, factor: 0 }] }),
    ],
    [
      'nanoseconds between pauses must be a finite number above 0; got 0',
      scenario(gpipe, { pauses: { every: 0, lasts: constant(1) } }),
    ],
    [
      'nanoseconds between failures must be a finite number above 0; got -1',
      scenario(gpipe, { failures: { every: -1, restart: 0, checkpoint: 1 } }),
    ],
    [
      'checkpoint of failures (nanoseconds of work) must be a finite number above 0; got 0',
      scenario(gpipe, { failures: { every: 1, restart: 0, checkpoint: 0 } }),
    ],
    [
      'restart of failures (nanoseconds) must be 0 or more; got -1',
      scenario(gpipe, { failures: { every: 1, restart: -1, checkpoint: 1 } }),
    ],
    [
      "arrivals must be left out with schedule gpipe, whose order is fixed; got 'poisson'",
      scenario(gpipe, { arrivals: poisson(1) }),
    ],
    ['devices of chimera must be an even number; got 3', scenario(chimera, { devices: 3, microbatches: 6 })],
    [
      'microbatches of chimera must be a multiple of 4, the devices; got 6',
      scenario(chimera, { microbatches: 6 }),
    ],
    [
      'microbatches of dualpipe must be an even number, 8 or more (twice the devices); got 6',
      scenario(dualpipe, { microbatches: 6 }),
    ],
    [
      'microbatches of interleaved-1f1b must be a multiple of 4, the devices; got 6',
      scenario(interleaved, { microbatches: 6 }),
    ],
    [
      'microbatches of interleaved-1f1b must be a multiple of 4, the devices; got 5',
      scenario(interleaved, { flushes: 2, lastFlush: 5 }),
    ],
    [
      'microbatches of chimera must be a multiple of 4, the devices; got 6',
      scenario(chimera, { flushes: 2, lastFlush: 6 }),
    ],
    [
      'microbatches of pipedream-2bw must be 4 or more, the devices, so that two versions are enough; got 3',
      scenario(pipedream2bw, { window: 3 }),
    ],
  ])('%s', (sentence, wrong) => {
    expect(() => simulate(wrong)).toThrow(new RangeError(sentence));
  });

  it('but not where all is well', () => {
    expect(() => simulate(scenario(pipedream, { microbatches: 1 }))).not.toThrow();
    expect(() => simulate(scenario(chimera, { flushes: 2, lastFlush: 4 }))).not.toThrow();
  });
});

describe('the stages of a schedule', () => {
  it('lie one on each device, in a line', () => {
    const { count, device, next, previous, ofDevice } = stagesOf(scenario(gpipe, { devices: 3 }));
    expect(count).toBe(3);
    expect([...device]).toEqual([0, 1, 2]);
    expect([...next]).toEqual([1, 2, -1]);
    expect([...previous]).toEqual([-1, 0, 1]);
    expect(ofDevice).toEqual([[0], [1], [2]]);
  });

  it('of ZB-V go there and back, half a device’s layers each', () => {
    const { device, share, ofDevice } = stagesOf(scenario(schedules.zbV, { devices: 3 }));
    expect([...device]).toEqual([0, 1, 2, 2, 1, 0]);
    expect([...share]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(ofDevice).toEqual([
      [0, 5],
      [1, 4],
      [2, 3],
    ]);
  });

  it('of interleaved go round, of Chimera both ways', async () => {
    expect([...stagesOf(scenario(await looped(3), { devices: 2 })).device]).toEqual([0, 1, 0, 1, 0, 1]);
    const { device, path, next, paths } = stagesOf(scenario(chimera, { devices: 2, microbatches: 4 }));
    expect([...device]).toEqual([0, 1, 1, 0]);
    expect([...path]).toEqual([0, 0, 1, 1]);
    expect([...next]).toEqual([1, -1, 3, -1]);
    expect(paths.map(({ microbatches }) => microbatches)).toEqual([2, 2]);
  });
});

describe('costs', () => {
  it('may differ from device to device, and a slow one takes so many times as long', () => {
    const scribe = new Scribe();
    simulate(
      scenario(gpipe, {
        ...{ devices: 2, microbatches: 1, slow: [{ device: 1, factor: 3 }] },
        costs: [fixed({ F: 10, B: 20, W: 5, U: 2 }), fixed({ F: 4, B: 6 })],
      }),
      { onlooker: scribe },
    );
    expect(scribe.timeline(0)).toBe('F 0-10, B 40-60, W 60-65, U 65-67');
    expect(scribe.timeline(1)).toBe('F 10-22, B 22-40');
  });

  it('are shared by a device’s stages, and B makes the forward again where only inputs are kept', () => {
    const scribe = new Scribe();
    simulate(scenario(schedules.zbV, { devices: 1, microbatches: 1, costs: fixed({ F: 10, B: 20, W: 6 }) }), {
      onlooker: scribe,
    });
    expect(scribe.ops.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(36);
    expect(scribe.of(0, 'F').map(({ end, start }) => end - start)).toEqual([5]);
    const again = new Scribe();
    simulate(
      scenario(schedules.recompute, { devices: 1, microbatches: 1, costs: fixed({ F: 10, B: 20, W: 6 }) }),
      { onlooker: again },
    );
    expect(again.timeline(0)).toBe('F 0-10, B 10-40, W 40-46');
  });
});

describe('the figures of an outcome', () => {
  it('are those of a flush by hand: fill, drain, bubble, latency', () => {
    // GPipe, 3 devices, 2 microbatches, F 10, B 20, W 0
    const outcome = simulate(
      scenario(gpipe, { devices: 3, microbatches: 2, costs: fixed({ F: 10, B: 20 }) }),
    );
    // F: 0–20, 10–30, 20–40; B: 40–80, 60–100, 80–120
    expect(outcome.makespan).toBeCloseTo(120e-9, 15);
    expect(outcome.fill).toBeCloseTo(20e-9, 15);
    expect(outcome.drain).toBeCloseTo(40e-9, 15);
    expect(outcome.bubble.ofTotal).toBeCloseTo(1 - 180 / 360, 12);
    expect(outcome.bubble.ofIdeal).toBeCloseTo(1, 12);
    expect(outcome.throughput).toBeCloseTo(2 / 120e-9, 3);
    // in at 0 and 10, learned from at 100 and 120
    expect(outcome.latency.mean).toBeCloseTo(105e-9, 15);
    expect([outcome.latency.p50, outcome.latency.p99].map((at) => Math.round(1e9 * at))).toEqual([100, 110]);
    expect(outcome.inside).toBeCloseTo(210 / 120, 12);
    expect([outcome.ops, outcome.warmUp, outcome.ci95]).toEqual([12, 0, null]);
  });

  it('count ops of no time where they come last, and the way to them', () => {
    const { makespan, ops } = simulate(
      scenario(stream, {
        devices: 2,
        microbatches: 4,
        costs: [fixed({ F: 10 }), fixed({})],
        link: { latency: 50 },
      }),
    );
    expect(makespan).toBeCloseTo(90e-9, 15);
    expect(ops).toBe(4);
  });

  it('of devices that have nothing to do are those of a device that waits', () => {
    // two chapters on the first two of four devices
    const { fill, drain, stages } = simulate(scenario(schedules.pffAllLayers, { microbatches: 2 }));
    expect(fill).toBeCloseTo(20e-9, 15);
    expect(drain).toBeCloseTo(20e-9, 15);
    expect(stages[3]).toMatchObject({ busy: 0, starved: 1, peakActivations: 0, queue: { mean: 0, max: 0 } });
  });

  it('are refused where no op takes any time', () => {
    const idle = scenario(gpipe, { costs: fixed({}), link: { latency: 5 } });
    expect(() => simulate(idle)).toThrow(new RangeError('costs must be above 0 in one op or more; got 0'));
  });

  it('of a schedule that checks its update afterwards are of the device that needs longest', () => {
    const { makespan, stages } = simulate(scenario(schedules.zbH2));
    expect(makespan).toBeCloseTo(8 * 30e-9, 15);
    expect(stages.map(({ busy }) => busy)).toEqual([1, 1, 1, 1]);
  });
});
