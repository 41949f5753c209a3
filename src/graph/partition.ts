import { must, mustBeWhole } from '../core/check.ts';

/**
 * Splits layers into consecutive groups, one a worker, so that the dearest group is as cheap as can be.
 *
 * @param costs  work of each layer, any unit [layers]
 * @param parts  groups, 1 … layers
 * @returns  the number of layers in each group [parts], each ≥ 1
 * @throws {RangeError} when there are more groups than layers, or a cost is no number of work
 */
export function partition(costs: readonly number[], parts: number): number[] {
  mustBeWhole(parts, 'workers', 1);
  must(parts <= costs.length, 'workers', `at most ${costs.length}, the number of layers`, parts);
  const sums = [0];
  for (const cost of costs) sums.push(sums[sums.length - 1] + cost);
  const real = Number.isFinite(sums[costs.length]) && costs.every((cost) => cost >= 0);
  must(real, 'costs of the layers', 'finite numbers, 0 or more', costs.join(', '));
  // dearest[k][n]: the dearest group when the first n layers make k groups; cut[k][n]: where its last group starts
  const dearest = [sums.map((_, n) => (n === 0 ? 0 : Number.POSITIVE_INFINITY))];
  const cut: number[][] = [[]];
  for (let k = 1; k <= parts; k++) {
    dearest.push(sums.map(() => Number.POSITIVE_INFINITY));
    cut.push(sums.map(() => 0));
    for (let n = k; n <= costs.length; n++) {
      for (let start = k - 1; start < n; start++) {
        const worst = Math.max(dearest[k - 1][start], sums[n] - sums[start]);
        if (worst < dearest[k][n]) {
          dearest[k][n] = worst;
          cut[k][n] = start;
        }
      }
    }
  }
  const groups: number[] = [];
  for (let k = parts, n = costs.length; k > 0; k--) {
    groups.unshift(n - cut[k][n]);
    n = cut[k][n];
  }
  return groups;
}
