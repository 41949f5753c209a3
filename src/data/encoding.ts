import { type ByteWork, byteLoops } from '../core/bytes.ts';
import { must, mustBeWhole } from '../core/check.ts';

/** How a sample becomes the first layer's input. */
export interface Encoding {
  readonly name: string;
  /** first pixels of a row that are left for its label, one a class; 0 where a row has no place for one */
  readonly labels: number;
  /**
   * Writes sample `index` into one row.
   *
   * @param images  [count × width], as in a `Dataset`
   * @param into    the row to fill; its length is the width  [width]
   * @param work    does the work on bytes, and sees the sample's alone; left out, plain loops do, to the same bits
   * @returns       the value that a label pixel takes when it is hot; 0 when the row has no place for a label
   * @throws {RangeError} when there is no such sample
   */
  encode(images: Uint8Array | Float32Array, index: number, into: Float32Array, work?: ByteWork): number;
}

export interface PixelsOptions {
  /** scales each row to root mean square 1, so that no image is told by its length; a blank one stays 0. Left out, false */
  readonly normalised?: boolean;
}

/** The pixels as they are, bytes divided by 255: for layers that are told the label beside the input, or not at all. */
export function pixels({ normalised = false }: PixelsOptions = {}): Encoding {
  /** √(d / s), s = Σ p²; 1 for a blank image */
  const scaleTo1 = (squares: number, width: number): number =>
    normalised && squares > 0 ? Math.sqrt(width / squares) : 1;
  return {
    name: normalised ? 'normalised pixels' : 'pixels',
    labels: 0,
    encode(images, index, into, work = byteLoops) {
      const width = into.length;
      mustHold(images, index, width);
      const start = index * width;
      if (images instanceof Uint8Array) {
        const sample = sampleOf(images, start, width);
        const squares = normalised ? work.squaresOfBytes(sample, 0, width) / (255 * 255) : 0;
        work.scaleBytes(sample, into, scaleTo1(squares, width) / 255, 0, width);
      } else {
        const squares = normalised ? squaresOfFloats(images, start, start + width) : 0;
        scaleFloats(images, start, 0, scaleTo1(squares, width), into);
      }
      return 0;
    },
  };
}

/**
 * The label in the picture: the first `classes` pixels p belong to the label, the rest are the image.
 *
 *     x[j] = p[j] · √(d / (s + k²)),   s = Σ_{j ≥ classes} p[j]²,   d = width
 *
 * so the row with a one-hot label of strength k has root mean square 1. The label pixels stay 0: `overlay` writes them,
 * with the amplitude a = k · √(d / (s + k²)) that `encode` returns.
 *
 * @param options  `classes`: label pixels, fewer than the width;
 *   `strength`: k, a hot label pixel before scaling, where an image's pixels lie in 0 … 1
 * @throws {RangeError} when classes is no whole number or strength lies outside 1e-6 to 1e6, where its pixel would be 0 or nothing else be left
 * @see Hinton 2022, §3.3
 */
export function labelOverlay({ classes = 10, strength = 1 } = {}): Encoding {
  mustBeWhole(classes, 'classes', 1);
  must(strength >= 1e-6 && strength <= 1e6, 'strength', 'a number from 1e-6 to 1e6', strength);
  return {
    name: 'labelOverlay',
    labels: classes,
    encode(images, index, into, work = byteLoops) {
      const width = into.length;
      must(width > classes, 'width', `more than ${classes}, the label's pixels`, width);
      mustHold(images, index, width);
      const start = index * width;
      into.fill(0, 0, classes);
      if (images instanceof Uint8Array) {
        const sample = sampleOf(images, start, width);
        const s = work.squaresOfBytes(sample, classes, width) / (255 * 255);
        const scale = Math.sqrt(width / (s + strength * strength));
        work.scaleBytes(sample, into, scale / 255, classes, width);
        return strength * scale;
      }
      const s = squaresOfFloats(images, start + classes, start + width);
      const scale = Math.sqrt(width / (s + strength * strength));
      scaleFloats(images, start, classes, scale, into);
      return strength * scale;
    },
  };
}

/**
 * Writes a one-hot label over the first pixels of a row.
 *
 * @param row        an encoded row, changed                    [width]
 * @param amplitude  a, as `encode` returned it for this row
 * @throws {RangeError} when `label` is no class
 */
export function overlay(row: Float32Array, amplitude: number, label: number, classes = 10): void {
  must(
    Number.isInteger(label) && label >= 0 && label < classes,
    'label',
    `a class from 0 to ${classes - 1}`,
    label,
  );
  row.fill(0, 0, classes);
  row[label] = amplitude;
}

/**
 * The factor f by which the image part of an encoded row is multiplied for a neutral label, k / classes in each label
 * pixel before scaling, to give root mean square 1 again. With s + k² = d·k²/a²:
 *
 *     f = √((s + k²) / (s + k²/classes)) = 1 / √(1 − (a²/d)·(1 − 1/classes))
 *
 * k drops out, and each label pixel takes f · a / classes.
 *
 * @param amplitude  a, as `encode` returned it for this row; a² ≤ width
 * @param width      d, pixels a row
 * @returns          f, from 1 (label faint beside the image) to √classes (blank image)
 */
export function neutralScale(amplitude: number, width: number, classes = 10): number {
  return 1 / Math.sqrt(1 - ((amplitude * amplitude) / width) * (1 - 1 / classes));
}

function mustHold(images: Uint8Array | Float32Array, index: number, width: number): void {
  const count = Math.floor(images.length / width);
  must(
    Number.isInteger(index) && index >= 0 && index < count,
    'index of a sample',
    `from 0 to ${count - 1}`,
    index,
  );
}

/** The bytes of one sample: themselves, where there are no others. */
function sampleOf(images: Uint8Array, start: number, width: number): Uint8Array {
  return images.length === width ? images : images.subarray(start, start + width);
}

// Bytes and floats have loops of their own: a loop that has seen both types of array runs several times slower.

function squaresOfFloats(images: Float32Array, start: number, end: number): number {
  let squares = 0;
  for (let i = start; i < end; i++) squares += images[i] * images[i];
  return squares;
}

function scaleFloats(
  images: Float32Array,
  start: number,
  from: number,
  scale: number,
  into: Float32Array,
): void {
  for (let j = from; j < into.length; j++) into[j] = images[start + j] * scale;
}
