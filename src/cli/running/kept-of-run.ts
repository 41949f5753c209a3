import type { RunReport, Selectivity } from '../../report.ts';

/** What a run learned from, layer by layer; one that left nothing out has told of nothing. */
export function keptOfRun({ layers: told }: Selectivity, count: number): NonNullable<RunReport['kept']> {
  const layers = Array.from(
    { length: count },
    (_, layer) => told.find((one) => one.layer === layer)?.kept ?? 1,
  );
  const mean = (shares: readonly number[]): number => shares.reduce((sum, one) => sum + one, 0) / count;
  const [first] = told;
  const parts = (first?.parts ?? []).map(({ microbatch }, part) => ({
    microbatch,
    kept: mean(layers.map((_, layer) => told.find((one) => one.layer === layer)?.parts[part]?.kept ?? 1)),
  }));
  return { all: mean(layers), layers, parts };
}
