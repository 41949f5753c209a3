import { expect, test } from 'vitest';
import { partsOf } from '../../bench/selection.ts';
import { secondsTo } from '../../bench/time-to-accuracy.ts';
import { inWindows } from '../../bench/windows.ts';
import type { OpEvent } from '../../src/extend.ts';

/** An op on 10 samples that ends at a second. */
function op(of: Partial<OpEvent>, second: number): OpEvent {
  return {
    ...{
      kind: 'op',
      op: 'U',
      stage: 0,
      microbatch: 0,
      purpose: 'learn',
      rows: 10,
      start: 0,
      end: second * 1e9,
    },
    ...{ read: 0, written: 1, versions: 1, held: 0, macs: 0 },
    ...of,
  };
}

test('a window lasts from when the last stage has learned from its first sample to when it has from its last', () => {
  const measure = inWindows([[20, 40]], [2, 3, 4])();
  for (let i = 1; i <= 4; i++) {
    measure.add(op({ stage: 0 }, i));
    measure.add(op({ stage: 1 }, 2 * i + 1));
  }
  // stage 1 is the later one: 20 samples at 5 s, 40 at 9 s
  expect(measure.value()[0].samplesPerSecond).toBeCloseTo(20 / 4, 9);
});

test('it counts what was learned from and what was multiplied within it, and no other', () => {
  const measure = inWindows(
    [
      [0, 10],
      [10, 30],
    ],
    [2, 3, 4],
  )();
  // weights of the hidden layers: 2·3 + 3·4 = 18; a head, layer 2, is no hidden layer
  for (let i = 0; i < 3; i++) {
    measure.add(op({ op: 'F', macs: 180 }, i));
    const layers = [
      { layer: 0, kept: i },
      { layer: 1, kept: 2 * i },
      { layer: 2, kept: 0 },
    ];
    measure.add(op({ op: 'W', macs: 18 * i, layers }, i));
    measure.add(op({ op: 'F', purpose: 'goodness', macs: 1e6 }, i));
    measure.add(op({}, i));
  }
  const [first, second] = measure.value();
  expect(first.kept).toBeCloseTo(0, 12);
  expect(first.units).toBeCloseTo(1, 12);
  expect(second.kept).toBeCloseTo((1 + 2 + 2 + 4) / 40, 12);
  expect(second.units).toBeCloseTo(1 + 3 / 20, 12);
});

test('layers that leave nothing out keep all, and a window that no stage reaches has no speed', () => {
  const measure = inWindows([[0, 20]], [2, 3])();
  measure.add(op({ op: 'W' }, 1));
  measure.add(op({}, 1));
  const [{ kept, samplesPerSecond }] = measure.value();
  expect(kept).toBe(1);
  expect(samplesPerSecond).toBeNaN();
});

test('the parts of a training are whole microbatches', () => {
  expect(partsOf(300_000, 200)).toEqual([
    [15_000, 150_000],
    [240_000, 300_000],
  ]);
  for (const [from, to] of partsOf(60_000, 70)) expect([from % 70, to % 70]).toEqual([0, 0]);
});

test('an accuracy is reached at the first point that has it', () => {
  const curve = [0.9, 0.985, 0.98].map((accuracy, i) => ({ epochs: i / 2, seconds: i + 1, accuracy }));
  expect(secondsTo(curve, 0.98)).toBe(2);
  expect(secondsTo(curve, 0.99)).toBeNull();
});
