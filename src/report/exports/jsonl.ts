import { columns } from './csv.ts';
import type { Export } from './export.ts';
import type { Figure } from './parts/figures.ts';

/** Figures as one JSON object a line, `metrics.jsonl`; layer and stage are left out where a figure is of all. */
export const jsonl: Export = {
  name: 'jsonl',
  readers: 'jq, pandas, DuckDB',
  async files(run) {
    return [{ name: 'metrics.jsonl', chunks: lines(await run.figures()) }];
  },
};

function* lines(figures: readonly Figure[]): Generator<string> {
  for (const figure of figures) yield `${JSON.stringify(figure, [...columns])}\n`;
}
