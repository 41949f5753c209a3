import { type ChartSeries, lineChart, nameOfRule, type ReportFigure } from '../../../report.ts';
import { meanOf } from '../../../simulation.ts';
import { alike, type ChipAges, staysAlike } from '../../analog/ages.ts';
import { linesTable } from '../sections/course.ts';

/** lines of the chart */
const linesAtMost = 8;
/** of a normal distribution, for 95 % */
const wide = 1.96;

/** Accuracy over the age of the chip, as `age` has left it; undefined where it left nothing that was measured. */
export async function agesFigure(networks: readonly ChipAges[]): Promise<ReportFigure | undefined> {
  const groups = new Map<string, ChipAges[]>();
  for (const one of networks) {
    const key = JSON.stringify([one.rule, one.cell, one.asked]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const labels = [...groups.values()].map(([one]) => labelOf(one, networks));
  const lines = [...groups.values()].map((group, i) => ({ name: labels[i], points: pointsOf(group) }));
  const series: ChartSeries[] = lines.filter(({ points }) => points.length > 0).slice(0, linesAtMost);
  const later = series.flatMap(({ points }) => points.map(({ x }) => x)).filter((x) => x > 0);
  if (later.length === 0) return undefined;
  // 0 has no place on a logarithmic axis
  const start = Math.min(...later) / 3;
  const drawn = series.map(({ name, points }) => ({
    name,
    points: points.map((point) => ({ ...point, x: point.x === 0 ? start : point.x })),
  }));
  const pooled = [...groups.values()].some((group) => group.length > 1);
  const title = 'Accuracy as the chip grows old';
  const bands = pooled
    ? 'Bands are 95 % intervals: over seeds and chips where there are several, else of a share of so many samples (Wilson).'
    : 'Bands are 95 % intervals of a share of so many samples (Wilson): one network, one chip.';
  return {
    id: 'ages',
    title,
    caption: `The weights programmed into a chip, and the test set predicted after so long. The first point is age 0, drawn at ${+start.toPrecision(3)} s. ${bands}${networks.every(staysAlike) ? ` ${alike}` : ''}`,
    svg: await lineChart({
      title,
      x: { label: 'age, seconds', log: true },
      y: { label: 'test accuracy, %' },
      series: drawn,
    }),
    data: linesTable('age, seconds', 'test accuracy, %', series),
  };
}

function labelOf({ rule, cell, asked }: ChipAges, all: readonly ChipAges[]): string {
  const differs = (key: string): boolean => new Set(all.map((one) => `${one.asked[key] ?? ''}`)).size > 1;
  const told = Object.entries(asked).flatMap(([key, value]) => (differs(key) ? [`${key} ${value}`] : []));
  return [nameOfRule(rule), cell, ...told].join(', ').slice(0, 80);
}

function pointsOf(group: readonly ChipAges[]): ChartSeries['points'] {
  const ages = [...new Set(group.flatMap((one) => one.ages.map(({ seconds }) => seconds)))];
  return ages
    .sort((a, b) => a - b)
    .flatMap((x) => {
      const known = group.flatMap(({ samples, ages: own }) => {
        const found = own.find(({ seconds }) => seconds === x)?.testAccuracy;
        return typeof found === 'number' ? [{ share: found, samples }] : [];
      });
      if (known.length === 0) return [];
      const { mean, ci95 } = meanOf(known.map(({ share }) => share));
      const ends = ci95 ?? wilson(known[0].share, known[0].samples);
      return [{ x, y: 100 * mean, ...(ends && { low: 100 * ends[0], high: 100 * ends[1] }) }];
    });
}

/** The interval of a share that was found among so many samples; undefined where there was none. @see Wilson 1927 */
export function wilson(share: number, samples: number): readonly [number, number] | undefined {
  if (samples === 0) return undefined;
  const square = (wide * wide) / samples;
  const middle = (share + square / 2) / (1 + square);
  const half = (wide / (1 + square)) * Math.sqrt((share * (1 - share)) / samples + square / (4 * samples));
  return [middle - half, middle + half];
}
