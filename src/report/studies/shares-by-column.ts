import { columns } from './columns.ts';
import { overSeeds, percentOver } from './over-seeds.ts';

/** A bar of a chart: the mean error in per cent over shares that were right, one a seed, with its 95 % interval. */
export function errorBar(
  name: string,
  shares: readonly number[],
): { readonly name: string; readonly value: number; readonly low: number; readonly high: number } {
  const { mean, half } = overSeeds(shares);
  return { name, value: 100 * (1 - mean), low: 100 * (1 - mean - half), high: 100 * (1 - mean + half) };
}

/** Shares, one a seed, by column: of one row of a table. */
export type SharesByColumn = Readonly<Record<string, readonly (readonly number[])[]>>;

/**
 * Lines of a chart, one a row: the same errors over x.
 *
 * @param xs  of the columns
 */
export function errorLines(xs: readonly number[], rows: SharesByColumn) {
  return Object.entries(rows).map(([name, of]) => {
    const points = of.map((shares, k) => {
      const { value: y, low, high } = errorBar(name, shares);
      return { x: xs[k], y, low, high };
    });
    return { name, points };
  });
}

/** The mean over the seeds in each column, by row, as figures of a study. */
export function meansOf(rows: SharesByColumn): Readonly<Record<string, readonly number[]>> {
  const means = (of: readonly (readonly number[])[]) => of.map((shares) => overSeeds(shares).mean);
  return Object.fromEntries(Object.entries(rows).map(([name, of]) => [name, means(of)]));
}

/**
 * A table of per cents over seeds: a row a name, a column a head, `91.3 ± 0.4` in each, nothing where a share is NaN.
 *
 * @param heads  of the first column, with the names, then of the others
 * @param rows   shares, one a seed, by column
 */
export function percentTable(heads: readonly (string | number)[], rows: SharesByColumn): string {
  const cell = (shares: readonly number[]) => (shares.some(Number.isNaN) ? '' : percentOver(shares));
  const told = Object.entries(rows).map(([name, cells]) => [name, ...cells.map(cell)]);
  return columns(heads.map(String), told);
}
