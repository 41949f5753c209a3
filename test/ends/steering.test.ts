import { expect, test } from 'vitest';
import { Pace, Steering } from '../../src/ends/steering.ts';
import { controls } from '../../src/work/controls/controls.ts';
import { Panel } from '../../src/work/controls/panel.ts';

test('noise has mean 0 and the standard deviation that was asked for, of floats and of bytes', () => {
  const of = controls();
  of.setNoise(0.1);
  const steering = new Steering(of.memory, 7, false);
  const count = 40_000;
  for (const [into, middle, sd] of [
    [new Float32Array(count), 0.5, 0.1],
    [new Uint8Array(count), 128, 25.5],
  ] as const) {
    const images = into.slice().fill(middle);
    expect(steering.spoil(images, 0, into)).toBe(true);
    const values = [...into];
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    // five standard errors
    expect(Math.abs(mean - middle)).toBeLessThan((5 * sd) / Math.sqrt(count));
    expect(Math.abs(Math.sqrt(variance) / sd - 1)).toBeLessThan(5 / Math.sqrt(2 * count) + 1e-3);
  }
});

test('without noise a sample is left alone', () => {
  const into = new Uint8Array(4);
  expect(new Steering(controls().memory, 7, false).spoil(Uint8Array.of(1, 2, 3, 4), 0, into)).toBe(false);
  expect([...into]).toEqual([0, 0, 0, 0]);
});

test('whoever asks for a gap later is told what the first was told, whatever the rate is by then', () => {
  const of = controls();
  const pace = new Pace(new Panel(of.memory));
  const first = [10, 20, 5, undefined].map((rate, i) => {
    of.setRate(rate);
    return pace.stretch(i, 10);
  });
  expect(first).toEqual([1, 0.5, 2, 1]);
  expect([0, 1, 2, 3].map((i) => pace.stretch(i, 10))).toEqual(first);
});

test('a source is held for as long as the rows that it sent take at the rate', () => {
  const of = controls();
  const steering = new Steering(of.memory, 7, false);
  expect(steering.heldUntil).toBe(0);
  of.setRate(100);
  steering.sent(50, 1e9);
  expect(steering.heldUntil).toBe(1.5e9);
  of.pause();
  expect(steering.heldUntil).toBe(Number.POSITIVE_INFINITY);
  of.resume();
  of.setRate();
  expect(steering.heldUntil).toBe(0);
});
