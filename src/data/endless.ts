import type { Observable } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import type { Random } from '../core/random.ts';

/** Labelled samples that never end, made one by one where they are needed. */
export interface SampleStream {
  readonly name: string;
  /** features a sample */
  readonly width: number;
  /** labels are 0 … classes − 1 */
  readonly classes: number;
  /** what a sample consists of: `bytes`, whose 0 … 255 mean 0 … 1, or `floats`, taken as they are */
  readonly numbers: 'bytes' | 'floats';
  /**
   * Writes one sample. It must depend on nothing but its index and its draws: a sample may be asked for several times, and
   * a run that is resumed begins at any index.
   *
   * @param index   samples that came before this one, from 0
   * @param random  this sample's random stream
   * @param into    to be overwritten; a Uint8Array for `bytes`, a Float32Array for `floats`  [width]
   * @returns       the label
   */
  sample(index: number, random: Random, into: Uint8Array | Float32Array): number;
  /** of samples that come by themselves, from a file that grows or from standard input: which ones are here. Left out, all are */
  readonly live?: LiveSamples;
  /**
   * Writes another sample of the same time, where the first one may not come: a shift of priors draws so. Like `sample` it depends
   * on nothing but its index and its draws. Left out, `sample` with draws that have gone on gives one.
   */
  again?(index: number, random: Random, into: Uint8Array | Float32Array): number;
  /** frames a second that a video is to be shown at; left out, the samples are no video */
  readonly framesPerSecond?: number;
  /** where the world changes among the samples below `until`, by the stream's own account, ascending; left out, nowhere */
  changes?(until: number): readonly Change[];
}

/** A change in a stream of samples, for who draws it or scores detectors by it. */
export interface Change {
  /**
   * The first sample that is, or may be, of the new world, and the first that surely is; of a gradual change, where one in a hundred is,
   * and all but one in a hundred are.
   */
  readonly from: number;
  readonly to: number;
  /** in words: `labels`, `pixels`, … */
  readonly what: string;
}

/**
 * Samples that come by themselves. Those with an index from `released` up to `available` may be asked for; the rest is gone, or
 * has yet to come.
 */
export interface LiveSamples {
  /** samples that have come so far */
  readonly available: number;
  /** whether no more will come */
  readonly ended: boolean;
  /** emits whenever more have come, at the end, and errors where what comes can't be read */
  readonly changes: Observable<void>;
  /** Samples below this index will not be asked for again: their room may go to others. */
  release(index: number): void;
  /** Stops reading, closes what is open. */
  close(): void;
}

/** A stream as it is declared; `numbers` left out, `floats`. */
export type EndlessOptions = Omit<SampleStream, 'numbers'> & Partial<Pick<SampleStream, 'numbers'>>;

/**
 * Samples that never end, for a pipeline that learns until it is stopped or for a stated number of microbatches.
 *
 * @throws {RangeError} when width, classes or numbers is out of range
 */
export function endless({ numbers = 'floats', ...options }: EndlessOptions): SampleStream {
  const stream = { ...options, numbers };
  checkStream(stream);
  return stream;
}

/** @throws {RangeError} when width, classes or numbers is out of range */
export function checkStream({ name, width, classes, numbers, sample }: SampleStream): void {
  mustBeWhole(width, `width of ${name}`, 1, 'features');
  mustBeClasses(classes, name);
  must(numbers === 'bytes' || numbers === 'floats', `numbers of ${name}`, "'bytes' or 'floats'", numbers);
  must(typeof sample === 'function', `sample of ${name}`, 'a function', typeof sample);
}

export function mustBeClasses(classes: number, name: string): void {
  must(
    Number.isInteger(classes) && classes >= 1 && classes <= 65_536,
    `classes of ${name}`,
    'a whole number from 1 to 65536',
    classes,
  );
}
