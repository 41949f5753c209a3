import { show } from './figures.ts';
import type { PartFigures, SelectionFigures, SelectionRow } from './selection.ts';

/** Two tables, one a part of training, and how accurate each was at the end. */
export function selectionText(figures: SelectionFigures): string {
  const { units, microbatch, capacity, samples, epochs, workers, rows, share, pytorch } = figures;
  return [
    `\n${['784', ...units].join('-')}, microbatch ${microbatch}, capacity ${capacity}, ${workers} workers, ${epochs} epochs of ${samples}`,
    `  selective: from a share of ${share} of the steepest slope on; ${pytorch}`,
    ...table('first half, from a twentieth on', rows, ({ firstHalf }) => firstHalf),
    ...table('last fifth', rows, ({ lastFifth }) => lastFifth),
    '  test accuracy at the end',
    ...rows.map(
      (row) =>
        `    ${nameOf(row).padEnd(32)} ${row.accuracy === undefined ? '–' : `${(100 * row.accuracy).toFixed(2)} %`}`,
    ),
    '',
  ].join('\n');
}

function table(
  title: string,
  rows: readonly SelectionRow[],
  partOf: (row: SelectionRow) => PartFigures,
): string[] {
  const head = ['samples/s', 'kept', 'units', '× PyTorch', '× PyTorch selective'];
  const widths = [24, 7, 6, 18, 20];
  const line = (name: string, cells: readonly string[]) =>
    `    ${name.padEnd(32)}${cells.map((cell, i) => cell.padStart(widths[i])).join('')}`;
  return [
    `  ${title}`,
    line('', head),
    ...rows.map((row) => {
      const { samplesPerSecond, kept, units, overPyTorch, overPyTorchSelective } = partOf(row);
      return line(nameOf(row), [
        show(samplesPerSecond),
        kept.median.toFixed(3),
        units?.median.toFixed(2) ?? '–',
        overPyTorch ? show(overPyTorch, 2) : '–',
        overPyTorchSelective ? show(overPyTorchSelective, 2) : '–',
      ]);
    }),
  ];
}

function nameOf({ rule, selective }: SelectionRow): string {
  return selective ? `${rule}, selective` : rule;
}
