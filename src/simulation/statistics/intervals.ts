import jstat from 'jstat';

/** A mean and the interval that holds the true one with a probability of 95 %, where one can be given. */
export interface Estimate {
  readonly mean: number;
  readonly ci95: readonly [low: number, high: number] | null;
}

/**
 * The mean of independent values with its Student interval: x̄ ± t(0.975, n − 1) · s / √n.
 *
 * @param values  n, 1 or more; of one alone, or of equal ones, the interval is null or a point
 */
export function meanOf(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, ci95: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = jstat.studentt.inv(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, ci95: [mean - half, mean + half] };
}

/** batches that a series is cut into at the end */
const wanted = 25;

/**
 * The long-run mean of a series that begins far from it: what warms up is cut off (MSER), the rest is cut into batches
 * that are taken for independent.
 *
 * @param means   of consecutive short batches of equal length
 * @param warmUp  how many of those are cut off; left out, as MSER has it
 * @returns  also how many of those were cut off
 * @see White 1997, An effective truncation heuristic for bias reduction; Law, Simulation Modeling and Analysis, chapter 9
 */
export function longRun(
  means: readonly number[],
  warmUp = warmUpOf(means),
): Estimate & { readonly warmUp: number } {
  const rest = means.slice(warmUp);
  if (rest.length < 2 * wanted) return { ...meanOf(rest), ci95: null, warmUp };
  const length = Math.floor(rest.length / wanted);
  // what is left over comes off at the beginning
  const from = rest.length - wanted * length;
  const batches = Array.from({ length: wanted }, (_, i) => {
    const part = rest.slice(from + i * length, from + (i + 1) * length);
    return part.reduce((sum, value) => sum + value, 0) / length;
  });
  return { ...meanOf(batches), warmUp };
}

/** How much of a series warms up: the cut d ≤ n / 2 with the least Σᵢ₌d (xᵢ − x̄)² / (n − d)²: MSER. */
export function warmUpOf(values: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = values.length - 1; i >= 0; i--) {
    sum += values[i];
    squares += values[i] ** 2;
    const n = values.length - i;
    if (i > values.length / 2) continue;
    const spread = (squares - (sum * sum) / n) / (n * n);
    // at equal spread the longer rest
    if (spread <= least) {
      least = spread;
      best = i;
    }
  }
  return best;
}
