import type { Augmentation } from '../augmentations/augmentation.ts';
import { must, mustBeWhole } from '../core/check.ts';
import type { Parameter } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Encoding } from '../data/encoding.ts';
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
  /** how a sample becomes the first layer's input */
  readonly encoding: Encoding;
  /** how a sample is changed each time it is learned from, never where it is predicted; left out, not at all */
  readonly augmentation?: Augmentation;
  /** what Forward-Forward layers reject; layers that learn backward need none */
  readonly negatives?: NegativesPlan;
  readonly layers: readonly LayerPlan[];
  readonly tile: TilePlan;
  readonly optimiser: OptimiserPlan;
  readonly schedule: SchedulePlan;
  /** microbatches that a link holds, ≥ 1; left out, 2 */
  readonly capacity?: number;
  /** samples of a microbatch, ≥ 1; left out, 100 */
  readonly microbatch?: number;
  /** passes over the samples, ≥ 0; left out, 1 */
  readonly epochs?: number;
  /** every draw of the run follows from it; left out, 1 */
  readonly seed?: number;
  /** how predictions are made: `goodness` of every label, or in `onePass` by a head or readout; left out, by the last layer's kind */
  readonly predictBy?: 'goodness' | 'onePass';
  /** before every so many microbatches some samples are predicted first: the running accuracy; 0 or left out, never */
  readonly runningEvery?: number;
  /** what the layers start from instead of fresh weights */
  readonly weights?: readonly Parameter[];
}

/** A pipeline with nothing left out. */
export type Whole = Required<Omit<Pipeline, Optional>> & Pick<Pipeline, Optional>;
type Optional = 'test' | 'negatives' | 'augmentation';

/**
 * Fills in what was left out.
 *
 * @throws {RangeError} when a number is out of its range or the layers don't fit together
 */
export function whole(pipeline: Pipeline): Whole {
  const { layers, predictBy, ...rest } = pipeline;
  must(layers.length > 0, 'layers', 'at least one', layers.length);
  const tops = layers.filter(({ options }) => 'reads' in options);
  const filled: Whole = {
    capacity: 2,
    microbatch: 100,
    epochs: 1,
    seed: 1,
    runningEvery: 0,
    weights: [],
    predictBy: predictBy ?? (tops.length > 0 ? 'onePass' : 'goodness'),
    layers,
    ...rest,
  };
  mustBeWhole(filled.capacity, 'capacity', 1, 'microbatches');
  mustBeWhole(filled.microbatch, 'microbatch', 1, 'samples');
  mustBeWhole(filled.epochs, 'epochs', 0);
  mustBeWhole(filled.seed, 'seed', 0);
  mustBeWhole(filled.runningEvery, 'runningEvery', 0, 'microbatches');
  must(
    filled.predictBy === 'goodness' || filled.predictBy === 'onePass',
    'predictBy',
    "'goodness' or 'onePass'",
    filled.predictBy,
  );
  const rules = new Set(layers.map(({ learns }) => learns));
  must(rules.size === 1, 'layers', 'all local or all backward', layers.map(({ name }) => name).join(', '));
  const strange = filled.weights.find(({ name }) => !layers.some((_, i) => name.startsWith(`layer${i}.`)));
  must(strange === undefined, 'weights', `of layer 0 to ${layers.length - 1}`, strange?.name);
  const { samples, test = samples } = filled;
  must(
    test.width === samples.width,
    'width of the test set',
    `${samples.width}, as of the samples`,
    test.width,
  );
  must(
    test.classes === samples.classes,
    'classes of the test set',
    `${samples.classes}, as of the samples`,
    test.classes,
  );
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
    layers[0].learns === 'locally',
    'negatives',
    'drawn by the first layer, or left out, where layers learn backward',
    negatives.name,
  );
  const answered = purpose === 'goodness' || layers.some(({ options }) => 'reads' in options);
  must(
    answered,
    'layers',
    `topped by a readout for negatives '${negatives.name}'`,
    layers.map(({ name }) => name).join(', '),
  );
}

/** whether the pipeline's layers learn from gradients sent down */
export function learnsBackward({ layers }: Pick<Pipeline, 'layers'>): boolean {
  return layers[0].learns === 'backward';
}

/** microbatches of one pass over the samples */
export function microbatchesPerEpoch({ samples, microbatch }: Pick<Whole, 'samples' | 'microbatch'>): number {
  return Math.ceil(samples.count / microbatch);
}
