import { meanOf } from '../../src/simulation.ts';

/** Chips a study measures; chip 0 is for tuning alone. */
export const chips = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** In order, one after another. */
export async function each<T, R>(of: readonly T[], measure: (one: T) => Promise<R>): Promise<R[]> {
  const all: R[] = [];
  for (const one of of) all.push(await measure(one));
  return all;
}

/** Mean of shares and half of its 95 % interval, in per cent: `81.2 ± 0.9`. */
export function percentOver(shares: readonly number[]): string {
  const { mean, half } = overChips(shares);
  return `${(100 * mean).toFixed(1)} ± ${(100 * half).toFixed(1)}`;
}

/** x̄ and t(0.975, n − 1) · s / √n, NaN for one chip alone. */
export function overChips(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const { mean, ci95 } = meanOf(values);
  return { mean, half: ci95 ? ci95[1] - mean : Number.NaN };
}

/** The differences of two arms on the same chips. */
export const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]);

/** Points of a difference and half of its interval: `+3.1 ± 0.8 points`. */
export function points(differences: readonly number[]): string {
  const { mean, half } = overChips(differences);
  return `${mean < 0 ? '−' : '+'}${Math.abs(100 * mean).toFixed(1)} ± ${(100 * half).toFixed(1)} points`;
}

/**
 * The rate that is best on samples held out, on a chip that is not measured.
 *
 * @param rates  those tried: as many for each arm of a study
 */
export async function tuned(
  rates: readonly number[],
  accuracy: (rate: number) => Promise<number>,
): Promise<number> {
  if (rates.length === 1) return rates[0];
  const reached = await each(rates, accuracy);
  return rates[reached.indexOf(Math.max(...reached))];
}
