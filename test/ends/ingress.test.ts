import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { regular } from '../../src/arrivals/regular.ts';
import { random } from '../../src/core/random.ts';
import { Ingress, type Lost } from '../../src/ends/ingress.ts';
import { block } from '../../src/overflows/block.ts';
import { deadline } from '../../src/overflows/deadline.ts';
import { dropNewest } from '../../src/overflows/drop-newest.ts';
import { dropOldest } from '../../src/overflows/drop-oldest.ts';
import type { Overflow } from '../../src/overflows/overflow.ts';
import { sample } from '../../src/overflows/sample.ts';
import type { ResolvedLine } from '../../src/pipeline/resolved.ts';

const second = 1e9;

/** 1,000 samples a second in microbatches of 10: one every 10 ms */
function ingress(overflow: Overflow, line: Partial<ResolvedLine> = {}, state?: ReturnType<Ingress['state']>) {
  const lost: Lost[] = [];
  const queue = new Ingress({
    line: { arrivals: regular(1000), room: 3, overflow, lasts: Number.POSITIVE_INFINITY, ...line },
    ...{ size: 10, random: random(1).fork('line'), origin: 0, atMost: Number.POSITIVE_INFINITY, state },
    lost: (what) => lost.push(what),
  });
  return { queue, lost, rows: () => lost.reduce((sum, { rows }) => sum + rows, 0) };
}

const firsts = (queue: Ingress, now: number): number[] => {
  const all: number[] = [];
  for (let one = queue.take(now); one; one = queue.take(now)) all.push(one.first);
  return all;
};

describe('a queue of 3 microbatches that nobody takes from for 100 ms', () => {
  it('keeps the first three and drops the newest', () => {
    const { queue, lost } = ingress(dropNewest());
    expect(firsts(queue, 0.1 * second)).toEqual([0, 10, 20]);
    expect(lost.map(({ at }) => at / 1e6)).toEqual([40, 50, 60, 70, 80, 90, 100]);
    expect(new Set(lost.map(({ reason }) => reason))).toEqual(new Set(['drop-newest']));
  });

  it('keeps the last three where it drops the oldest', () => {
    const { queue } = ingress(dropOldest());
    expect(firsts(queue, 0.1 * second)).toEqual([70, 80, 90]);
  });

  it('keeps three in order where it drops at random', () => {
    const { queue, rows } = ingress(sample());
    const kept = firsts(queue, 0.1 * second);
    expect(kept).toHaveLength(3);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(rows()).toBe(70);
  });

  it('keeps what has not waited for longer than its deadline', () => {
    const { queue, lost } = ingress(deadline(15e6), { room: 100 });
    expect(firsts(queue, 0.1 * second)).toEqual([80, 90]);
    expect(lost.map(({ reason, at }) => [reason, at / 1e6])[0]).toEqual(['deadline', 25]);
  });

  it('has all of them where it blocks, with the times at which they were to come', () => {
    const { queue, lost } = ingress(block());
    const first = queue.take(0.1 * second);
    expect([...(first?.intended ?? [])].map((at) => at / 1e6)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(queue.depth).toBe(9);
    expect(firsts(queue, 0.1 * second)).toHaveLength(9);
    expect(lost).toEqual([]);
  });
});

it('drops each of a full queue and the newcomer as often, at random', () => {
  const counts = [0, 0, 0, 0];
  const draws = random(3);
  for (let i = 0; i < 40_000; i++) counts[sample().victim?.(3, draws) ?? 0]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(7500));
});

it('gives a microbatch that is not full once the line has ended', () => {
  const { queue } = ingress(block(), { lasts: 0.025 * second });
  expect(queue.readyAt).toBe(10e6);
  const rows = [1, 2, 3, 4].map(() => queue.take(second)?.rows);
  expect(rows).toEqual([10, 10, 5, undefined]);
  expect([queue.ended, queue.offered, queue.waiting]).toEqual([true, 25, 0]);
});

it('knows when the last microbatch of a line that ends is there', () => {
  const { queue } = ingress(dropNewest(), { lasts: 0.025 * second });
  expect([queue.take(10e6)?.first, queue.readyAt]).toEqual([0, 20e6]);
  expect([queue.take(20e6)?.first, queue.readyAt]).toEqual([10, 25e6]);
});

const overflows = [block(), dropNewest(), dropOldest(), sample(), deadline(30e6)];

it('loses count of no sample, whatever is taken when, and goes on from its state', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40e6 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      steps,
      fc.constantFrom(...overflows),
      fc.integer({ min: 1, max: 5 }),
      (walk, overflow, room) => {
        const { queue, rows } = ingress(overflow, { arrivals: poisson(1000), room });
        let [now, taken, last] = [0, 0, -1];
        for (const [gap, takes] of walk) {
          now += gap;
          queue.advance(now);
          for (let i = 0; i < takes; i++) {
            const one = queue.take(now);
            if (one === undefined) continue;
            taken += one.rows;
            expect(one.first).toBeGreaterThan(last);
            for (const at of one.intended) expect(at).toBeLessThanOrEqual(now);
            last = one.first;
          }
          expect(queue.offered).toBe(taken + rows() + queue.waiting);
          if (overflow.lossless) expect(rows()).toBe(0);
          else expect(queue.depth).toBeLessThanOrEqual(room);
        }
        const again = ingress(overflow, { arrivals: poisson(1000), room }, queue.state());
        const next = queue.take(now + 10 * second);
        if (overflow.lossless) expect(again.queue.take(now + 10 * second)?.first).toBe(next?.first);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});
