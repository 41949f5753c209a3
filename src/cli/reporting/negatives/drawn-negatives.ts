import { lastValueFrom, tap } from 'rxjs';
import {
  type ImageBatch,
  type ImageNegatives,
  type Images,
  make,
  type Negatives,
  permutation,
  plain,
  type Random,
  random,
} from '../../../extend.ts';
import { type Dataset, type DatasetPipeline, inline, run } from '../../../index.ts';
import { fitWeights, readWeights } from '../../../report.ts';
import type { TrainSettings } from '../../settings/train-settings.ts';
import { alphaOf } from '../../values/ff-parts.ts';
import { pipelineOf } from '../../values/network.ts';
import { freshWeights } from '../../weights/needed.ts';

/** Samples of the first microbatch, and what was made of each. */
export interface DrawnNegatives {
  /** places in the dataset [rows] */
  readonly indices: readonly number[];
  /** true labels [rows] */
  readonly labels: Uint16Array;
  /** the samples as they were learned from, with augmentation [rows × width] */
  readonly images: Images;
  /** a wrong label for each, or an image */
  readonly drawn: { readonly labels: Uint16Array; readonly strength: number } | { readonly images: Images };
  /** whether it is what the run drew, or what the network at the end would */
  readonly asked: 'nobody' | 'the network at the end';
}

/**
 * The negatives of the first microbatch of a Forward-Forward run, drawn again. Those that ask for the network's opinion are
 * drawn from what it says at the end.
 *
 * @param samples      that were learned from
 * @param weightsFile  of the network
 * @param rows         samples, the first of the microbatch
 */
export async function drawnNegatives(
  settings: TrainSettings,
  samples: Dataset,
  weightsFile: string,
  rows: number,
): Promise<DrawnNegatives> {
  const pipeline = pipelineOf(settings, { samples, products: plain(), labelPlace: 'over' });
  const { seed = 1, microbatch = 100 } = settings;
  const epoch = random(seed).fork('epoch 0');
  const size = Math.min(microbatch, samples.count);
  const indices = [...permutation(samples.count, epoch.fork('order')).subarray(0, size)];
  const labels = Uint16Array.from(indices, (index) => samples.labels[index]);
  const images = learnedFrom(pipeline, samples, indices, epoch.fork('augmentation'));
  const { width } = samples;
  const first = {
    indices: indices.slice(0, rows),
    labels: labels.slice(0, rows),
    images: images.slice(0, rows * width),
  };
  const { negatives } = pipeline;
  if (negatives === undefined) throw new Error('run must reject negatives to draw them; got none');
  if (negatives.rejects === 'images') {
    const sampler = await make(negatives);
    const own = epoch.fork('negatives');
    return {
      ...first,
      drawn: { images: imagesOf(sampler, { images, labels, rows: size, width }, own).slice(0, rows * width) },
      asked: 'nobody',
    };
  }
  const sampler = await make(negatives);
  const bySource = sampler.drawnBy === 'source';
  // the source asks about samples as they are
  const seen = bySource ? rowsOf(samples, indices) : images;
  const opinion = sampler.needsOpinion
    ? await opinionOf(settings, pipeline, { ...samples, count: size, images: seen, labels }, weightsFile)
    : undefined;
  const stream = random(seed)
    .fork(bySource ? 'source' : 'layer 0')
    .fork('negatives');
  const wrong = new Uint16Array(size);
  drawWrong(sampler, { truth: labels, classes: samples.classes, opinion }, stream, wrong);
  return {
    ...first,
    drawn: { labels: wrong.slice(0, rows), strength: settings.labelStrength },
    asked: opinion === undefined ? 'nobody' : 'the network at the end',
  };
}

function drawWrong(
  sampler: Negatives,
  {
    truth,
    classes,
    opinion,
  }: { readonly truth: Uint16Array; readonly classes: number; readonly opinion: Float32Array | undefined },
  stream: Random,
  into: Uint16Array,
): void {
  const rows = truth.length;
  sampler.draw(truth, rows, classes, opinion && { rows, columns: classes, data: opinion }, stream, into);
}

function imagesOf({ drawImages }: ImageNegatives, batch: ImageBatch, stream: Random): Images {
  const { images, rows, width } = batch;
  if (images instanceof Uint8Array) {
    const into = new Uint8Array(rows * width);
    drawImages({ ...batch, images }, stream, into);
    return into;
  }
  const into = new Float32Array(rows * width);
  drawImages({ ...batch, images }, stream, into);
  return into;
}

/** Samples of a dataset, one after another. */
function rowsOf({ images, width }: Dataset, indices: readonly number[]): Images {
  const into =
    images instanceof Uint8Array
      ? new Uint8Array(indices.length * width)
      : new Float32Array(indices.length * width);
  indices.forEach((index, row) => {
    into.set(images.subarray(index * width, (index + 1) * width), row * width);
  });
  return into;
}

/** The same as they were learned from. */
function learnedFrom(
  { augmentation }: DatasetPipeline,
  samples: Dataset,
  indices: readonly number[],
  stream: Random,
): Images {
  const into = rowsOf(samples, indices);
  if (augmentation === undefined) return into;
  const { width, images } = samples;
  indices.forEach((index, row) => {
    const place = into.subarray(row * width, (row + 1) * width);
    augmentation.apply(images, index, stream, place as typeof images);
  });
  return into;
}

/** What the network at the end says of every label: α · the first layer's goodness, or the scores that the source asks for. */
async function opinionOf(
  settings: TrainSettings,
  whole: DatasetPipeline,
  test: Dataset,
  weightsFile: string,
): Promise<Float32Array> {
  const { asks } = whole.negatives ?? {};
  const alone = { ...whole, layers: whole.layers.slice(0, 1), predictBy: 'goodness' as const };
  const made = asks === undefined ? alone : { ...whole, predictBy: asks.purpose };
  const bare = {
    ...made,
    test,
    samples: test,
    augmentation: undefined,
    ...{ heldOut: undefined, epochs: 0, microbatches: undefined },
  };
  const { weights } = fitWeights(await readWeights(weightsFile), await freshWeights(bare));
  const scores: number[] = [];
  await lastValueFrom(
    run({ ...bare, weights }, inline({ stages: 1 }), { withScores: true }).pipe(
      tap((event) => {
        if (event.kind === 'prediction' && event.scores) for (const score of event.scores) scores.push(score);
      }),
    ),
  );
  const scale = asks === undefined ? alphaOf(settings, settings.layers[0]) : 1;
  return Float32Array.from(scores, (score) => scale * score);
}
