import { type Figures, lineChart, overSeeds } from '../../src/report.ts';
import { type Inference, opsOf, type Task, type Way, ways } from './task.ts';

const names: Readonly<Record<number, string>> = { 10: 'MNIST', 26: 'letters', 100: 'clouds', 1000: 'clouds' };
export const labels = ({ classes }: Task): string => `${classes.toLocaleString('en-US')} ${names[classes]}`;
export const mean = (values: readonly number[]): number => overSeeds(values).mean;
export const times = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}×`;

/** One number of classes, and its runs, one a seed. */
export interface Measured {
  readonly task: Task;
  readonly runs: readonly Inference[];
}

export const accuracies = ({ runs }: Measured, way: Way): number[] => runs.map(({ by }) => by[way].accuracy);

/** Operations over those of a forward pass of backprop. */
export const over = ({ task, runs }: Measured, way: Way): number =>
  opsOf(task, way, runs[0].by[way].macs) / opsOf(task, 'backprop');

/** Time in ops over that of one pass, a mean over the seeds. */
export const timeOver = ({ runs }: Measured, way: Way): number =>
  mean(runs.map(({ by }) => by[way].nanoseconds / by['one pass'].nanoseconds));

/** The cheapest way within a point of the most accurate. */
export function cheapest(one: Measured): Way {
  const best = Math.max(...ways.map((way) => mean(accuracies(one, way))));
  const good = ways.filter((way) => mean(accuracies(one, way)) >= best - 0.01);
  return good.toSorted((a, b) => over(one, a) - over(one, b))[0];
}

/** By the criterion of the study `inference`. */
export function verdict(all: readonly Measured[]): string {
  const slow = all.filter((one) => over(one, cheapest(one)) > 2);
  const counts = slow.map(({ task }) => task.classes.toLocaleString('en-US')).join(' or ');
  const word =
    slow.length === all.length
      ? 'holds'
      : slow.length === 0
        ? 'fails'
        : `holds only if there are ${counts} classes`;
  const told = all.map((one) => {
    const way = cheapest(one);
    return `${labels(one.task)}: ${way}, ${times(over(one, way))} (every label ${times(over(one, 'every label'))})`;
  });
  return `${word}: the cheapest way within a point of the most accurate, in forward passes of backprop, is at ${told.join('; ')}`;
}

export function figuresOf(all: readonly Measured[]): Figures {
  const of = (one: Measured, way: Way): Figures => {
    const { mean: accuracy, half } = overSeeds(accuracies(one, way));
    const operations = opsOf(one.task, way, one.runs[0].by[way].macs);
    return {
      accuracy,
      ci95: [accuracy - half, accuracy + half],
      operations,
      overForwardPass: over(one, way),
    };
  };
  return Object.fromEntries(
    all.map((one) => [
      `${one.task.classes} classes`,
      Object.fromEntries(ways.map((way) => [way, of(one, way)])),
    ]),
  );
}

export const drawnOperations = (all: readonly Measured[]): Promise<string> =>
  lineChart({
    title: 'Operations of a prediction, over a forward pass of backprop',
    x: { label: 'classes', log: true },
    y: { label: 'times a forward pass', log: true },
    series: ways.map((way) => ({
      name: way,
      points: all.map((one) => ({ x: one.task.classes, y: over(one, way) })),
    })),
  });
