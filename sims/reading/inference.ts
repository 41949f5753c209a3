import { simd } from '../../src/extend.ts';
import { namedProducts } from '../../src/index.ts';
import * as report from '../../src/report.ts';
import { inferred, opsOf, type Task, taskOf, type Way, ways } from '../inference/task.ts';
import {
  accuracies,
  drawnOperations,
  figuresOf,
  labels,
  type Measured,
  over,
  timeOver,
  times,
  verdict,
} from '../inference/told.ts';

const { columns, each, percentOver } = report;

/** Classes, samples learned from, samples tested, hidden layers, passes. */
const full = [
  [10, 10_000, 2000, [300, 300, 300], 4],
  [26, 16_000, 2000, [200, 200, 200], 6],
  [100, 10_000, 500, [100, 100], 6],
  [1000, 10_000, 300, [100, 100], 5],
] as const;
const short = [
  [10, 1000, 200, [50, 50], 3],
  [26, 1500, 200, [50, 50], 4],
  [100, 2000, 100, [50, 50], 4],
] as const;

/**
 * Is inference by Forward-Forward slower than a forward pass?
 *
 * One net for each number of classes, with a softmax readout on all its layers, predicts the same test samples by every label's goodness,
 * by the readout in one pass with a neutral label, and in two passes, where the readout chooses 2 or 5 labels and their goodness
 * decides. All labels of an image share its product in layer 1. Operations are multiply-accumulates that tiles counted, and one for each unit
 * that a label is added to; a forward pass of backprop is through the same hidden layers, without label pixels.
 */
export default async function inference(quick = false): Promise<report.Study> {
  const products = quick ? simd() : await namedProducts('auto');
  const seeds = report.seedsFromOne(quick ? 2 : 3);
  const tasks = await each<readonly [number, number, number, readonly number[], number], Task>(
    quick ? short : full,
    ([classes, learn, tested, hidden, epochs]) => taskOf(classes, learn, tested, { hidden, epochs }),
  );
  const all = await each(
    tasks,
    async (task): Promise<Measured> => ({
      task,
      runs: await each(seeds, (seed) => inferred(task, products, seed)),
    }),
  );
  const across = (name: string, cell: (one: Measured) => string): string[] => [name, ...all.map(cell)];
  const table = (name: string, cell: (one: Measured, way: Way) => string, more: string[][] = []): string =>
    columns(
      [name, ...tasks.map(labels)],
      [...ways.map((way) => across(way, (one) => cell(one, way))), ...more],
    );
  const listed = [2, 5].map((size, k) =>
    across(`label on a shortlist of ${size}`, ({ runs }) => percentOver(runs.map((run) => run.listed[k]))),
  );
  const anew = across('every label, its image read anew', ({ task }) =>
    times(opsOf(task, 'separate') / opsOf(task, 'backprop')),
  );
  return {
    asked: 'Is inference slower?',
    question: 'What does a prediction by Forward-Forward cost, and what is it worth, by the way it is made?',
    measured: [
      table('accuracy in %', (one, way) => percentOver(accuracies(one, way)), listed),
      '',
      table('operations over a forward pass', (one, way) => times(over(one, way)), [anew]),
      ...(quick ? [] : ['', table('time of ops over one pass', (one, way) => times(timeOver(one, way)))]),
    ],
    claim: 'inference by Forward-Forward is slower than a forward pass of backprop',
    criterion:
      'for each number of classes, the cheapest way within a point of the most accurate one takes more than twice the operations of a forward pass of backprop; holds if at each, fails if at none, else holds only if there are so many classes',
    verdict: verdict(all),
    figures: figuresOf(all),
    seeds,
    data: 'MNIST, 10,000 images; printed letters, 16,000; random clouds of 100 and 1,000 classes, 10,000',
    picture: () => drawnOperations(all),
  };
}
