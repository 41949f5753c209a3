import { barChart, type ChartSeries, lineChart, type ReportFigure } from '../../../report.ts';
import { meanOf } from '../../../simulation.ts';
import type { Group } from '../groups.ts';
import type { MetricsPoint } from '../read-metrics.ts';
import { linesTable } from './course.ts';

/** Accuracies: at the end, of samples held out by epoch, and of those that were about to be learned from, over time. */
export async function accuracyFigures(
  groups: readonly Group[],
  metrics: readonly { readonly label: string; readonly points: readonly MetricsPoint[] }[],
): Promise<ReportFigure[]> {
  const figures = [await finalFigure(groups), await heldOutFigure(groups), await runningFigure(metrics)];
  return figures.filter((figure) => figure !== undefined);
}

async function finalFigure(groups: readonly Group[]): Promise<ReportFigure | undefined> {
  const tested = groups.some(({ runs }) => runs.some(({ run }) => run.testAccuracy !== null));
  const bars = groups.flatMap(({ label, runs }) => {
    const held = tested && runs.every(({ run }) => run.testAccuracy === null);
    const values = runs.map(({ run }) => run.testAccuracy ?? run.heldOut.at(-1)?.accuracy);
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return [];
    const { mean, ci95 } = meanOf(known);
    const ends = ci95 === null ? {} : { low: 100 * ci95[0], high: 100 * ci95[1] };
    return [{ name: held ? `${label}, held out` : label, value: 100 * mean, ...ends }];
  });
  if (bars.length === 0) return undefined;
  const title = `Accuracy on ${tested ? 'the test set' : 'samples held out'}`;
  const low = Math.min(...bars.map(({ value, low }) => low ?? value));
  const from = low > 85 ? Math.floor(low / 5) * 5 - 5 : 0;
  return {
    id: 'accuracy',
    title,
    caption: `At the end of each run${bars.some(({ name }) => name.endsWith(', held out')) ? ', or on samples held out where its name says so' : ''}${from > 0 ? `; the axis begins at ${from} %` : ''}${bars.some((bar) => 'low' in bar) ? '; lines are 95 % intervals over the seeds' : ''}.`,
    svg: await barChart({ title, label: '%', bars, from, to: 100 }),
    data: {
      columns: ['run', 'accuracy %', 'low', 'high'],
      rows: bars.map((bar) => [
        bar.name,
        bar.value,
        'low' in bar ? (bar.low ?? null) : null,
        'high' in bar ? (bar.high ?? null) : null,
      ]),
    },
  };
}

async function heldOutFigure(groups: readonly Group[]): Promise<ReportFigure | undefined> {
  const series = groups.flatMap(({ label, runs }): ChartSeries[] => {
    const epochs = [...new Set(runs.flatMap(({ run }) => run.heldOut.map(({ epoch }) => epoch)))].sort(
      (a, b) => a - b,
    );
    if (epochs.length < 2) return [];
    const points = epochs.map((x) => {
      const values = runs.flatMap(({ run }) =>
        run.heldOut.filter(({ epoch }) => epoch === x).map(({ accuracy }) => 100 * accuracy),
      );
      const { mean, ci95 } = meanOf(values);
      return { x, y: mean, ...(ci95 && { low: ci95[0], high: ci95[1] }) };
    });
    return [{ name: label, points }];
  });
  if (series.length === 0) return undefined;
  const title = 'Accuracy on samples held out, by epoch';
  return {
    id: 'held-out',
    title,
    caption: 'Bands are 95 % intervals, where there are several seeds.',
    svg: await lineChart({
      title,
      x: { label: 'epochs' },
      y: { label: '%' },
      series,
      symbols: series[0].points.length <= 40,
    }),
    data: linesTable('epoch', 'accuracy %', series),
  };
}

async function runningFigure(
  metrics: readonly { readonly label: string; readonly points: readonly MetricsPoint[] }[],
): Promise<ReportFigure | undefined> {
  const series = metrics.flatMap(({ label, points }): ChartSeries[] => {
    const known = points.flatMap(({ running, throughput }) =>
      typeof running?.accuracy === 'number' ? [{ x: throughput.samples, y: 100 * running.accuracy }] : [],
    );
    return known.length < 2 ? [] : [{ name: label, points: known }];
  });
  if (series.length === 0) return undefined;
  const title = 'Running accuracy';
  return {
    id: 'running',
    title,
    caption: 'Samples are predicted just before they are learned from; a moving share of the last ones.',
    svg: await lineChart({
      title,
      x: { label: 'samples learned' },
      y: { label: '%' },
      series,
      symbols: series.every(({ points }) => points.length <= 40),
    }),
    data: linesTable('samples', 'accuracy %', series),
  };
}
