import { bytesText } from '../simulation/cluster/memory.ts';
import type { Suggestion } from '../simulation/cluster/suggest.ts';
import { figure } from './table-cells.ts';

/** Schedules for people, the best first: at most 80 columns. */
export function suggestionsTable(rows: readonly Suggestion[]): string {
  const counted = rows.some(({ peakBytes }) => peakBytes !== null);
  const stale = rows.some(({ staleness }) => staleness > 0);
  const head = [
    ...['', 'schedule', 'microbatches/s'],
    ...(counted ? ['peak', 'fits'] : []),
    ...(stale ? ['staleness'] : []),
  ];
  const cells = rows.map(({ schedule, throughput, ci95, peakBytes, fits, staleness }, i) => [
    ...[String(i + 1), schedule],
    `${figure(throughput)}${ci95 ? ` [${figure(ci95[0])}, ${figure(ci95[1])}]` : ''}`,
    ...(counted ? [bytesText(peakBytes ?? 0), fits ? 'yes' : 'no'] : []),
    ...(stale ? [String(staleness)] : []),
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
