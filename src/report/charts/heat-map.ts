import { must } from '../../core/check.ts';
import { drawn } from './chart.ts';

/** Numbers over two axes of names. */
export interface HeatMap {
  readonly title: string;
  /** what the columns are, and the rows */
  readonly x: string;
  readonly y: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** NaN where there is none [rows][columns] */
  readonly values: readonly (readonly number[])[];
}

/**
 * Draws a heat map as the text of an SVG file, each field with its number.
 *
 * @throws {RangeError} when no value is finite
 */
export async function heatMap({ title, x, y, columns, rows, values }: HeatMap): Promise<string> {
  const fields = rows.flatMap((row, i) =>
    columns.map((column, j) => ({ row, column, value: values[i]?.[j] ?? Number.NaN })),
  );
  const known = fields.filter(({ value }) => Number.isFinite(value));
  must(known.length > 0, `fields of chart '${title}'`, 'at least one with a finite number', fields.length);
  const [least, most] = [Math.min, Math.max].map((of) => of(...known.map(({ value }) => value)));
  const dark = (value: number): boolean => most > least && (value - least) / (most - least) > 0.55;
  const small = columns.length > 12;
  return drawn({
    title,
    options: (plot) => ({
      height: 70 + 30 * rows.length,
      marginLeft: Math.min(220, 30 + 7 * Math.max(...rows.map((row) => row.length))),
      marginBottom: 40,
      padding: 0.04,
      x: { type: 'band', label: x, domain: columns },
      y: { type: 'band', label: y, domain: rows },
      color: { type: 'linear', scheme: 'blues', domain: [least - 0.25 * (most - least || 1), most] },
      marks: [
        plot.cell(known, { x: 'column', y: 'row', fill: 'value' }),
        ...(small
          ? []
          : [
              plot.text(known, {
                ...{ x: 'column', y: 'row', fontSize: 11 },
                text: ({ value }: { value: number }) =>
                  value.toLocaleString('en-US', { maximumSignificantDigits: 3 }),
                fill: ({ value }: { value: number }) => (dark(value) ? '#ffffff' : '#111111'),
              }),
            ]),
      ],
    }),
  });
}
