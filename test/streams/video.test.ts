import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { dataset } from '../../src/data/dataset.ts';
import { type VideoOptions, video } from '../../src/streams/video.ts';

const side = 8;
/** A bar each: digit k is a column of light at 2 + k. */
const bars = dataset({
  ...{ name: 'bars', width: side * side, classes: 4 },
  images: Uint8Array.from({ length: 4 * side * side }, (_, i) =>
    i % side === 2 + Math.floor(i / (side * side)) ? 255 : 0,
  ),
  labels: Uint8Array.of(0, 1, 2, 3),
});
const draw = random(1);
const frame = (options: VideoOptions, index: number, size = side) => {
  const into = new Uint8Array(size * size);
  const label = video(bars, options).sample(index, draw, into);
  return { label, into };
};
const still = { turn: 0, reach: 0 };

describe('a video of digits', () => {
  it('that neither move nor turn nor fade has their bytes, each for its frames', () => {
    const options = { ...still, digitFrames: 5, fadeFrames: 0 };
    for (let index = 0; index < 40; index++) {
      const { label, into } = frame(options, index);
      expect(into).toEqual(bars.images.slice(label * side * side, (label + 1) * side * side));
      expect(label).toBe(frame(options, 5 * Math.floor(index / 5)).label);
    }
  });

  it('fades from one digit to the next, whose label it has from half on', () => {
    const options = { ...still, digitFrames: 10, fadeFrames: 3 };
    const shown = (index: number) => frame(options, index);
    // a digit that another one follows
    const begin = Array.from({ length: 20 }, (_, k) => 10 * (k + 1)).find(
      (index) => shown(index + 9).label !== shown(index - 1).label,
    ) as number;
    const [before, after] = [shown(begin - 1).label, shown(begin + 9).label];
    const at = (label: number, index: number) => shown(index).into[2 + label];
    expect([0, 1, 2, 3].map((t) => at(after, begin + t))).toEqual([64, 128, 191, 255]);
    expect([0, 1, 2, 3].map((t) => at(before, begin + t))).toEqual([191, 128, 64, 0]);
    expect([0, 1, 2, 3].map((t) => shown(begin + t).label)).toEqual([before, after, after, after]);
  });

  it('moves smoothly: from frame to frame less than from pose to pose, and keeps its light', () => {
    const options = { digitFrames: 1000, framesPerSecond: 60, size: 14, reach: 2 };
    const off = (one: number, other: number) => {
      const [a, b] = [frame(options, one, 14).into, frame(options, other, 14).into];
      return a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0);
    };
    const near = Math.max(...Array.from({ length: 50 }, (_, i) => off(100 + i, 101 + i)));
    const far = Math.max(...Array.from({ length: 50 }, (_, i) => off(100 + i, 150 + i)));
    expect(near).toBeLessThan(far / 3);
    // a bar one pixel wide, sampled bilinearly
    const light = Array.from({ length: 50 }, (_, i) =>
      frame(options, 100 + i, 14).into.reduce((a, b) => a + b, 0),
    );
    for (const sum of light) expect(Math.abs(sum - 8 * 255)).toBeLessThan(0.1 * 8 * 255);
  });

  it('states its rate, and refuses what it can’t show', () => {
    expect(video(bars, { framesPerSecond: 25 }).framesPerSecond).toBe(25);
    expect(() => video(bars, { fadeFrames: 30 })).toThrow('fadeFrames of a video must be below 30');
    expect(() => video(bars, { size: 4 })).toThrow(
      'size of a video must be a whole number of pixels, 8 or more; got 4',
    );
  });
});
