import { bytesText } from '../simulation/cluster/memory.ts';
import type { Suggestion } from '../simulation/cluster/suggest.ts';
import { boxed, figure } from './table-cells.ts';

/** Schedules for people, the best first. */
export function suggestionsTable(rows: readonly Suggestion[]): string {
  const counted = rows.some(({ peakBytes }) => peakBytes !== null);
  const stale = rows.some(({ staleness }) => staleness > 0);
  const head = [
    ...['', 'schedule', 'microbatches/s'],
    ...(counted ? ['peak', 'fits'] : []),
    ...(stale ? ['staleness'] : []),
  ];
  return boxed(
    rows.map(({ schedule, throughput, ci95, peakBytes, fits, staleness }, i) => [
      ...[i + 1, schedule],
      `${figure(throughput)}${ci95 ? ` [${figure(ci95[0])}, ${figure(ci95[1])}]` : ''}`,
      ...(counted ? [bytesText(peakBytes ?? 0), fits ? 'yes' : 'no'] : []),
      ...(stale ? [staleness] : []),
    ]),
    head,
  );
}
