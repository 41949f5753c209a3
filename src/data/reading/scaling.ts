import type { RawSamples } from '../formats/format.ts';

/** How features become what a network sees: divided by a number, or each column by its own range to 0 … 1. */
export type Scaling =
  | { readonly by: number }
  | { readonly low: readonly number[]; readonly high: readonly number[] };

/** What a user may ask for: `auto`, `none`, `columns` or a number to divide by. */
export type ScaleRule = 'auto' | 'none' | 'columns' | number;

/** largest value from which whole numbers from 0 to 255 are taken for pixels */
const pixelsFrom = 128;

/**
 * The scaling of the samples that are learned from.
 *
 * `auto` divides by 255 what is stored as bytes, and whole numbers from 0 to 255 whose largest is 128 or more; everything else is
 * taken as it is.
 */
export function scalingOf(
  samples: Pick<RawSamples, 'features' | 'width' | 'dtype'>,
  rule: ScaleRule,
): Scaling {
  if (rule === 'none') return { by: 1 };
  if (rule === 'columns') return rangesOf(samples);
  if (rule !== 'auto') return { by: rule };
  const { features, dtype } = samples;
  const bytes = features instanceof Uint8Array && (dtype === 'uint8' || largest(features) >= pixelsFrom);
  return { by: bytes ? 255 : 1 };
}

/** Features by their scaling: bytes stay bytes where 0 … 255 mean 0 … 1. */
export function scaled(features: RawSamples['features'], scaling: Scaling): Uint8Array | Float32Array {
  if ('low' in scaling) {
    const { low, high } = scaling;
    const into = new Float32Array(features.length);
    for (let i = 0, j = 0; i < features.length; i++, j = j + 1 === low.length ? 0 : j + 1)
      into[i] = high[j] === low[j] ? 0 : (features[i] - low[j]) / (high[j] - low[j]);
    return into;
  }
  const { by } = scaling;
  if (features instanceof Uint8Array && by === 255) return features;
  if (by === 1) return features instanceof Float32Array ? features : new Float32Array(features);
  const into = new Float32Array(features.length);
  for (let i = 0; i < features.length; i++) into[i] = features[i] / by;
  return into;
}

/** One sentence that says what is done to the features. */
export function scalingText(scaling: Scaling): string {
  if ('low' in scaling) return 'each feature by its range in the samples learned from, to 0 … 1';
  return scaling.by === 1 ? 'taken as they are' : `divided by ${scaling.by}`;
}

/** Smallest and largest value, those that are missing left out. */
export function rangeOf(features: RawSamples['features']): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < features.length; i++) {
    if (features[i] < low) low = features[i];
    if (features[i] > high) high = features[i];
  }
  return [low, high];
}

function largest(features: Uint8Array): number {
  return rangeOf(features)[1];
}

function rangesOf({ features, width }: Pick<RawSamples, 'features' | 'width'>): Scaling {
  const low = new Array<number>(width).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(width).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < features.length; i++) {
    const column = i % width;
    if (features[i] < low[column]) low[column] = features[i];
    if (features[i] > high[column]) high[column] = features[i];
  }
  return { low, high };
}
