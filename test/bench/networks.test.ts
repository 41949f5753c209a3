import { expect, test } from 'vitest';
import { throughputAfter } from '../../bench/networks.ts';
import type { OpEvent } from '../../src/extend.ts';

/** An update that ends at a second. */
function update(stage: number, second: number): OpEvent {
  return {
    ...{ kind: 'op', op: 'U', stage, microbatch: 0, purpose: 'learn', rows: 10, start: 0, end: second * 1e9 },
    ...{ read: 0, written: 1, versions: 1, held: 0, macs: 0 },
  };
}

test('a warm window counts neither what is slow at first nor what lies in links when the first stage has ended', () => {
  const warm = throughputAfter(20);
  // stage 0: slow twice, then one update a second to its end at 18; stage 1 goes on after that, at two a second
  for (let i = 0; i < 2; i++) warm.add(update(0, 4 * (i + 1)));
  for (let i = 0; i < 10; i++) warm.add(update(0, 9 + i));
  for (const second of [8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18.5, 19]) warm.add(update(1, second));
  expect(warm.value()).toBeCloseTo(10, 9);
});

test('it is the rate of the stage that falls behind', () => {
  const warm = throughputAfter(10);
  for (let i = 0; i <= 20; i++) warm.add(update(0, i / 2));
  for (let i = 0; i <= 20; i++) warm.add(update(1, i));
  expect(warm.value()).toBeCloseTo(10, 9);
});
