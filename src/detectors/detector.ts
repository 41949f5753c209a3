import type { Stateful } from '../core/state.ts';

/** What a detector says of the values so far. */
export type Verdict = 'stable' | 'warning' | 'drift';

/**
 * Watches a sequence of numbers and tells when what they follow has changed. After a detection it begins anew.
 *
 * Members give the detections of River 0.26 on the same sequence.
 */
export interface Detector extends Stateful {
  readonly name: string;
  /** Takes one value. @throws {RangeError} when it is outside what the detector is made for */
  update(value: number): Verdict;
}

/** How a detector is made: once for each sequence. */
export interface DetectorFactory {
  readonly name: string;
  /** what values it takes: `bits` 0 or 1, `shares` from 0 to 1, or any `numbers` */
  readonly takes: 'bits' | 'shares' | 'numbers';
  make(): Detector;
}
