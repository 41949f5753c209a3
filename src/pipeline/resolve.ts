import { must, mustBeWhole } from '../core/check.ts';
import type { Dataset } from '../data/dataset.ts';
import { checkDropout, type KernelsPlan } from '../kernels/kernel.ts';
import { digital } from '../tiles/digital.ts';
import type { Pipeline } from './pipeline.ts';

/** A pipeline with nothing left out. */
export type ResolvedPipeline = Required<Omit<Pipeline, Optional>> & Pick<Pipeline, Optional>;
type Optional = 'test' | 'heldOut' | 'negatives' | 'augmentation';

/**
 * Fills in what was left out.
 *
 * @param kernels  what the pipeline leaves to its runtime
 * @throws {RangeError} when a number is out of its range or the layers don't fit together
 */
export function resolve(pipeline: Pipeline, kernels: KernelsPlan): ResolvedPipeline {
  const { layers, predictBy, ...rest } = pipeline;
  must(layers.length > 0, 'layers', 'at least one', layers.length);
  const onePass = layers.some(({ predicts }) => predicts === 'onePass');
  const filled: ResolvedPipeline = {
    capacity: 2,
    microbatch: 100,
    flush: 1,
    epochs: 1,
    seed: 1,
    runningEvery: 0,
    inputDropout: 0,
    weights: [],
    kernels,
    tile: digital(),
    predictBy: predictBy ?? (onePass ? 'onePass' : 'goodness'),
    layers,
    ...rest,
  };
  mustBeWhole(filled.capacity, 'capacity', 1, 'microbatches');
  mustBeWhole(filled.microbatch, 'microbatch', 1, 'samples');
  mustBeWhole(filled.flush, 'flush', 1, 'microbatches');
  mustBeWhole(filled.epochs, 'epochs', 0);
  mustBeWhole(filled.seed, 'seed', 0);
  mustBeWhole(filled.runningEvery, 'runningEvery', 0, 'microbatches');
  checkDropout(filled.inputDropout, 'inputDropout');
  must(
    filled.predictBy === 'goodness' || filled.predictBy === 'onePass',
    'predictBy',
    "'goodness' or 'onePass'",
    filled.predictBy,
  );
  const rules = new Set(layers.map(({ learns }) => learns));
  must(rules.size === 1, 'layers', 'all local or all backward', layers.map(({ name }) => name).join(', '));
  // Forward-Forward layers send pairs of rows, others single ones; a readout on top, which is the last, reads what there is
  const below = layers.slice(0, -1).filter(({ predicts }) => predicts === 'onePass').length;
  const top = layers[layers.length - 1];
  const fits = below === 0 ? layers.length === 1 || top.name !== 'mono-forward' : top.predicts === 'onePass';
  const alike = below === 0 || below === layers.length - 1;
  must(fits && alike, 'layers', 'all of one rule below a readout', layers.map(({ name }) => name).join(', '));
  const strange = filled.weights.find(({ name }) => !layers.some((_, i) => name.startsWith(`layer${i}.`)));
  must(strange === undefined, 'weights', `of layer 0 to ${layers.length - 1}`, strange?.name);
  for (const { name, shape, data } of filled.weights) {
    const count = shape.reduce((product, length) => product * length, 1);
    must(
      data.length === count,
      `values of weights '${name}'`,
      `${count}, as its shape ${shape.join(' × ')} says`,
      data.length,
    );
  }
  const bare = layers.findIndex((_, i) => !filled.weights.some(({ name }) => name.startsWith(`layer${i}.`)));
  must(
    filled.weights.length === 0 || bare < 0,
    'weights',
    `those of all ${layers.length} layers, or left out`,
    `none of layer ${bare}`,
  );
  const { samples, test, heldOut } = filled;
  if (test) mustBeLike(test, samples, 'the test set');
  if (heldOut) {
    mustBeLike(heldOut.samples, samples, 'the samples held out');
    mustBeWhole(heldOut.every, 'every (of the samples held out)', 1, 'epochs');
  }
  filled.augmentation?.mustSuit(samples.width);
  checkAsks(filled);
  return filled;
}

/** Whether there is someone to answer what negatives ask. */
function checkAsks({ negatives, layers }: ResolvedPipeline): void {
  if (negatives?.asks === undefined) return;
  const { purpose, lag } = negatives.asks;
  mustBeWhole(lag, 'lag of the negatives', 0, 'updates');
  must(
    layers[0].learns === 'locally' && layers[0].predicts !== 'onePass',
    'negatives',
    `left out where layers reject nothing, as ${layers[0].name}`,
    negatives.name,
  );
  const answered = purpose === 'goodness' || layers.some(({ predicts }) => predicts === 'onePass');
  must(
    answered,
    'layers',
    `topped by a readout for negatives '${negatives.name}'`,
    layers.map(({ name }) => name).join(', '),
  );
}

function mustBeLike(set: Dataset, { width, classes }: Dataset, name: string): void {
  must(set.width === width, `width of ${name}`, `${width}, as of the samples`, set.width);
  must(set.classes === classes, `classes of ${name}`, `${classes}, as of the samples`, set.classes);
}

/** whether the pipeline's layers learn from gradients sent down */
export function learnsBackward({ layers }: Pick<Pipeline, 'layers'>): boolean {
  return layers[0].learns === 'backward';
}

/** microbatches of one pass over the samples */
export function microbatchesPerEpoch({
  samples,
  microbatch,
}: Pick<ResolvedPipeline, 'samples' | 'microbatch'>): number {
  return Math.ceil(samples.count / microbatch);
}
