import type { Arrivals } from '../arrivals/arrival.ts';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { Parameter } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Encoding } from '../data/encoding.ts';
import type { SampleStream } from '../data/endless.ts';
import type { Shortlist } from '../data/shortlist.ts';
import type { KernelsPlan } from '../kernels/kernel.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { ImageNegativesPlan, NegativesPlan } from '../negatives/negative.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Overflow } from '../overflows/overflow.ts';
import type { ProductsPlan } from '../products/product.ts';
import type { SchedulePlan } from '../schedules/schedule.ts';
import type { TilePlan } from '../tiles/tile.ts';

/** A pipeline that learns from a dataset, in epochs. */
export type DatasetPipeline = Pipeline & { readonly samples: Dataset };

/** Samples come when they like, whatever the pipeline does. */
export interface OpenLine {
  /** when samples come */
  readonly arrivals: Arrivals;
  /** microbatches that may wait in front of the pipeline, ≥ 1; left out, 16 */
  readonly room?: number | undefined;
  /** what happens when it is full; left out, `block()` */
  readonly overflow?: Overflow | undefined;
  /** nanoseconds after the start at which the last samples come; left out, they come without end */
  readonly lasts?: number | undefined;
}

/** What happens where a stage can't keep up with the one below it, in a pipeline with an open line whose layers learn locally. */
export interface EdgeOverflow {
  /** the stage that the edge leads into, 1 or more; left out, every edge between stages that no other entry names */
  readonly into?: number | undefined;
  /** what happens when as many wait as may: what is lost here, the stages below have learned from */
  readonly overflow: Overflow;
  /** microbatches that may wait in front of the edge, ≥ 1, beside those that lie on it; left out, 16 */
  readonly room?: number | undefined;
}

/** A pipeline is a value; a runtime runs it. */
export interface Pipeline {
  /** what is learned from: a dataset, in epochs, or samples that never end */
  readonly samples: Dataset | SampleStream;
  /** what is predicted once all is learned; left out, nothing is */
  readonly test?: Dataset | undefined;
  /** samples that are not learned from, and are predicted after every so many epochs and at the end: the curve */
  readonly heldOut?: { readonly samples: Dataset; readonly every: number } | undefined;
  /** when endless samples come; left out, there is always one more as soon as there is credit: a closed loop */
  readonly line?: OpenLine | undefined;
  /**
   * what happens to an endless sample that is not finite or has no class: `refuse` ends the run, `drop` leaves it out and counts it;
   * left out, `refuse`
   */
  readonly unusable?: 'refuse' | 'drop' | undefined;
  /**
   * how float features are scaled before they are encoded: `running` brings each to mean 0 and deviation 1 of what was learned from
   * before, and never looks ahead; left out, `none`
   */
  readonly scale?: 'none' | 'running' | undefined;
  /** how a sample becomes the first layer's input */
  readonly encoding: Encoding;
  /** how a sample is changed each time it is learned from, never where it is predicted; left out, not at all */
  readonly augmentation?: Augmentation | undefined;
  /** share of an encoded sample's inputs that are silenced at random, the rest scaled up, each time it is learned from; 0 or more and below 1, left out, 0 */
  readonly inputDropout?: number | undefined;
  /** what Forward-Forward layers reject: samples with a wrong label, or images that look like none; layers that learn backward need none */
  readonly negatives?: NegativesPlan | ImageNegativesPlan | undefined;
  readonly layers: readonly LayerPlan[];
  /** what executes matrix products */
  readonly products: ProductsPlan;
  /** what the weights are kept in; left out, `digital()` */
  readonly tile?: TilePlan | undefined;
  /**
   * time that passes for each microbatch learned from, in nanoseconds, 0 or more, for tiles that age; left out, 0. It is
   * stated, never measured, and the same on every runtime.
   */
  readonly microbatchTime?: number | undefined;
  /** what does the elementwise work; left out, the fastest that runs here */
  readonly kernels?: KernelsPlan | undefined;
  readonly optimiser: OptimiserPlan;
  readonly schedule: SchedulePlan;
  /** microbatches that a link holds, ≥ 1; left out, 2 */
  readonly capacity?: number | undefined;
  /** edges between stages at which a stage that can't keep up loses something; left out, all wait for it */
  readonly edges?: readonly EdgeOverflow[] | undefined;
  /** samples of a microbatch, ≥ 1; left out, 100 */
  readonly microbatch?: number | undefined;
  /** microbatches behind one update, where the schedule updates with every flush or gathers so many gradients; ≥ 1, left out, 1 */
  readonly flush?: number | undefined;
  /** passes over a dataset, ≥ 0; left out, 1, or as many as `microbatches` takes; endless samples have none */
  readonly epochs?: number | undefined;
  /** microbatches to learn from, ≥ 0, at most those of the epochs; left out, all of them, or without end */
  readonly microbatches?: number | undefined;
  /** every draw of the run follows from it; left out, 1 */
  readonly seed?: number | undefined;
  /** how predictions are made: `goodness` of every label, or in `onePass` where a layer can; left out, in one pass where one can */
  readonly predictBy?: 'goodness' | 'onePass' | undefined;
  /** labels that predictions of the test set by goodness try of each sample, instead of all: a row for each of its samples */
  readonly shortlist?: Shortlist | undefined;
  /** before every so many microbatches some samples are predicted first: the running accuracy; 0 or left out, never */
  readonly runningEvery?: number | undefined;
  /** every sample is predicted before it is learned from, not some of them as by `runningEvery`; left out, false */
  readonly prequential?: boolean | undefined;
  /**
   * microbatches that come between a sample and its label: it is predicted at once and learned from so much later; needs
   * `prequential`; 0 or more, left out, 0
   */
  readonly labelDelay?: number | undefined;
  /** what the layers start from instead of fresh weights */
  readonly weights?: readonly Parameter[] | undefined;
}
