import { must } from '../core/check.ts';
import { type Estimate, meanOf } from '../simulation/statistics/intervals.ts';
import { type Cell, textTable } from './text-table.ts';

/** The same figure of two scenarios, replication by replication, both seeing the same draws. */
export interface Pair {
  readonly values: readonly number[];
  readonly baseline: readonly number[];
}

export interface PairedDifference extends Estimate {
  /** the mean difference as a share of the baseline's mean */
  readonly relative: number;
  readonly replications: number;
}

/**
 * The mean difference of values from their baseline: d̄ ± t(0.975, n − 1) · s_d / √n with dᵢ = valueᵢ − baselineᵢ. With
 * common random numbers the differences vary less than the values.
 *
 * @throws {RangeError} unless both have the same number of replications, 1 or more
 * @see Law, Simulation Modeling and Analysis, sections 10.2 and 11.2
 */
export function pairedDifference({ values, baseline }: Pair): PairedDifference {
  must(values.length > 0, 'replications', '1 or more', values.length);
  must(
    values.length === baseline.length,
    'replications',
    `${baseline.length}, as many as of the baseline`,
    values.length,
  );
  const difference = meanOf(values.map((value, i) => value - baseline[i]));
  return {
    ...difference,
    relative: difference.mean / meanOf(baseline).mean,
    replications: values.length,
  };
}

/**
 * A table of differences of throughput.
 *
 * @param heads  of the columns that say what was compared
 * @param rows   for each comparison what those columns hold, and the difference or why there is none
 */
export function pairedTable(
  heads: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly difference: PairedDifference | string }[],
): string {
  const head = [...heads, 'difference, microbatches/s', '95 % interval', 'of baseline', 'repli\u00adcations'];
  /** @param blank  between the ends of an interval */
  const table = (blank: string): string =>
    textTable(
      rows.map(({ cells, difference }): Cell[] => {
        if (typeof difference === 'string') return [...cells, difference, '–', '–', '–'];
        const { mean, ci95, relative, replications } = difference;
        const interval = ci95 ? `[${signed(ci95[0])},${blank}${signed(ci95[1])}]` : '–';
        return [...cells, signed(mean), interval, `${signed(100 * relative, 3)} %`, replications];
      }),
      head,
    );
  const inOneLine = table('\u00a0');
  return inOneLine.split('\n').some((line) => line.length > 80) ? table(' ') : inOneLine;
}

function signed(value: number, digits = 5): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: digits, signDisplay: 'exceptZero' });
}
