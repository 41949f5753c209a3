import { must } from '../../core/check.ts';
import type { DetectorFactory } from '../detector.ts';

const ranges: Readonly<
  Record<DetectorFactory['takes'], { readonly says: string; has(value: number): boolean }>
> = {
  bits: { says: '0 or 1', has: (value) => value === 0 || value === 1 },
  shares: { says: 'between 0 and 1', has: (value) => value >= 0 && value <= 1 },
  numbers: { says: 'a finite number', has: Number.isFinite },
};

/** @throws {RangeError} when a detector is not made for the value */
export function mustBeTaken(value: number, takes: DetectorFactory['takes'], detector: string): void {
  const { says, has } = ranges[takes];
  if (!has(value)) must(false, `value for ${detector}`, says, value);
}
