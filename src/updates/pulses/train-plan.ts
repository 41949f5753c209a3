import type { ResolvedPulses } from './pulse-options.ts';

/** How one vector update is sent: a line's probability in a slot is its number times the factor of its side. */
export interface TrainPlan {
  /** time slots, 1 or more */
  slots: number;
  /** factor on |x| */
  input: number;
  /** factor on |δ| */
  unit: number;
}

const single = Math.fround;

/**
 * Plans the trains of W ← W − rate · x δᵀ: with granularity g and `slots` slots, factors A on δ and B on x give
 *
 *     E[ΔW] = slots · A|δ| · B|x| · g = rate · |x δᵀ|,  A · B = rate / (slots · g)
 *
 * @param rate         > 0
 * @param granularity  g, mean size of a pulse, > 0
 * @param x            max |x|, > 0
 * @param delta        max |δ|, > 0
 * @param into         overwritten
 * @see Gokmen and Vlasov 2016, eq. 2 and section on update management
 */
export function planTrains(
  options: ResolvedPulses,
  rate: number,
  granularity: number,
  x: number,
  delta: number,
  into: TrainPlan,
): void {
  const scaled = options.deltaScale * delta;
  // in single precision, as hardware models have it: there 0.05 · 1 · 0.1 / 0.001 is 5, and not above
  const strength = single(single(single(rate) * single(x)) * single(scaled));
  const pulses = single(strength / single(granularity));
  let { slots } = options;
  if (options.length === 'managed') slots = Math.max(1, Math.min(Math.ceil(pulses), slots));
  if (options.length === 'by-rate' && granularity * slots < rate) {
    into.slots = Math.ceil(single(rate / granularity));
    into.input = 1;
    into.unit = 1;
  } else {
    const factor = Math.sqrt(rate / (granularity * slots));
    into.slots = slots;
    into.input = factor;
    into.unit = factor;
  }
  if (!options.balance && options.length !== 'managed') return;
  const cut = pulses > options.slots ? (scaled * options.slots) / pulses : scaled;
  const balance = Math.sqrt(x / cut);
  into.unit *= balance;
  into.input /= balance;
}
