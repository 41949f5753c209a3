import * as report from '../../src/report.ts';
import type { Compared } from './compared.ts';

const { columns, minus, overSeeds, percentOver, points } = report;

/** One kind of negatives, by name. */
export type Named = Compared & { readonly name: string };
/** A kind of negatives at one value of an option. */
export type CurvePoint = Compared & { readonly x: number };
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

const told = (of: Compared): string =>
  of.told.every(Number.isFinite) ? (100 * overSeeds(of.told).mean).toFixed(0) : '–';

/** A row a kind. */
export function shares(head: string, all: readonly Named[]): string {
  const rows = all.map((one) => [one.name, percentOver(one.accuracy), told(one)]);
  return columns([head, 'accuracy', 'told apart'], rows);
}

/** A column a value. */
export function curveTable({ name, points }: Curve): string {
  return columns(
    [name, ...points.map(({ x }) => String(x))],
    [
      ['accuracy', ...points.map(({ accuracy }) => (100 * overSeeds(accuracy).mean).toFixed(1))],
      ['± of it', ...points.map(({ accuracy }) => (100 * overSeeds(accuracy).half).toFixed(1))],
      ['told apart', ...points.map(told)],
    ],
  );
}

/** The accuracies over what the first layer told apart: too hard at the left, too easy at the right. */
export function curveChart(curves: readonly Curve[]): Promise<string> {
  return report.lineChart({
    title: 'Too hard and too easy: MNIST accuracy by what the first layer tells apart',
    x: { label: 'pairs that the first layer tells apart, %' },
    y: { label: 'test accuracy, %' },
    series: curves.map(({ name, points }) => ({
      name,
      points: points.map(({ accuracy, told }) => {
        const { mean, half } = overSeeds(accuracy);
        const [y, band] = [100 * mean, 100 * half];
        return { x: 100 * overSeeds(told).mean, y, low: y - band, high: y + band };
      }),
    })),
  });
}

const mean = (of: Compared): number => overSeeds(of.accuracy).mean;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The verdict, by the study's criterion. */
export function judged(
  byLabel: readonly Named[],
  byImage: readonly Named[],
  untrained: Named,
  blurs: Curve,
): string {
  const [hybrid] = byImage;
  const ahead = (other: Compared): boolean => {
    const { mean, half } = overSeeds(minus(hybrid.accuracy, other.accuracy));
    return mean - half > 0;
  };
  const bad = byImage.filter(({ name }) => !name.startsWith('hybrid'));
  const equals = bad.filter((one) => !ahead(one)).map(({ name }) => name);
  const best = blurs.points.reduce((a, b) => (mean(b) > mean(a) ? b : a)).x;
  const inside = best !== blurs.points[0].x && best !== blurs.points.at(-1)?.x;
  const exceptions = [...equals, ...(inside ? [] : ['the ends of the curve of blurs'])];
  const word = !ahead(untrained)
    ? 'fails'
    : exceptions.length === 0
      ? 'holds'
      : `holds only if it is not asked of ${exceptions.join(', ')}`;
  const listed = [...bad].sort((a, b) => mean(b) - mean(a));
  const top = byLabel.reduce((a, b) => (mean(b) > mean(a) ? b : a));
  const [uniform] = byLabel;
  const order = [uniform, hybrid, ...bad.filter(({ name }) => /noise|masked/.test(name))];
  const falls = mean(uniform) > mean(hybrid);
  const noise = order.find(({ name }) => name.startsWith('white')) ?? untrained;
  const mask = order.find(({ name }) => name.startsWith('masked')) ?? untrained;
  const asTheirs = falls && mean(hybrid) > mean(noise) && mean(noise) > mean(mask);
  return `${word}: hybrid masks reach ${percent(mean(hybrid))}, ${points(minus(hybrid.accuracy, untrained.accuracy))} from an untrained network, ${listed.map((one) => `${one.name} ${percent(mean(one))}`).join(', ')}; the best number of blurs is ${best}; of labels '${top.name}' is best with ${percent(mean(top))}, uniform ones reach ${percent(mean(uniform))}; the order of ff-negative-samples, wrong label > hybrid > noise > masked, is ${
    asTheirs
      ? 'ours too'
      : `not ours: ${[...order]
          .sort((a, b) => mean(b) - mean(a))
          .map(({ name }) => name)
          .join(' > ')}`
  } (it shows labels beside every image, and predicts by goodness alone)`;
}

/** Figures for programs. */
export function figuresOf(all: readonly Named[]): report.Figures {
  return Object.fromEntries(
    all.map(({ name, accuracy, told }) => {
      const { mean, half } = overSeeds(accuracy);
      return [name, { accuracy: mean, ci95: [mean - half, mean + half], toldApart: overSeeds(told).mean }];
    }),
  );
}

/** The same of a curve. */
export function curveFigures({ points }: Curve): report.Figures {
  return figuresOf(points.map(({ x, ...one }) => ({ name: String(x), ...one })));
}
