import { csvCell } from '../files/csv-cell.ts';
import type { Export } from './export.ts';
import type { Figure } from './parts/figures.ts';

/** Columns of figures in every form: one figure a row, which pandas, R and a spreadsheet pivot as they like. */
export const columns = ['rule', 'seed', 'samples', 'seconds', 'metric', 'layer', 'stage', 'value'] as const;

/** Figures as one table, `metrics.csv`. */
export const csv: Export = {
  name: 'csv',
  readers: 'pandas, R, spreadsheets',
  async files(run) {
    return [{ name: 'metrics.csv', chunks: rows(await run.figures()) }];
  },
};

function* rows(figures: readonly Figure[]): Generator<string> {
  yield `${columns.join(',')}\n`;
  for (const figure of figures) yield `${columns.map((name) => csvCell(figure[name])).join(',')}\n`;
}
