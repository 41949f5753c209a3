import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { State } from '../core/state.ts';
import type { HardwareCounts, LayerFigures, Parameter } from '../core/trace.ts';
import type { Microbatch, Shape } from '../data/microbatch.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { Negatives } from '../negatives/negative.ts';
import type { Optimiser, OptimiserPlan } from '../optimisers/optimiser.ts';
import type { TileMaker } from '../tiles/tile.ts';

/**
 * A learning rule over a tile of weights. A stage runs the ops F, B, W, U of its layers in the order its schedule says.
 *
 * For one microbatch F comes first, then B where gradients come from above, then W, then U. A layer forwards with its
 * weights as they were and sends its activity before it updates. Ops return at once: a promise is refused.
 *
 * The state is everything that learning changes, taken between two microbatches: what `memory()` made is no part of it.
 */
export interface Layer<M extends Memory = Memory> {
  /** room for what one microbatch must leave between its F and its W */
  memory(): M;
  /**
   * F: reads the input, fills the output, remembers what W will need.
   *
   * @param output  where the activity goes; the last layer of a pipeline has none while learning
   * @param above  what the layer above sent on for the microbatch before, where the plan says `topDown`: zeros at first,
   *               and perhaps of another number of rows; to be read during the call only
   * @param down  of a layer that settles, whose F is the pass from the bottom up: where what the layer below hears first goes,
   *              header filled; none below the first layer
   * @returns  the mean loss of the microbatch, where the layer has a loss of its own
   */
  forward(
    input: Microbatch,
    output: Microbatch | undefined,
    memory: M,
    above?: Microbatch,
    down?: Microbatch,
  ): number | undefined;
  /**
   * One more iteration of the microbatch that the memory is of, behind its pass from the bottom up; only a layer that
   * settles has it.
   *
   * @returns  the mean loss, at the last iteration, where the layer has a loss of its own
   */
  settle?(turn: SettlingTurn, memory: M): number | undefined;
  /** Behind the last iteration of a prediction: adds how well this layer thinks that each label fits to the output's scores. */
  score?(output: Microbatch, memory: M): void;
  /**
   * What the last F of a microbatch that is learned from showed of it, beside the loss; left out, nothing.
   *
   * @param counted  whether it counts rows by their goodness, too, where it compares positives and negatives; left out, it does not
   */
  figures?(counted?: boolean): Omit<LayerFigures, 'layer' | 'loss'>;
  /**
   * B: turns ∂L/∂(output activity) into ∂L/∂(input activity), by the weights that F of this microbatch read, even where they
   * have been updated since; by the newest where the context's `goesBackBy` says so. Only a layer that learns backward has
   * it; each F but those of predictions has its B.
   *
   * @param above  block 0 holds ∂L/∂(output activity) [rows × units], of an earlier microbatch where the schedule has a
   *               `gradientDelay`; absent for the layer that makes the loss. Under a head that chooses it may have fewer rows
   *               than the microbatch: those of the samples in `chosen`
   * @param below  block 0 receives ∂L/∂(input activity) [rows × inputs], its header is filled; absent for the first layer
   */
  backward?(above: Microbatch | undefined, below: Microbatch | undefined, memory: M): void;
  /**
   * W: takes what this microbatch teaches, from what F and B left in `memory`.
   *
   * @returns  the samples that it learned from, where it leaves some out
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a layer that learns from all samples returns nothing
  gradient(input: Microbatch, memory: M): number | void;
  /** U: moves the weights by the mean of what the microbatches since the last U taught. */
  update(): void;
  /** F of a microbatch that only asks for predictions; what it learns later is the same with or without it. */
  predict(input: Microbatch, output: Microbatch): void;
  /** copies of what has been learned, by name */
  parameters(): Parameter[];
  /**
   * Starts from what `parameters()` of an equal layer gave.
   *
   * @throws {RangeError} where a parameter is missing or a shape differs
   */
  load(parameters: readonly Parameter[]): void;
  /** everything that changes while it learns, as copies; a layer without it can't be checkpointed */
  state?(): State;
  restore?(state: State): void;
  /** multiply-accumulates executed in matrix products so far */
  readonly macs: number;
  /** what the hardware that its tiles stand for has done so far; left out, or undefined, they stand for none */
  hardware?(): HardwareCounts | undefined;
  /** frees memory outside the JavaScript heap */
  dispose(): void;
}

/** One iteration of a layer that settles. Microbatches are the layer's during the call only. */
export interface SettlingTurn {
  /** iteration, 1 … last */
  readonly t: number;
  readonly last: number;
  /** what came in before the iterations: labels, and the activity of the layer below after its pass from the bottom up */
  readonly input: Microbatch;
  /** what the layer below sent at t − 1; `input` for the first layer */
  readonly below: Microbatch;
  /** what the layer above sent down at t − 1; undefined for the top layer */
  readonly above: Microbatch | undefined;
  /** where what the layer above reads at t + 1 goes, header filled; undefined for the top layer and at the last iteration */
  readonly output: Microbatch | undefined;
  /** where what the layer below reads at t + 1 goes, header filled; undefined for the first layer and at the last iteration */
  readonly down: Microbatch | undefined;
}

/** How a layer settles: it looks at both its neighbours again and again, each time at what they sent the time before. */
export interface Settling {
  /** iterations of a microbatch that is learned from, behind the pass from the bottom up, ≥ 1 */
  readonly learning: number;
  /** iterations of a prediction that tries every label; 0: `predict` alone predicts, in one pass from the bottom up */
  readonly predicting: number;
  /** what goes down is as wide as this layer's activity (`output`), or as the activity of the layer below (`input`) */
  readonly down: 'output' | 'input';
}

/** A layer's memory of one microbatch; its content is the layer's own business. */
export interface Memory {
  /** bytes of activations kept */
  readonly bytes: number;
}

/** What a layer is made with. */
export interface LayerContext extends Workplace {
  /** place in the pipeline, from 0 */
  readonly index: number;
  readonly input: Shape;
  readonly output: Shape;
  /** what comes down from the layer above, where the layer settles; left out for the top layer */
  readonly above?: Shape | undefined;
  readonly tiles: TileMaker;
  readonly optimiser: Optimiser;
  readonly negatives: Negatives | undefined;
  /** the stream `seed / layer <index>` */
  readonly random: Random;
  /** updates of the whole run, Infinity for a run without end */
  readonly horizon: number;
  /** the weights of B where they have been updated since the F of its microbatch; left out, those that the F read */
  readonly goesBackBy?: 'newest' | undefined;
  /** time on the pipeline's clock, in nanoseconds */
  clock(): number;
}

/** A plan for a layer: its module exports the three functions of `LayerModule`. */
export interface LayerPlan extends Plan<Layer, LayerContext> {
  readonly options: LayerOptions;
  /** `locally`, from what the layer sees, or `backward`, from gradients sent down */
  readonly learns: 'locally' | 'backward';
  /** `onePass` where the layer scores every label in a single pass; left out, it does not */
  readonly predicts?: 'onePass';
  /** what the layer needs where it is the first: an input with label pixels, to be told positive from negative, or without them; left out, either */
  readonly input?: 'labelled' | 'plain';
  /** learns from pairs of a sample and a negative image, too, both without a label; left out, it does not */
  readonly takesPairs?: true;
  /** whether the layer adds its activity to the features that a readout reads; left out, it does not */
  readonly collects?: boolean;
  /** `features` where the layer reads those that layers below it collected; left out, the activity of the layer below */
  readonly reads?: 'features';
  /** labels that the layer tells apart, where it is made for a number of them */
  readonly classes?: number;
  /** `error` where what goes down from a layer that learns backward is the error of the head, unchanged; left out, a gradient */
  readonly sends?: 'error';
  /** learns from some samples of a microbatch, and sends gradients down for those alone; left out, for all */
  readonly sendsChosen?: true;
  /** goes backward by gradients of some samples of a microbatch, too, and passes on which; left out, it needs all */
  readonly takesChosen?: true;
  /** settles over iterations with its neighbours; left out, one F is all */
  readonly settles?: Settling;
  /** rejects labels that are clamped above the top layer: it needs negatives, and no labels in its input */
  readonly clamps?: true;
  /** hands on what it makes of activity and judges nothing, between layers that learn: of whatever rule they are; left out, it does not */
  readonly relays?: true;
  /** sums its goodness on that of the layers below, which must do so too; left out, it keeps to its own */
  readonly collaborates?: true;
  /** tries a shortlist of a sample's labels in predictions by goodness, too; left out, all */
  readonly takesShortlist?: true;
  /** wants the activity that the layer above sent for the microbatch before; left out, nothing comes from above */
  readonly topDown?: true;
}

export interface LayerOptions {
  readonly [option: string]: unknown;
  readonly units: number;
  /** instead of the pipeline's */
  readonly optimiser?: OptimiserPlan | undefined;
}

export interface LayerModule {
  create(options: object, context: LayerContext): Layer | Promise<Layer>;
  /** what the layer sends on, given what it is sent */
  emits(options: object, input: Shape): Shape;
  /**
   * multiply-accumulates a sample that learning takes, from which work is shared out over workers
   *
   * @param above  what comes down to a layer that settles; left out for the top layer
   */
  cost(options: object, input: Shape, index: number, above?: Shape): number;
}
