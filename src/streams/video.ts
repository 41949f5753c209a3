import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { checkDataset, type Dataset } from '../data/dataset.ts';
import { endless, type SampleStream } from '../data/endless.ts';
import { type Pose, paint } from './parts/paint.ts';
import { type StreamOptions, worldOf } from './stream.ts';

export interface VideoOptions extends StreamOptions {
  /** frames a second, above 0; left out, 30 */
  readonly framesPerSecond?: number | undefined;
  /** frames that show one digit, 1 or more; left out, 30 */
  readonly digitFrames?: number | undefined;
  /** first frames of a digit in which it fades in over the one before, less than `digitFrames`; left out, a quarter of them */
  readonly fadeFrames?: number | undefined;
  /** side of a frame in pixels, at least that of an image; left out, that of an image */
  readonly size?: number | undefined;
  /** pixels that a digit moves to each side, 0 or more; left out, 2 and half of what a frame is larger */
  readonly reach?: number | undefined;
  /** degrees that a digit turns to each side, 0 or more; left out, 15 */
  readonly turn?: number | undefined;
}

/** periods of the movement in seconds: across, down and around; no two are multiples of each other */
const periods = { across: 2.3, down: 3.1, around: 3.7 };

/**
 * A video of digits that move, turn and follow one another without a cut. Digit s is drawn from the dataset by the seed; it lasts `digitFrames` frames and
 * fades in over the first `fadeFrames` of them:
 *
 *     frame = α · digit s + (1 − α) · digit s − 1,   α = (frames since s began + 1) / (fadeFrames + 1), at most 1
 *
 * Both have the pose of the frame: shifts and angle are sines of its time (periods 2.3, 3.1 and 3.7 s), sampled bilinearly. The label is the
 * digit that shows more strongly: the new one from α = ½ on. Each frame is a function of its index alone.
 *
 * @param dataset  square images of bytes
 * @throws {RangeError} when the images are not square bytes, or an option is out of range
 */
export function video(
  dataset: Dataset,
  {
    framesPerSecond = 30,
    digitFrames = 30,
    fadeFrames = Math.floor(digitFrames / 4),
    turn = 15,
    ...options
  }: VideoOptions = {},
): SampleStream {
  checkDataset(dataset);
  const { name, width, classes, count, images, labels } = dataset;
  const side = Math.round(Math.sqrt(width));
  const { size = side, reach = 2 + (size - side) / 2 } = options;
  must(
    images instanceof Uint8Array && side * side === width,
    `images of a video of ${name}`,
    'square, of bytes',
    `${width} ${images instanceof Uint8Array ? 'bytes' : 'floats'}`,
  );
  mustBePositive(framesPerSecond, 'framesPerSecond of a video');
  mustBeWhole(digitFrames, 'digitFrames of a video', 1, 'frames');
  mustBeWhole(fadeFrames, 'fadeFrames of a video', 0, 'frames');
  must(
    fadeFrames < digitFrames,
    'fadeFrames of a video',
    `below ${digitFrames}, its digitFrames`,
    fadeFrames,
  );
  mustBeWhole(size, 'size of a video', side, 'pixels');
  must(Number.isFinite(reach) && reach >= 0, 'reach of a video', 'pixels, 0 or more', reach);
  must(Number.isFinite(turn) && turn >= 0, 'turn of a video', 'degrees, 0 or more', turn);
  const world = worldOf('video', options);
  const phase = world.fork('movement');
  const [across, down, around] = [phase.uniform(), phase.uniform(), phase.uniform()];
  const poseAt = (index: number): Pose => {
    const seconds = index / framesPerSecond;
    const wave = (period: number, from: number) => Math.sin(2 * Math.PI * (seconds / period + from));
    return {
      across: reach * wave(periods.across, across),
      down: reach * wave(periods.down, down),
      angle: ((turn * Math.PI) / 180) * wave(periods.around, around),
    };
  };
  const digitAt = recent((digit) => (digit < 0 ? undefined : world.fork(`digit ${digit}`).whole(count)));
  const imageOf = (sample: number) => images.subarray(sample * width, (sample + 1) * width);
  return endless({
    ...{ name: `video of ${name}`, width: size * size, classes, numbers: 'bytes', framesPerSecond },
    sample(index, _random, into) {
      mustBeWhole(index, 'index of a frame', 0);
      const digit = Math.floor(index / digitFrames);
      const now = digitAt(digit) as number;
      const before = digitAt(digit - 1);
      const share =
        before === undefined ? 1 : Math.min(1, (index - digit * digitFrames + 1) / (fadeFrames + 1));
      const pose = poseAt(index);
      into.fill(0);
      paint(imageOf(now), side, pose, share, into, size);
      if (before !== undefined && share < 1) paint(imageOf(before), side, pose, 1 - share, into, size);
      return labels[share >= 0.5 || before === undefined ? now : before];
    },
    again(index, random, into) {
      const other = random.whole(count);
      into.fill(0);
      paint(imageOf(other), side, poseAt(index), 1, into, size);
      return labels[other];
    },
  });
}

/** A function that keeps its last few values. */
function recent<T>(make: (key: number) => T): (key: number) => T {
  const kept = new Map<number, T>();
  return (key) => {
    if (!kept.has(key)) {
      if (kept.size === 8) kept.delete(kept.keys().next().value as number);
      kept.set(key, make(key));
    }
    return kept.get(key) as T;
  };
}
