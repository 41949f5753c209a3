import { must } from '../../core/check.ts';
import { timeText } from '../../graph/limits/bottleneck-text.ts';

/** What a device holds, in bytes; a list has one number for each device. Tensor ranks hold a part each. */
export interface MemoryModel {
  /** bytes that a device has; left out, what is held is counted only */
  readonly limit?: number;
  /** what a device keeps of one microbatch from F to W: all its stages together; of each of the `streams` */
  readonly held: number | readonly number[];
  /** one version of its weights, which is as large as their gradient */
  readonly weights: number | readonly number[];
  /** gradients and what the optimiser remembers, once however many versions there are; left out, 0 */
  readonly state?: number | readonly number[];
}

/** @throws {RangeError} one sentence for the first field that breaks its rule */
export function mustBeMemory({ limit, held, weights, state = 0 }: MemoryModel, devices: number): void {
  must(limit === undefined || (Number.isFinite(limit) && limit > 0), 'memory', 'bytes above 0', limit);
  for (const [name, given] of Object.entries({ held, weights, state })) {
    if (typeof given !== 'number')
      must(given.length === devices, name, `one size, or one for each of ${devices} stages`, given.length);
    for (const one of typeof given === 'number' ? [given] : given)
      must(Number.isFinite(one) && one >= 0, name, 'bytes, 0 or more', one);
  }
}

/** The first op that had no room for what it leaves. */
export interface Overflow {
  readonly device: number;
  /** numbered along the schedule's paths */
  readonly stage: number;
  readonly op: 'F' | 'B' | 'W' | 'U';
  readonly microbatch: number;
  /** seconds since the beginning */
  readonly at: number;
}

/** A device would hold more than it can. */
export class MemoryError extends RangeError {
  readonly overflow: Overflow;
  /** bytes that the device holds at its worst */
  readonly peakBytes: number;

  constructor(overflow: Overflow, peakBytes: number, limit: number) {
    const { device, op, microbatch, at, stage } = overflow;
    const where = `stage ${device}${stage === device ? '' : ` (stage ${stage} of the path)`}`;
    super(
      `memory of ${where} must be at least ${bytesText(peakBytes)}, its peak; got ${bytesText(limit)}, too little from ${op} of microbatch ${microbatch} at ${timeText(at)} on`,
    );
    this.name = 'MemoryError';
    this.overflow = overflow;
    this.peakBytes = peakBytes;
  }
}

/** `1.2 GB`: four digits in the decimal unit that fits. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** step).toLocaleString('en-US', { maximumSignificantDigits: 4 })} ${units[step]}`;
}
