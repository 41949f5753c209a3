import { describe, expect, it } from 'vitest';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, looped, Scribe, scenario, schedules } from './scenarios.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function peaks(schedule: Schedule, p: number, m: number, change: Partial<Scenario> = {}): number[] {
  const { stages } = simulate(scenario(schedule, { devices: p, microbatches: m, ...change }));
  return stages.map(({ peakActivations }) => peakActivations);
}

describe.each([2, 4, 8])('activations that each of %d devices holds at worst', (p) => {
  const m = 4 * p;

  it.each<[string, Schedule, (s: number) => number]>([
    ['a stream: one', schedules.stream, () => 1],
    ['blocking: one', schedules.blocking, () => 1],
    ['GPipe: m', schedules.gpipe, () => 4 * p],
    ['1F1B: p − s', schedules.oneFOneB, (s) => p - s],
    ['ZB-H1: p', schedules.zbH1, () => p],
    ['ZB-H2: 2p − 1', schedules.zbH2, () => 2 * p - 1],
    ['ZB-V: p', schedules.zbV, () => p],
    ['DualPipe: p + 1', schedules.dualpipe, () => p + 1],
    ['PipeDream: p − s', schedules.pipedream, (s) => p - s],
    ['PipeDream-2BW: p − s', schedules.pipedream2bw, (s) => p - s],
    ['PARTIME: one', schedules.partime, () => 1],
    ['PACI: p − s', schedules.paci, (s) => p - s],
  ])('%s', (_name, schedule, exact) => {
    expect(peaks(schedule, p, m)).toEqual(range(p).map(exact));
  });

  it('Chimera, in one unit: from p/2 + 1 at both ends to p in the middle', () => {
    // p / 2 microbatches each way, and p − s of them at stage s at most
    const exact = (d: number) => Math.min(p / 2, p - d) + Math.min(p / 2, d + 1);
    expect(peaks(schedules.chimera, p, p)).toEqual(range(p).map(exact));
    expect([exact(0), exact(p / 2)]).toEqual([p / 2 + 1, p]);
  });

  it('interleaved: p(1 + (p−1)/(pv)) at the first, v chunks', async () => {
    for (const v of [1, 2, 4]) {
      expect(peaks(await looped(v), p, m)[0]).toBeCloseTo(p * (1 + (p - 1) / (p * v)), 9);
    }
  });

  it('no more of few microbatches than there are', () => {
    for (const schedule of [schedules.oneFOneB, schedules.zbH1, schedules.zbH2])
      expect(Math.max(...peaks(schedule, p, 1))).toBe(1);
  });

  it('the same with jitter where the order is fixed', () => {
    const change = { jitter: lognormal(0.7), link: { latency: 3 } };
    for (const schedule of [schedules.gpipe, schedules.oneFOneB, schedules.zbH1, schedules.zbH2]) {
      expect(peaks(schedule, p, m, change)).toEqual(peaks(schedule, p, m));
    }
  });
});

describe('queues', () => {
  it('before a slow stage fill up to the capacity, and no further', () => {
    const costs = [1, 10, 10].map((F) => fixed({ F }));
    for (const capacity of [1, 2, 5]) {
      const { stages } = simulate(
        scenario(schedules.stream, { devices: 3, microbatches: 60, costs, capacity }),
      );
      expect(stages[1].queue.max).toBe(capacity);
    }
  });
});

describe('weights', () => {
  /** updates behind the weights that F and B read, and those that U changes */
  function readings(schedule: Schedule, stage: number, change: Partial<Scenario> = {}) {
    const scribe = new Scribe();
    const outcome = simulate(scenario(schedule, { microbatches: 40, ...change }), { onlooker: scribe });
    return {
      F: scribe.of(stage, 'F').map(({ read }) => read),
      B: scribe.of(stage, 'B').map(({ read }) => read),
      U: scribe.of(stage, 'U').map(({ read, written }) => [read, written]),
      outcome,
    };
  }

  it('of PipeDream are kept in p − s versions, and are p − 1 − s updates old', () => {
    for (const p of [1, 2, 4, 7]) {
      const { stages, staleness } = simulate(scenario(schedules.pipedream, { devices: p, microbatches: 40 }));
      expect(stages.map(({ weightVersions }) => weightVersions)).toEqual(range(p).map((s) => p - s));
      // stage s: p − 1 − s in the long run; the first gradients are as old as there were updates
      const expected: Record<number, number> = {};
      for (const s of range(p)) {
        for (const i of range(40)) {
          const old = Math.min(i, p - 1 - s);
          expected[old] = (expected[old] ?? 0) + 1;
        }
      }
      expect(staleness).toEqual(expected);
    }
  });

  it('of PipeDream go back as they went forward', () => {
    for (const stage of range(4)) {
      const { F, B, U } = readings(schedules.pipedream, stage);
      expect(F).toEqual(range(40).map((i) => Math.max(0, i - (3 - stage))));
      expect(B).toEqual(F);
      expect(U).toEqual(range(40).map((i) => [i, i + 1]));
    }
  });

  it('of PipeDream-2BW are two versions, and gradients are one update old in every stage', () => {
    for (const window of [4, 6, 9]) {
      const { outcome } = readings(schedules.pipedream2bw, 0, { window, microbatches: 36 });
      expect(outcome.stages.map(({ weightVersions }) => weightVersions)).toEqual([2, 2, 2, 2]);
      // but the first window's, for which there is no older version
      expect(outcome.staleness).toEqual({ 0: 4 * window, 1: 4 * (36 - window) });
    }
  });

  it('of PipeDream-2BW go back as they went forward, and change once a window and at the end', () => {
    for (const stage of range(4)) {
      const { F, B, U } = readings(schedules.pipedream2bw, stage, { window: 5, microbatches: 17 });
      expect(B).toEqual(F);
      expect(F).toEqual(range(17).map((i) => Math.max(0, Math.floor(i / 5) - 1)));
      expect(U).toEqual([
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
      ]);
    }
  });

  it('of PACI are one version, and change ⌈(p − 1 − s) / k⌉ times at most between F and B', () => {
    for (const window of [1, 2, 3, 7]) {
      for (const stage of range(4)) {
        const { F, B, U, outcome } = readings(schedules.paci, stage, { window });
        const behind = 3 - stage;
        expect(F).toEqual(range(40).map((i) => Math.floor(Math.max(0, i - behind) / window)));
        expect(B).toEqual(range(40).map((i) => Math.floor(i / window)));
        expect(U).toEqual(range(Math.ceil(40 / window)).map((u) => [u, u + 1]));
        expect(Math.max(...B.map((version, i) => version - F[i]))).toBe(Math.ceil(behind / window));
        expect(outcome.stages.map(({ weightVersions }) => weightVersions)).toEqual([1, 1, 1, 1]);
        const most = Math.max(...Object.keys(outcome.inconsistency ?? {}).map(Number));
        expect(most).toBe(Math.ceil(3 / window));
        expect(Math.max(...Object.keys(outcome.staleness).map(Number))).toBe(most);
      }
    }
  });

  it('of PARTIME are one version; errors come to stage s 2(p − 1 − s) frames after their loss', () => {
    for (const p of [1, 2, 5]) {
      const { stages, staleness, inconsistency } = simulate(
        scenario(schedules.partime, { devices: p, microbatches: 40 }),
      );
      expect(stages.map(({ weightVersions }) => weightVersions)).toEqual(range(p).map(() => 1));
      expect(inconsistency).toBeNull();
      const expected: Record<number, number> = {};
      for (const s of range(p)) {
        for (const i of range(40)) {
          const old = Math.min(i, 2 * (p - 1 - s));
          expected[old] = (expected[old] ?? 0) + 1;
        }
      }
      expect(staleness).toEqual(expected);
    }
  });

  it('that go back as they went forward are never told to be inconsistent', () => {
    for (const schedule of [schedules.pipedream, schedules.pipedream2bw, schedules.gpipe])
      expect(simulate(scenario(schedule)).inconsistency).toBeNull();
  });

  it('of a stream are never stale, and of a schedule that flushes there is one version and no staleness to speak of', () => {
    const stream = simulate(
      scenario(schedules.stream, { jitter: lognormal(0.5), costs: fixed({ F: 50, W: 40, U: 9 }) }),
    );
    expect(stream.staleness).toEqual({ 0: 32 });
    expect(stream.stages.map(({ weightVersions }) => weightVersions)).toEqual([1, 1, 1, 1]);
    for (const schedule of [schedules.gpipe, schedules.zbV, schedules.chimera]) {
      const { stages, staleness } = simulate(scenario(schedule));
      expect(Object.keys(staleness)).toEqual(['0']);
      expect(stages.map(({ weightVersions }) => weightVersions)).toEqual([1, 1, 1, 1]);
    }
  });
});
