import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { OpKind } from '../../src/core/trace.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { fixed, ms, Scribe, schedules } from './scenarios.ts';

const cost = { F: exponential(ms), W: lognormal(0.6, ms / 2), U: exponential(ms / 10) };
type Op = keyof typeof cost;

/** The n-th duration of every stage's op, from the streams that the simulation names [stages × microbatches] */
function durations(stages: number, jobs: number, op: Op): number[][] {
  const root = random(5).fork('replication 0');
  return Array.from({ length: stages }, (_, s) => {
    const draw = cost[op].sampler(root.fork(`stage ${s}`).fork(op).fork('part 0'));
    return Array.from({ length: jobs }, () => Math.round(draw()));
  });
}

interface Line {
  readonly stages: number;
  readonly capacity: number;
  readonly latency: number;
  readonly blocking: 'after' | 'before';
}

/**
 * A saturated line of local layers without a queue of events. With F, W and U of microbatch n on stage s, c a link's latency,
 * K its capacity:
 *
 * - F begins at max(U_s(n−1), A_s(n), room), where the activity came at A_s(n) = T_{s−1}(n) + c;
 * - blocking after service: the activity is sent at T_s(n) = max(F_s(n), R_{s+1}(n−K)), and the next F waits for T_s(n−1);
 * - blocking before service: T_s(n) = F_s(n), and F itself waits for R_{s+1}(n−K);
 * - the slot goes back at R_s(n) = max(W_s(n), T_s(n)), when the gradient is made and the activity has left.
 */
function recursion(
  { stages, capacity, latency, blocking }: Line,
  ops: readonly Op[],
  jobs: number,
): number[] {
  const time = Object.fromEntries(ops.map((op) => [op, durations(stages, jobs, op)])) as Record<
    Op,
    number[][]
  >;
  const empty = () => Array.from({ length: stages }, () => new Float64Array(jobs));
  const [sent, returned, free] = [empty(), empty(), empty()];
  const lasts = (op: Op, s: number, n: number) => time[op]?.[s][n] ?? 0;
  for (let n = 0; n < jobs; n++) {
    for (let s = 0; s < stages; s++) {
      const top = s + 1 === stages;
      const room = top || n < capacity ? 0 : returned[s + 1][n - capacity];
      const comes = s === 0 ? 0 : sent[s - 1][n] + latency;
      const before = n === 0 ? 0 : Math.max(free[s][n - 1], sent[s][n - 1]);
      const begins = Math.max(before, comes, blocking === 'before' ? room : 0);
      const made = begins + lasts('F', s, n);
      sent[s][n] = top || blocking === 'before' ? made : Math.max(made, room);
      const weighed = made + lasts('W', s, n);
      returned[s][n] = Math.max(weighed, sent[s][n]);
      free[s][n] = weighed + lasts('U', s, n);
    }
  }
  // when each microbatch is done with in the last stage
  return [...free[stages - 1]];
}

const lines: readonly Line[] = (['after', 'before'] as const).flatMap((blocking) => [
  { stages: 1, capacity: 1, latency: 0, blocking },
  { stages: 2, capacity: 1, latency: 0, blocking },
  { stages: 5, capacity: 1, latency: 0, blocking },
  { stages: 5, capacity: 2, latency: 300_000, blocking },
  { stages: 16, capacity: 3, latency: 1_000_000, blocking },
  { stages: 16, capacity: Number.POSITIVE_INFINITY, latency: 50_000, blocking },
]);

describe.each(lines)(
  '$stages stages of capacity $capacity, blocking $blocking service, latency $latency ns',
  (line) => {
    it.each<[string, readonly Op[]]>([
      ['F alone', ['F']],
      ['F and W', ['F', 'W']],
      ['F, W and U', ['F', 'W', 'U']],
    ])('is the recursion to the nanosecond: %s', (_name, ops) => {
      const jobs = 400;
      const scribe = new Scribe();
      const { stages: devices, capacity, latency, blocking } = line;
      const costs = Object.fromEntries(ops.map((op) => [op, cost[op]])) as unknown as Scenario['costs'];
      const whole = {
        ...{ schedule: schedules.stream, devices, microbatches: jobs, costs, blocking, seed: 5 },
        ...(Number.isFinite(capacity) && { capacity }),
        link: { latency },
      };
      const { makespan } = simulate(whole, { onlooker: scribe });
      const exact = recursion(line, ops, jobs);
      const last: OpKind = ops.includes('U') ? 'U' : ops.includes('W') ? 'W' : 'F';
      expect(scribe.of(devices - 1, last).map(({ end }) => end)).toEqual(exact);
      if (devices === 1 || ops.length === 1) expect(Math.round(1e9 * makespan)).toBe(exact[jobs - 1]);
    });
  },
);

describe('durations', () => {
  it('are stretched by draws of their own, and slow devices by their factor', () => {
    const scribe = new Scribe();
    simulate(
      {
        ...{ schedule: schedules.stream, devices: 2, microbatches: 20, costs: fixed({ F: ms, W: ms / 2 }) },
        ...{ jitter: lognormal(0.4), slow: [{ device: 1, factor: 3 }], seed: 9 },
      },
      { onlooker: scribe },
    );
    const root = random(9).fork('replication 0');
    for (const [stage, factor] of [1, 3].entries()) {
      for (const [op, time] of [
        ['F', ms],
        ['W', ms / 2],
      ] as const) {
        const stretch = lognormal(0.4).sampler(root.fork(`stage ${stage}`).fork(op).fork('jitter'));
        const expected = Array.from({ length: 20 }, () => Math.round(factor * time * stretch()));
        expect(scribe.of(stage, op).map(({ start, end }) => end - start)).toEqual(expected);
      }
    }
  });
});
