import type { Firing } from './bernoulli.ts';

/** Rounds to the nearest whole number, halves to the even one. */
export function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

/**
 * Pulses that reach each cell when trains are not random.
 *
 * @param shares  probability of a pulse in a slot for each line [inputs], [units]
 * @param signs   1 where a line is negative
 * @param slots   time slots
 * @param mean    whether each line first fires its own rounded mean number of times
 * @param counts  pulses up, negative: down; overwritten [inputs × units]
 * @param tally   gets the pulses on lines
 */
export function wholePulses(
  inputs: { readonly shares: Float32Array; readonly signs: Uint8Array },
  units: { readonly shares: Float32Array; readonly signs: Uint8Array },
  slots: number,
  mean: boolean,
  counts: Int32Array,
  tally: Firing,
): void {
  for (const { shares } of [inputs, units]) countLines(shares, slots, tally);
  const width = units.shares.length;
  counts.fill(0);
  for (let i = 0; i < inputs.shares.length; i++) {
    const x = slotsOf(inputs.shares[i], slots, mean);
    if (x === 0) continue;
    for (let j = 0; j < width; j++) {
      const delta = slotsOf(units.shares[j], slots, mean);
      const count = roundEven(Math.fround((x * delta) / slots));
      counts[i * width + j] = inputs.signs[i] === units.signs[j] ? count : -count;
    }
  }
}

function countLines(shares: Float32Array, slots: number, tally: Firing): void {
  for (let i = 0; i < shares.length; i++) tally.linePulses += Math.min(slots, roundEven(shares[i] * slots));
}

/** Slots in which a line fires: in the mean, or as a whole number. */
function slotsOf(share: number, slots: number, whole: boolean): number {
  const fired = Math.fround(Math.min(1, share) * slots);
  return whole ? Math.min(slots, roundEven(fired)) : fired;
}
