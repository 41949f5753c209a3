import { availableParallelism } from 'node:os';
import { lastValueFrom, merge, tap } from 'rxjs';
import type { LabelPlace } from '../../extend.ts';
import { type Dataset, inline, type namedProducts, type Pipeline, run, slice, workers } from '../../index.ts';
import { type Confusion, confusionOf, wallNanoseconds } from '../../report.ts';
import { titleOf } from '../members/members.ts';
import type { DataToPredict } from '../running/run-data.ts';
import { withOwnMembers } from '../settings/read-settings.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { pipelineOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { weightsIn } from '../weights/initial.ts';
import type { LabelledSamples } from './labels-file.ts';
import type { Prediction } from './prediction.ts';
import type { Trained } from './trained.ts';

export interface PredictAsked {
  readonly by?: 'goodness' | 'one-pass' | undefined;
  readonly workers?: number | undefined;
  readonly runtime?: 'workers' | 'inline' | undefined;
  readonly tile: Parameters<typeof namedProducts>[0];
  readonly products?: Parameters<typeof namedProducts>[0] | undefined;
  readonly withScores: boolean;
  /** what is other than it was in training: the chip, its age */
  readonly other?: Partial<TrainSettings>;
}

export interface Predicted {
  readonly prediction: Prediction;
  readonly samples: LabelledSamples;
  readonly confusion: Confusion | undefined;
}

/** Predicts samples with a network of a run folder, shared out over its workers. */
export async function predictWith(
  { settings: trained, weightsFile }: Trained,
  data: DataToPredict,
  asked: PredictAsked,
  labelPlace: LabelPlace | undefined,
): Promise<Predicted> {
  const { samples: test, labelled, classNames } = data;
  const settings = await withOwnMembers({
    ...trained,
    tile: asked.tile === 'auto' ? trained.tile : asked.tile,
    workers: asked.workers ?? trained.workers,
    runtime: asked.runtime ?? (trained.runtime === 'virtual' ? 'inline' : trained.runtime),
    ...asked.other,
  });
  const products = await productsOf(asked);
  // with its label columns in front, where it was trained with them
  const { test: placed = test, ...made } = pipelineOf(settings, {
    samples: test,
    test,
    products,
    labelPlace,
  });
  const by = asked.by ?? (byGoodness(made) ? 'goodness' : 'one-pass');
  if (by === 'goodness' && !byGoodness(made))
    throw new Error(`by must be 'one-pass' for ${trained.rule}; got 'goodness'`);
  if (by === 'one-pass' && !made.layers.some(({ predicts }) => predicts === 'onePass'))
    throw new Error("by must be 'goodness' for a network trained without --readout; got 'one-pass'");
  const pipeline = {
    ...made,
    ...{ epochs: 0, microbatches: undefined },
    predictBy: by === 'goodness' ? ('goodness' as const) : ('onePass' as const),
    weights: await weightsIn(weightsFile, made),
  };
  const predicted = new Uint16Array(test.count);
  const scores = new Float32Array(asked.withScores ? test.count * test.classes : 0);
  let correct = 0;
  let done = 0;
  let began = Number.POSITIVE_INFINITY;
  let ended = 0;
  const replicas = shares(placed, settings).map(({ runtime, part, start }) => {
    let at = start;
    return run({ ...pipeline, test: part }, runtime, { withScores: asked.withScores }).pipe(
      tap((event) => {
        if (event.kind === 'start') began = Math.min(began, wallNanoseconds());
        if (event.kind !== 'prediction') return;
        predicted.set(event.predicted, at);
        if (event.scores) scores.set(event.scores, at * test.classes);
        at += event.rows;
        done += event.rows;
        correct += event.correct;
        ended = wallNanoseconds();
      }),
    );
  });
  await lastValueFrom(merge(...replicas));
  const seconds = (ended - began) / 1e9;
  const confusion = labelled ? confusionOf(test.labels, predicted, test.classes) : undefined;
  const { seed } = trained;
  const rule = titleOf(trained.rule);
  const prediction: Prediction = {
    ...{ rule, seed, by },
    samples: done,
    testAccuracy: labelled ? correct / done : null,
    seconds,
    samplesPerSecond: done / seconds,
    confusion: confusion?.matrix ?? null,
    mistakes: confusion?.pairs.slice(0, 100) ?? [],
    classes: confusion?.classes.map((one) => ({ ...one, name: classNames[one.class] })) ?? [],
  };
  const labels = labelled ? test.labels : undefined;
  return { prediction, samples: { rule, seed, labels, predicted, scores, classes: test.classes }, confusion };
}

/** Whether its layers tell how good each label is, as those do that learn from a positive and a negative. */
function byGoodness({ layers: [first], negatives }: Pipeline): boolean {
  return negatives?.rejects !== 'images' && first.learns === 'locally' && first.predicts !== 'onePass';
}

/**
 * Who predicts which part of the test set. Nothing is learned, so every worker can have the whole network and a part of
 * the samples: trying every label makes the layers after the first ten times as dear, and layers would make unequal stages.
 */
function shares(test: Dataset, { runtime, workers: asked, layers, tile }: TrainSettings) {
  // a chip reads sample after sample: in parts each would begin with the same noise
  const most = tile === 'crossbar' ? 1 : test.count;
  const count = Math.min(most, asked ?? Math.min(layers.length, availableParallelism()), test.count);
  if (runtime === 'inline') return [{ runtime: inline({ stages: 1 }), part: test, start: 0 }];
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i, i + 1].map((share) => Math.floor((share * test.count) / count));
    return { runtime: workers({ count: 1 }), part: slice(test, start, end), start };
  });
}
