import type { UpdateCounts } from '../update.ts';

/** The counts of an updater that has done nothing. */
export const nothing: UpdateCounts = {
  pulses: 0,
  linePulses: 0,
  lines: 0,
  saturated: 0,
  transferReads: 0,
  macs: 0,
  belowOne: 0,
  asked: 0,
};

/** Counts that grow. */
export type Tally = { -readonly [Name in keyof UpdateCounts]: UpdateCounts[Name] };

export function tally(): Tally {
  return { ...nothing };
}

/** lines of inputs that stand for all of them where steps below one pulse are counted */
const sampled = 4;

/**
 * Counts the steps that one outer product asks for, and those below one pulse: steps |xᵢ δⱼ| < 1 / scale. Where the largest
 * step is above one pulse the second is an estimate by some 4 of the inputs, evenly spaced, others in each row.
 *
 * @param lines  inputs and units that are not 0
 * @param most   max |x| · max |δ|
 * @param scale  pulses that a step of 1 asks for
 */
export function countAsked(
  into: Tally,
  x: Float32Array,
  xAt: number,
  inputs: number,
  delta: Float32Array,
  deltaAt: number,
  units: number,
  lines: { readonly inputs: number; readonly units: number },
  most: number,
  scale: number,
): void {
  const asked = lines.inputs * lines.units;
  into.asked += asked;
  if (most * scale < 1) {
    into.belowOne += asked;
    return;
  }
  const stride = Math.max(1, Math.floor(lines.inputs / sampled));
  let [seen, below, nonzero] = [0, 0, into.lines % stride];
  for (let i = 0; i < inputs; i++) {
    const value = Math.abs(x[xAt + i]) * scale;
    if (value === 0 || nonzero++ % stride !== 0) continue;
    seen += lines.units;
    for (let j = deltaAt; j < deltaAt + units; j++) {
      const step = Math.abs(delta[j]) * value;
      if (step > 0 && step < 1) below++;
    }
  }
  into.belowOne += (asked * below) / seen;
}
