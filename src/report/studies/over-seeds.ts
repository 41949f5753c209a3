import { meanOf } from '../../simulation/statistics/intervals.ts';

/** Seeds a study measures; seed 0 is for tuning alone. */
export const seedsFromOne = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** In order, one after another: `measure` is called again when its last answer has come. */
export async function each<T, R>(
  of: readonly T[],
  measure: (one: T, index: number) => Promise<R>,
): Promise<R[]> {
  const all: R[] = [];
  for (const [k, one] of of.entries()) all.push(await measure(one, k));
  return all;
}

/** x̄ of one value a seed and its 95 % interval, x̄ ± t(0.975, n − 1) · s / √n; half and interval are NaN for one seed alone. */
export function overSeeds(values: readonly number[]): {
  readonly mean: number;
  readonly half: number;
  readonly ci95: readonly [number, number];
} {
  const { mean, ci95 } = meanOf(values);
  const interval = ci95 ?? ([Number.NaN, Number.NaN] as const);
  return { mean, half: interval[1] - mean, ci95: interval };
}

/** The mean of one value a seed and its 95 % interval, as figures of a study; the interval of one seed alone is NaN. */
export function figureOver(values: readonly number[]): {
  readonly mean: number;
  readonly ci95: readonly [number, number];
} {
  const { mean, ci95 } = overSeeds(values);
  return { mean, ci95 };
}

/** Tells the mean of shares and half of its 95 % interval in per cent, with so many digits: `98.41 ± 0.09`. */
export const percentTo =
  (digits: number) =>
  (shares: readonly number[]): string => {
    const { mean, half } = overSeeds(shares);
    return `${(100 * mean).toFixed(digits)} ± ${(100 * half).toFixed(digits)}`;
  };

/** The same with one digit: `81.2 ± 0.9`. */
export const percentOver = percentTo(1);

/** The differences of two arms on the same seeds. */
export const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]);

/** Tells a difference of shares in points, with half of its 95 % interval and so many digits: `+0.12 ± 0.08 points`. */
export const pointsTo =
  (digits: number) =>
  (differences: readonly number[]): string => {
    const { mean, half } = overSeeds(differences);
    const sign = mean < 0 ? '−' : '+';
    return `${sign}${Math.abs(100 * mean).toFixed(digits)} ± ${(100 * half).toFixed(digits)} points`;
  };

/** The same with one digit: `+3.1 ± 0.8 points`. */
export const points = pointsTo(1);

/**
 * The rate with the best accuracy on samples held out, the first of those that are equal.
 *
 * @param rates     those tried: as many for each arm of a study
 * @param accuracy  on samples and a seed that are not measured; not asked where there is one rate
 */
export async function tuned(
  rates: readonly number[],
  accuracy: (rate: number) => Promise<number>,
): Promise<number> {
  if (rates.length === 1) return rates[0];
  const reached = await each(rates, accuracy);
  return rates[reached.indexOf(Math.max(...reached))];
}
