import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { drawn, type ProductsPlan, randomRbf, withLabelColumns } from '../../src/extend.ts';
import {
  adam,
  type Dataset,
  type DatasetPipeline,
  firstOf,
  forwardForward,
  hardLabel,
  idxFolder,
  inline,
  labelOverlay,
  measure,
  mnist,
  run,
  softmaxReadout,
  stream,
  weights,
} from '../../src/index.ts';
import { type Predictions, predictions, shortlisted } from '../../src/report.ts';

/** What is told apart, and by how wide a net. */
export interface Task {
  readonly classes: number;
  readonly samples: Dataset;
  readonly test: Dataset;
  /** units of the hidden layers */
  readonly hidden: readonly number[];
  readonly epochs: number;
}

const letters = fileURLToPath(new URL('../../fixtures/letters/', import.meta.url));

/** MNIST for 10 classes, 16 features of printed letters for 26; for more, clouds around two random centres a class, in 64 features behind the label's columns. */
export async function taskOf(
  classes: number,
  learn: number,
  tested: number,
  task: Pick<Task, 'hidden' | 'epochs'>,
): Promise<Task> {
  if (classes === 10)
    return {
      ...task,
      classes,
      samples: firstOf(await mnist('train'), learn),
      test: firstOf(await mnist('test'), tested),
    };
  if (classes === 26) {
    const part = async (name: 'train' | 'test') =>
      withLabelColumns(await idxFolder(letters, name, { classes }));
    return {
      ...task,
      classes,
      samples: firstOf(await part('train'), learn),
      test: firstOf(await part('test'), tested),
    };
  }
  const source = withLabelColumns(randomRbf({ features: 64, classes, centroids: 2 * classes, seed: 1 }));
  return { ...task, classes, samples: drawn(source, learn), test: drawn(source, tested, { first: 1e9 }) };
}

export const sizes = [2, 5] as const;
export const ways = ['one pass', 'shortlist of 2', 'shortlist of 5', 'every label'] as const;
export type Way = (typeof ways)[number];

export interface Inference {
  readonly by: Readonly<Record<Way, Predictions>>;
  /** share of the samples whose label is on the shortlist of 2, and of 5 */
  readonly listed: readonly number[];
}

/** Learns once, and predicts the test set by each way. */
export async function inferred(task: Task, products: ProductsPlan, seed: number): Promise<Inference> {
  const { classes, samples, test, hidden, epochs } = task;
  const learning: DatasetPipeline = {
    ...{ samples, epochs, seed, products, microbatch: 100, optimiser: adam({ learningRate: 0.003 }) },
    ...{ encoding: labelOverlay({ classes }), negatives: hardLabel(), schedule: stream() },
    layers: [
      ...hidden.map((units) => forwardForward({ units, neutral: true, feature: true })),
      softmaxReadout({ classes }),
    ],
  };
  const { learned } = await lastValueFrom(run(learning, inline()).pipe(measure({ learned: weights })));
  const trained = { ...learning, test, weights: learned };
  const one = await predictions({ ...trained, predictBy: 'onePass' }, inline());
  const all = await predictions({ ...trained, predictBy: 'goodness' }, inline());
  const [two, five] = [
    await shortlisted(trained, inline(), 2, one),
    await shortlisted(trained, inline(), 5, one),
  ];
  return {
    by: { 'one pass': one, 'shortlist of 2': two, 'shortlist of 5': five, 'every label': all },
    listed: [two.listed, five.listed],
  };
}

/**
 * Operations a sample: multiply-accumulates of products, and one for each unit of layer 1 that a label is added to.
 *
 * @param way   a way of Forward-Forward; `separate`: every label with an image product of its own; `backprop`: a forward pass
 *              through the same hidden layers and a head, without label pixels
 * @param macs  that the tiles counted, for a way
 */
export function opsOf(
  { classes, samples, hidden }: Task,
  way: Way | 'separate' | 'backprop',
  macs = 0,
): number {
  const pixels = classes === 10 ? 0 : classes;
  const behind = hidden.slice(1).reduce((sum, units, i) => sum + hidden[i] * units, 0);
  if (way === 'backprop')
    return (samples.width - pixels) * hidden[0] + behind + hidden[hidden.length - 1] * classes;
  if (way === 'separate') return classes * (samples.width * hidden[0] + behind);
  const added = { 'one pass': 1, 'shortlist of 2': 3, 'shortlist of 5': 6, 'every label': classes }[way];
  return macs + added * hidden[0];
}
