/** How a buffer gives off whole numbers. */
export interface Drain {
  /** what one whole number stands for, > 0 */
  readonly unit: number;
  /** largest whole number that leaves at once */
  readonly most: number;
  /** share of a number that stays when some of it has left */
  readonly momentum: number;
  /** whether what is beyond the whole number goes too */
  readonly forgets: boolean;
}

/**
 * Adds what was read of one line to its buffer, and takes out whole numbers.
 *
 * @param buffer  changed [lines × units]
 * @param read    replaced by the whole numbers [units]
 * @param factor  on what was read
 * @returns  whether one of them is not 0
 */
export function drainLine(
  buffer: Float32Array,
  line: number,
  read: Float32Array,
  factor: number,
  { unit, most, momentum, forgets }: Drain,
): boolean {
  let any = false;
  const size = Math.fround(unit);
  for (let j = 0, at = line * read.length; j < read.length; j++, at++) {
    buffer[at] += factor * read[j];
    const all = Math.trunc(Math.fround(buffer[at] / size));
    const whole = Math.max(-most, Math.min(most, all));
    read[j] = whole;
    if (whole === 0) continue;
    any = true;
    if (forgets) buffer[at] *= momentum;
    else buffer[at] -= (1 - momentum) * whole * size;
  }
  return any;
}
