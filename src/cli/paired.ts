import { pairedDifference, pairedTable } from '../index.ts';
import { type SimulationSettings, simulationSettings } from './simulation-settings.ts';
import type { SweepRow } from './sweep.worker.ts';
import type { Axis, SweepGrid } from './sweep-grid.ts';

/** Settings as text that is the same for the same settings, however they were written down. */
export function keyOf(settings: SimulationSettings): string {
  const known = simulationSettings.safeParse(settings);
  return JSON.stringify(Object.entries(known.data ?? settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The table of `--paired`: each other value of the axis against the baseline, for each combination of the other axes. */
export function differences(
  { axes, points }: SweepGrid,
  rows: ReadonlyMap<string, SweepRow>,
  axis: Axis,
  value: Axis['values'][number],
): string {
  const others = axes.filter((one) => one !== axis);
  const compared = points
    .filter((point) => point[axis.key] !== value)
    .map((point) => {
      const cells = [...others, axis].map(({ key }) => `${point[key] ?? '–'}`);
      const pair = [point, { ...point, [axis.key]: value }].map((one) => rows.get(keyOf(one)));
      const [one, base] = pair;
      if (!one || !base || 'error' in one || 'error' in base) return { cells, difference: 'failed' };
      const { throughput: values } = one.perReplication;
      return { cells, difference: pairedDifference({ values, baseline: base.perReplication.throughput }) };
    });
  const heads = [...others, axis].map(({ key }) => key);
  return `throughput against ${axis.key}=${value}\n${pairedTable(heads, compared)}`;
}
