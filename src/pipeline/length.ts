import type { Dataset } from '../data/dataset.ts';
import type { SampleStream } from '../data/endless.ts';
import { isDataset } from '../data/samples.ts';

/** What says how long a pipeline learns. */
export interface Length {
  readonly samples: Dataset | SampleStream;
  /** samples of a microbatch */
  readonly microbatch: number;
  /** passes over a dataset */
  readonly epochs: number;
  /** microbatches to learn from, where that was stated */
  readonly microbatches?: number | undefined;
}

/** Microbatches of one pass over the samples; Infinity of an endless stream. */
export function microbatchesPerEpoch({ samples, microbatch }: Omit<Length, 'epochs'>): number {
  return isDataset(samples) ? Math.ceil(samples.count / microbatch) : Number.POSITIVE_INFINITY;
}

/** Microbatches that a pipeline learns from, in all its epochs; Infinity where only a signal ends it. */
export function microbatchesOf(length: Length): number {
  const { samples, epochs, microbatches = Number.POSITIVE_INFINITY } = length;
  return isDataset(samples) ? Math.min(microbatches, epochs * microbatchesPerEpoch(length)) : microbatches;
}

/** Samples of learning microbatch k: the last one of a pass has what is left. */
export function rowsOf(length: Omit<Length, 'epochs'>, k: number): number {
  const { samples, microbatch } = length;
  if (!isDataset(samples)) return microbatch;
  return Math.min(microbatch, samples.count - microbatch * (k % microbatchesPerEpoch(length)));
}

/** The pass over the samples that learning microbatch k belongs to, from 0. */
export function epochOf(length: Omit<Length, 'epochs'>, k: number): number {
  return Math.floor(k / microbatchesPerEpoch(length));
}
