import type { Augmentation } from '../augmentations/augmentation.ts';
import { must, mustBeWhole } from '../core/check.ts';
import type { Parameter } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Encoding } from '../data/encoding.ts';
import { checkDropout, type KernelsPlan } from '../kernels/kernel.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { NegativesPlan } from '../negatives/negative.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { SchedulePlan } from '../schedules/schedule.ts';
import type { TilePlan } from '../tiles/tile.ts';

/** A pipeline is a value; a runtime runs it. */
export interface Pipeline {
  /** what is learned from */
  readonly samples: Dataset;
  /** what is predicted once all is learned; left out, nothing is */
  readonly test?: Dataset;
  /** samples that are not learned from, and are predicted after every so many epochs and at the end: the curve */
  readonly heldOut?: { readonly samples: Dataset; readonly every: number };
  /** how a sample becomes the first layer's input */
  readonly encoding: Encoding;
  /** how a sample is changed each time it is learned from, never where it is predicted; left out, not at all */
  readonly augmentation?: Augmentation;
  /** share of an encoded sample's inputs that are silenced at random, the rest scaled up, each time it is learned from; 0 or more and below 1, left out, 0 */
  readonly inputDropout?: number;
  /** what Forward-Forward layers reject; layers that learn backward need none */
  readonly negatives?: NegativesPlan;
  readonly layers: readonly LayerPlan[];
  readonly tile: TilePlan;
  /** what does the elementwise work; left out, the fastest that runs here */
  readonly kernels?: KernelsPlan;
  readonly optimiser: OptimiserPlan;
  readonly schedule: SchedulePlan;
  /** microbatches that a link holds, ≥ 1; left out, 2 */
  readonly capacity?: number;
  /** samples of a microbatch, ≥ 1; left out, 100 */
  readonly microbatch?: number;
  /** microbatches behind one update, where the schedule updates with every flush; ≥ 1, left out, 1 */
  readonly flush?: number;
  /** passes over the samples, ≥ 0; left out, 1 */
  readonly epochs?: number;
  /** every draw of the run follows from it; left out, 1 */
  readonly seed?: number;
  /** how predictions are made: `goodness` of every label, or in `onePass` where a layer can; left out, in one pass where one can */
  readonly predictBy?: 'goodness' | 'onePass';
  /** before every so many microbatches some samples are predicted first: the running accuracy; 0 or left out, never */
  readonly runningEvery?: number;
  /** what the layers start from instead of fresh weights */
  readonly weights?: readonly Parameter[];
}

/** A pipeline with nothing left out. */
export type Whole = Required<Omit<Pipeline, Optional>> & Pick<Pipeline, Optional>;
type Optional = 'test' | 'heldOut' | 'negatives' | 'augmentation';

/**
 * Fills in what was left out.
 *
 * @param kernels  what the pipeline leaves to its runtime
 * @throws {RangeError} when a number is out of its range or the layers don't fit together
 */
export function whole(pipeline: Pipeline, kernels: KernelsPlan): Whole {
  const { layers, predictBy, ...rest } = pipeline;
  must(layers.length > 0, 'layers', 'at least one', layers.length);
  const onePass = layers.some(({ predicts }) => predicts === 'onePass');
  const filled: Whole = {
    capacity: 2,
    microbatch: 100,
    flush: 1,
    epochs: 1,
    seed: 1,
    runningEvery: 0,
    inputDropout: 0,
    weights: [],
    kernels,
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
function checkAsks({ negatives, layers }: Whole): void {
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
export function microbatchesPerEpoch({ samples, microbatch }: Pick<Whole, 'samples' | 'microbatch'>): number {
  return Math.ceil(samples.count / microbatch);
}
