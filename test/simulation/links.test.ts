import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { COMMUNICATING, STARVED } from '../../src/simulation/engine/tally.ts';
import type { LinkModel, Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, Scribe, scenario, schedules } from './scenarios.ts';

/** Two devices, two microbatches, F and B of 10 ns; a byte a nanosecond, 3 ns to arrive. */
function timelines(
  schedule: Schedule,
  bytes: number,
  link: Partial<LinkModel> = {},
  change: Partial<Scenario> = {},
) {
  const scribe = new Scribe();
  const outcome = simulate(
    {
      ...{ schedule, devices: 2, microbatches: 2, costs: fixed({ F: 10, B: 10 }), bytes },
      link: { latency: 3, bandwidth: 1e9, ...link },
      ...change,
    },
    { onlooker: scribe },
  );
  return { first: scribe.timeline(0), second: scribe.timeline(1), scribe, outcome };
}

describe('a link', () => {
  it('delays a message by its bytes and the latency', () => {
    const { first, second } = timelines(schedules.gpipe, 5);
    // sent 10–15, there at 18; the second 20–25, there at 28. Gradients: sent 48–53, there at 56; 58–63, there at 66
    expect(first).toBe('F 0-10, F 10-20, B 56-66, B 66-76');
    expect(second).toBe('F 18-28, F 28-38, B 38-48, B 48-58');
  });

  it('sends one message after the other, and computes meanwhile', () => {
    const { first, second } = timelines(schedules.gpipe, 20);
    // activities 10–30 and 30–50; gradients 73–93 and 93–113
    expect(first).toBe('F 0-10, F 10-20, B 96-106, B 116-126');
    expect(second).toBe('F 33-43, F 53-63, B 63-73, B 73-83');
  });

  it('carries both directions at the same time, but not where it is half duplex', () => {
    const full = timelines(schedules.oneFOneB, 40);
    // activities 10–50 and 50–90, gradients 73–113 and 113–153
    expect(full.first).toBe('F 0-10, F 10-20, B 116-126, B 156-166');
    expect(full.second).toBe('F 53-63, B 63-73, F 93-103, B 103-113');
    const half = timelines(schedules.oneFOneB, 40, { duplex: 'half' });
    // gradients wait for the second activity: 90–130 and 130–170
    expect(half.first).toBe('F 0-10, F 10-20, B 133-143, B 173-183');
    expect(half.second).toBe(full.second);
  });

  it('holds its sender up where that can’t compute while it sends', () => {
    const { first, second, outcome } = timelines(schedules.gpipe, 20, { overlap: false });
    // sends 10–30 and 40–60 up, 83–103 and 113–133 down
    expect(first).toBe('F 0-10, F 30-40, B 106-116, B 136-146');
    expect(second).toBe('F 33-43, F 63-73, B 73-83, B 103-113');
    expect(outcome.makespan).toBeCloseTo(146e-9, 15);
    // all that a device does not compute it sends, or waits for what is on its way; at the end it is starved
    expect(outcome.stages[1].busy + outcome.stages[1].communicating + outcome.stages[1].starved).toBeCloseTo(
      1,
      12,
    );
    expect(outcome.stages[1].communicating).toBeGreaterThanOrEqual(40 / 146);
  });

  it('interrupts the op at hand where room comes meanwhile and the device can’t do both', () => {
    const costs = [fixed({ F: 10, W: 30 }), fixed({ F: 50 })];
    const of = (overlap: boolean) =>
      timelines(schedules.stream, 20, { latency: 0, overlap }, { costs, capacity: 1, microbatches: 3 });
    // there is room when the second device has done with the first microbatch, at 80: sends 10–30 and 80–100
    const { first, second, outcome } = of(false);
    expect(first).toBe('F 0-10, W 30-60, F 60-70, W 70-120, F 120-130, W 130-180');
    expect(second).toBe('F 30-80, F 100-150, F 170-220');
    expect(outcome.stages[0].busy).toBeCloseTo(120 / 220, 12);
    // sends 10–30, 80–100, 150–170
    expect(outcome.stages[0].communicating).toBeCloseTo(60 / 220, 12);
    expect(of(true).first).toBe('F 0-10, W 10-40, F 40-50, W 50-80, F 80-90, W 90-120');
  });

  it('takes an activity of two streams for twice the bytes, a gradient for once', () => {
    const { first, second } = timelines(schedules.gpipe, 5, {}, { streams: 2 });
    // activities 10–20 and 20–30; gradients 53–58 and 63–68
    expect(second).toBe('F 23-33, F 33-43, B 43-53, B 53-63');
    expect(first).toBe('F 0-10, F 10-20, B 61-71, B 71-81');
  });

  it('of a local line carries nothing back', () => {
    const { outcome } = timelines(schedules.stream, 20, {}, { costs: fixed({ F: 10, W: 10 }), streams: 2 });
    expect(outcome.stages.map(({ bytes }) => bytes)).toEqual([
      { up: 80, down: 0 },
      { up: 0, down: 0 },
    ]);
  });

  it('counts bytes to devices with a higher number and a lower one', () => {
    const bytes = (schedule: Schedule, devices: number) =>
      simulate(scenario(schedule, { devices, microbatches: 4, bytes: 1 })).stages.map(({ bytes }) => [
        bytes.up,
        bytes.down,
      ]);
    expect(bytes(schedules.oneFOneB, 3)).toEqual([
      [4, 0],
      [4, 4],
      [0, 4],
    ]);
    // there and back: what a device sends to a neighbour is an activity of one way and a gradient of the other
    expect(bytes(schedules.zbV, 3)).toEqual([
      [8, 0],
      [8, 8],
      [0, 8],
    ]);
    // two ways, two microbatches each
    expect(bytes(schedules.chimera, 4)).toEqual([
      [4, 0],
      [4, 4],
      [4, 4],
      [0, 4],
    ]);
    // round: from the last to the first is down, and the gradient of that is up
    expect(bytes(schedules.interleaved, 2)).toEqual([
      [12, 0],
      [0, 12],
    ]);
  });

  it('within a device carries nothing and takes no time', () => {
    const alone = simulate(
      scenario(schedules.zbV, { devices: 1, bytes: 1e9, link: { latency: 1e6, bandwidth: 1 } }),
    );
    expect(alone.makespan).toBeCloseTo(8 * 30e-9, 15);
    expect(alone.stages[0].bytes).toEqual({ up: 0, down: 0 });
  });
});

describe('a jittered link', () => {
  it('stretches each message’s latency, and none overtakes the one before', () => {
    const jobs = 500;
    const ms = 1e6;
    const scribe = new Scribe();
    simulate(
      {
        ...{ schedule: schedules.stream, devices: 2, microbatches: jobs, costs: fixed({ F: ms }), seed: 4 },
        link: { latency: 10 * ms, jitter: exponential(1) },
      },
      { onlooker: scribe },
    );
    const stretch = exponential(1).sampler(random(4).fork('replication 0').fork('link 0 to 1'));
    let there = 0;
    let free = 0;
    let overtaking = 0;
    const starts = Array.from({ length: jobs }, (_, n) => {
      const alone = ms * (n + 1) + Math.round(10 * ms * stretch());
      if (alone < there) overtaking++;
      there = Math.max(there, alone);
      free = Math.max(free, there) + ms;
      return free - ms;
    });
    expect(scribe.of(1, 'F').map(({ start }) => start)).toEqual(starts);
    // else nothing would have been put to the test
    expect(overtaking).toBeGreaterThan(50);
  });

  it('of a mean of 1 leaves the long run of a line without feedback as it is', () => {
    const of = (link: LinkModel) =>
      simulate({
        schedule: schedules.stream,
        devices: 4,
        microbatches: 20_000,
        costs: fixed({ F: 1000 }),
        link,
      }).throughput;
    expect(of({ latency: 5000, jitter: lognormal(0.5) }) / of({ latency: 0 })).toBeCloseTo(1, 3);
  });
});

describe('waiting', () => {
  it('is communicating while the input is on its way, and starved while nothing is', () => {
    const scribe = new Scribe();
    simulate(
      {
        schedule: schedules.gpipe,
        devices: 2,
        microbatches: 1,
        costs: fixed({ F: 10, B: 10 }),
        link: { latency: 4 },
      },
      { onlooker: scribe },
    );
    const of = (device: number) =>
      scribe.waits.filter((wait) => wait.device === device).map(({ why, start, end }) => [why, start, end]);
    expect(of(1)).toEqual([
      [STARVED, 0, 10],
      [COMMUNICATING, 10, 14],
      [STARVED, 34, 48],
    ]);
    expect(of(0)).toEqual([
      [STARVED, 10, 34],
      [COMMUNICATING, 34, 38],
    ]);
  });
});
