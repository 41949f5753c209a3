import { pairedDifference, pairedTable } from '../../report.ts';
import { type SimulationSettings, simulationSettings } from '../settings/simulation-settings.ts';
import type { Point } from './results.ts';
import type { Baseline, SweepGrid } from './sweep-grid.ts';

/** What came of each point, by `keyOf`. */
export type Results = Map<string, Point>;

/** Settings as text that is the same for the same settings, however they were written down. */
export function keyOf(settings: SimulationSettings): string {
  const known = simulationSettings.safeParse(settings);
  return JSON.stringify(Object.entries(known.data ?? settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The table of `--paired`: each other value of the axis against the baseline, for each combination of the other axes. */
export function differences(
  { axes, points }: SweepGrid,
  results: Results,
  { axis, value }: Baseline,
): string {
  const others = axes.filter((one) => one !== axis);
  const compared = points
    .filter((point) => point[axis.key] !== value)
    .map((point) => {
      const cells = [...others, axis].map(({ key }) => `${point[key] ?? '–'}`);
      const of = (settings: SimulationSettings) => throughputs(results.get(keyOf(settings)));
      const [values, baseline] = [of(point), of({ ...point, [axis.key]: value })];
      return values && baseline
        ? { cells, difference: pairedDifference({ values, baseline }) }
        : { cells, difference: 'failed' };
    });
  const heads = [...others, axis].map(({ key }) => key);
  return `throughput against ${axis.key}=${value}\n${pairedTable(heads, compared)}`;
}

function throughputs(point: Point | undefined): readonly number[] | undefined {
  return point && 'throughputs' in point ? point.throughputs : undefined;
}
