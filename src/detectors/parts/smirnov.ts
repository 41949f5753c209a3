/**
 * The greatest distance of two samples' distribution functions, in steps of 1/n.
 *
 * @param a  ascending [n]
 * @param b  ascending [n]
 * @returns  whole, 0 to n
 */
export function greatestDistance(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let most = 0;
  for (let i = 0, j = 0; i < n && j < n; ) {
    const here = Math.min(a[i], b[j]);
    while (i < n && a[i] === here) i++;
    while (j < n && b[j] === here) j++;
    most = Math.max(most, Math.abs(i - j));
  }
  return most;
}

/**
 * How likely two samples of one distribution are at least so far apart: the share of paths that leave a band around the diagonal.
 *
 * @param n  values of each sample, ≥ 1
 * @param steps  their greatest distance, in steps of 1/n
 * @returns  0 to 1
 * @see Hodges 1958, The significance probability of the Smirnov two-sample test
 */
export function smirnovProbability(n: number, steps: number): number {
  if (steps === 0) return 1;
  let sum = 0;
  for (let k = Math.floor(n / steps); k >= 0; k--) {
    let ratio = 1;
    for (let j = 0; j < steps; j++) ratio = ((n - k * steps - j) * ratio) / (n + k * steps + j + 1);
    sum = ratio * (1 - sum);
  }
  return Math.min(1, 2 * sum);
}
