import { type ReportSection, type ReportTable, type RunReport, tableCells } from '../../../report.ts';
import { meanOf } from '../../../simulation.ts';
import type { Group } from '../groups.ts';

/** The figures of every group side by side: as they are where each has one run, else means with 95 % intervals. */
export function resultsSection(groups: readonly Group[]): ReportSection {
  const several = groups.some(({ runs }) => runs.length > 1);
  const note = several ? 'Means over the seeds, with 95 % intervals of Student.' : undefined;
  return {
    heading: 'Results',
    ...(note && { note }),
    table: several ? pooledTable(groups) : plainTable(groups),
  };
}

function plainTable(groups: readonly Group[]): ReportTable {
  const { rows } = tableCells(groups.map(({ runs }) => runs[0].run));
  // a number keeps its unit on its line
  const joined = rows.map((row) =>
    row.map((cell) => cell.replace(/(?<=\d) (?=\S)/g, '\u00a0').replaceAll('  ', ' · ')),
  );
  return { columns: ['', ...groups.map(({ label }) => label)], rows: joined };
}

/** Figures of runs, with their units. */
const figures: readonly (readonly [
  name: string,
  of: (run: RunReport) => number | null | undefined,
  digits: number,
])[] = [
  ['test accuracy, %', ({ testAccuracy }) => testAccuracy && 100 * testAccuracy, 2],
  [
    'accuracy on samples held out, %',
    ({ heldOut }) => (heldOut.length > 0 ? 100 * (heldOut.at(-1)?.accuracy ?? 0) : null),
    2,
  ],
  ['samples/s', ({ samplesPerSecond }) => samplesPerSecond, 0],
  ['cost per sample, matrix-product units', ({ cost }) => cost.units, 2],
  ['bubble, % of total time', ({ bubble }) => 100 * bubble, 1],
  ['latency p50, ms', ({ latencyMs }) => latencyMs.p50, 2],
  ['latency p99, ms', ({ latencyMs }) => latencyMs.p99, 2],
  ['peak activations held, KiB', ({ peakActivationBytes }) => peakActivationBytes / 1024, 0],
  ['time to learn, s', ({ learningSeconds }) => learningSeconds, 2],
];

function pooledTable(groups: readonly Group[]): ReportTable {
  const cells = figures.map(([name, of, digits]) => [
    name,
    ...groups.map(({ runs }) => {
      const values = runs.map(({ run }) => of(run)).filter((value) => typeof value === 'number');
      if (values.length === 0) return null;
      const { mean, ci95 } = meanOf(values);
      const number = (value: number): string =>
        value
          .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
          .replace('-', '−');
      // a comma between numbers that have commas themselves can't be told from theirs
      return ci95 === null ? number(mean) : `${number(mean)} [${ci95.map(number).join(' to ')}]`;
    }),
  ]);
  const seeds = ['seeds', ...groups.map(({ runs }) => runs.map(({ run }) => run.seed ?? 1).join(', '))];
  const known = cells.filter(([, ...values]) => values.some((value) => value !== null));
  return { columns: ['', ...groups.map(({ label }) => label)], rows: [seeds, ...known] };
}
