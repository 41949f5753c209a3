import { must } from '../../core/check.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import { addBias, shareRight, softmaxCrossEntropy } from '../../core/rows.ts';
import type { Stateful } from '../../core/state.ts';
import type { Purpose } from '../../core/trace.ts';
import { checkDropout } from '../../kernels/kernel.ts';
import type { SelectionPlan } from '../../selections/selection.ts';
import type { LayerContext } from '../layer.ts';
import { type Affine, affine } from './affine.ts';
import { type Choice, chooseByError, chooserOf, roomForChoice } from './chosen/choice.ts';

/** What layers have that learn from a cross-entropy of their own. */
export interface OwnLossOptions {
  /** share of the units silenced at random for each row while learning, the rest scaled up: 0 or more, below 1; left out, 0 */
  readonly dropout?: number;
  /** sends the activity at root mean square 1, or as it is; left out, true */
  readonly normalise?: boolean;
  /** share of a target that is spread over all classes while learning, 0 or more and below 1; left out, 0 */
  readonly labelSmoothing?: number;
  /** counts the layer's logits in predictions; left out, it does */
  readonly scored?: boolean;
  /** which samples W learns from, by half the sum of |p − target| of each; left out, all */
  readonly select?: SelectionPlan | undefined;
}

/** @throws {RangeError} when an option is out of its range */
export function checkOwnLoss({ dropout = 0, labelSmoothing = 0 }: OwnLossOptions): void {
  checkDropout(dropout);
  must(labelSmoothing >= 0 && labelSmoothing < 1, 'label smoothing', '0 or more and below 1', labelSmoothing);
}

/** What the loss of one microbatch left for its W. */
export interface LossKept {
  /** δ of the logits, of the samples that W learns from [rows × classes] */
  readonly delta: Float32Array;
  /** those samples, where some are left out */
  readonly choice: Choice | undefined;
}

/**
 * A layer's own judge: a projection of its activity to the classes, and the loss on that, L = −ln softmax(h·V + c)[label]. With
 * δ = ∂L/∂(h·V + c): ∂L/∂V = hᵀδ and ∂L/∂h = δVᵀ.
 */
export interface OwnLoss {
  /** V and c */
  readonly projection: Affine;
  /** what changes while it learns, by name */
  readonly stateful: Readonly<Record<string, Stateful>>;
  /** share of the last microbatch's samples whose label had the greatest logit */
  readonly accuracy: number;
  memory(): LossKept;
  /** @returns the mean loss; what W learns from is chosen */
  of(h: Matrix, labels: Uint16Array, kept: LossKept): number;
  /**
   * Takes what the samples chosen teach V and c.
   *
   * @param h       their activity [count × units]
   * @param slopes  receives their ∂L/∂h, divided by what dropout keeps [count × units]
   */
  gradient(h: Matrix, kept: LossKept, slopes: Float32Array): void;
  /** Adds the logits of a prediction to the scores [rows × classes]. */
  score(h: Matrix, scores: Float32Array, purpose: Purpose): void;
}

export async function ownLoss(
  context: LayerContext,
  units: number,
  { dropout = 0, labelSmoothing, select }: OwnLossOptions,
): Promise<OwnLoss> {
  const { arena, input: shape } = context;
  const { classes } = shape;
  must(classes >= 2, 'classes', '2 or more, to be told apart', classes);
  // V ~ N(0, 1 / D): from V = 0 the first step has no gradient and the next ones a faint one, and MNIST is learned less well
  const random = context.random.fork('projection');
  const projection = affine({ ...context, random }, units, classes, 1, `layer${context.index}.projection`);
  const chooser = await chooserOf(select, context);
  const opinion = arena.floats(shape.rows * classes);
  let accuracy = 0;
  const project = (h: Matrix, z: Matrix, purpose?: Purpose): void => {
    projection.tile.read(h, z, purpose);
    addBias(z, projection.bias);
  };
  return {
    projection,
    stateful: { projection, ...(chooser && { selection: chooser }) },
    get accuracy() {
      return accuracy;
    },
    memory: () => ({
      delta: arena.floats(shape.rows * classes),
      choice: chooser && roomForChoice(arena, shape.rows),
    }),
    of(h, labels, kept) {
      const delta = matrix(h.rows, classes, kept.delta);
      project(h, delta);
      accuracy = shareRight(delta, labels);
      const loss = softmaxCrossEntropy(delta, labels, labelSmoothing);
      if (chooser && kept.choice) chooseByError(chooser, delta, kept.choice);
      return loss;
    },
    gradient(h, kept, slopes) {
      const delta = matrix(h.rows, classes, kept.delta);
      projection.correlate(h, delta);
      // back through dropout, whose factor the few logits take more cheaply than the units
      for (let i = 0; i < h.rows * classes; i++) delta.data[i] /= 1 - dropout;
      if (h.rows > 0) projection.tile.readBack(delta, matrix(h.rows, units, slopes));
    },
    score(h, scores, purpose) {
      project(h, matrix(h.rows, classes, opinion), purpose);
      for (let i = 0; i < h.rows * classes; i++) scores[i] += opinion[i];
    },
  };
}
