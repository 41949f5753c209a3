import { must, mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { addBias, shareRight, softmaxCrossEntropy } from '../core/rows.ts';
import { joined } from '../core/state.ts';
import type { Purpose } from '../core/trace.ts';
import { blocks, passOn, type Shape } from '../data/microbatch.ts';
import { checkDropout, dropout } from '../kernels/kernel.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { SelectionPlan } from '../selections/selection.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine } from './parts/affine.ts';
import { type Choice, chooseByError, chooserOf, roomForChoice } from './parts/choice.ts';
import { picker } from './parts/picked.ts';

export interface MonoForwardOptions {
  /** outputs of the layer, D */
  readonly units: number;
  /** share of the units silenced at random for each row while learning, the rest scaled up: 0 or more, below 1; left out, 0 */
  readonly dropout?: number;
  /** sends the activity at root mean square 1, or as it is; left out, true */
  readonly normalise?: boolean;
  /** share of a target that is spread over all classes while learning, 0 or more and below 1; left out, 0 */
  readonly labelSmoothing?: number;
  /** counts this layer's logits in predictions; left out, it does */
  readonly scored?: boolean;
  /** which samples W learns from, by half the sum of |p − target| of each; left out, all */
  readonly select?: SelectionPlan | undefined;
  readonly optimiser?: OptimiserPlan;
}

/**
 * A Mono-Forward layer: h = max(0, x·W + b) learns to tell the classes apart through a projection of its own,
 * L = −ln softmax(h·V + c)[label]. With δ = ∂L/∂(h·V + c): ∂L/∂V = hᵀδ, ∂L/∂z = (δVᵀ) ⊙ [h > 0], ∂L/∂W = xᵀ ∂L/∂z.
 * With label smoothing s the target is 1 − s on the label and s / classes more on every class, as in
 * `softmaxCrossEntropy`. Nothing comes from above and nothing goes down; there are no negatives, and one pass predicts.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Gong, Li and Abdulla 2025, arXiv 2501.09238
 */
export function monoForward(options: MonoForwardOptions): LayerPlan {
  mustBeWhole(options.units, 'units of a layer', 1);
  checkDropout(options.dropout ?? 0);
  const { labelSmoothing = 0 } = options;
  must(labelSmoothing >= 0 && labelSmoothing < 1, 'label smoothing', '0 or more and below 1', labelSmoothing);
  return {
    ...plan(import.meta.url, 'mono-forward'),
    options: { ...options },
    learns: 'locally',
    predicts: 'onePass',
    input: 'plain',
  };
}

export function emits({ units }: MonoForwardOptions, input: Shape): Shape {
  return { ...input, width: units, streams: 1, candidates: 1, features: 0 };
}

/** Forward product and weight gradient of the layer; forward, input gradient and weight gradient of its projection. */
export function cost({ units }: MonoForwardOptions, input: Shape): number {
  return input.width * units * 2 + units * input.classes * 3;
}

interface Kept extends Memory {
  /** h, as the projection read it, then ∂L/∂z [rows × units] */
  readonly h: Float32Array;
  /** δ of the logits, of the samples that W learns from [rows × classes] */
  readonly delta: Float32Array;
  /** those samples, where some are left out */
  readonly choice: Choice | undefined;
}

export async function create(options: MonoForwardOptions, context: LayerContext): Promise<Layer<Kept>> {
  const { units, dropout: share = 0, normalise = true, scored = true, labelSmoothing } = options;
  const { arena, input: shape, kernels } = context;
  const { classes } = shape;
  must(classes >= 2, 'classes', '2 or more, to be told apart', classes);
  const own = affine(context, shape.width, units, 2);
  // V ~ N(0, 1 / D): from V = 0 the first step has no gradient and the next ones a faint one, and MNIST is learned less well
  const random = context.random.fork('projection');
  const name = `layer${context.index}.projection`;
  const projection = affine({ ...context, random }, units, classes, 1, name);
  const drop = share > 0 ? dropout(share, units, context.random.fork('dropout'), context) : undefined;
  const chooser = await chooserOf(options.select, context);
  const pick = picker(context);
  const { state, restore } = joined({
    affine: own,
    projection,
    ...(drop && { dropout: drop }),
    ...(chooser && { selection: chooser }),
  });
  const squares = arena.floats(shape.rows);
  /** ∂L/∂h: it holds nothing from one op to the next */
  const slopes = arena.floats(shape.rows * units);
  /** logits of a prediction */
  const opinion = arena.floats(shape.rows * classes);
  let accuracy = 0;
  const project = (h: Matrix, z: Matrix, purpose: Purpose): void => {
    projection.tile.read(h, z, purpose);
    addBias(z, projection.bias);
  };
  return {
    memory() {
      const h = arena.floats(shape.rows * units);
      const delta = arena.floats(shape.rows * classes);
      const choice = chooser && roomForChoice(arena, shape.rows);
      return { h, delta, choice, bytes: h.byteLength + delta.byteLength };
    },
    forward(from, to, kept) {
      const h = matrix(from.rows, units, kept.h);
      own.tile.read(blocks(from, 0, 1), h, from.purpose);
      kernels.rectify(h.data, own.bias, squares, h.rows, units);
      drop?.apply(h.data, squares, 1, h.rows);
      if (to) {
        passOn(from, to);
        const sent = blocks(to, 0, 1);
        if (normalise) kernels.normalise(h.data, squares, sent.data, h.rows, units);
        else sent.data.set(h.data.subarray(0, from.rows * units));
      }
      const delta = matrix(from.rows, classes, kept.delta);
      project(h, delta, from.purpose);
      accuracy = shareRight(delta, from.labels);
      const loss = softmaxCrossEntropy(delta, from.labels, labelSmoothing);
      if (chooser && kept.choice) chooseByError(chooser, delta, kept.choice);
      return loss;
    },
    figures: () => ({ accuracy }),
    gradient(from, kept) {
      const { choice } = kept;
      const rows = choice?.count ?? from.rows;
      const delta = matrix(rows, classes, kept.delta);
      const z = matrix(rows, units, kept.h);
      pick.rows(kept.h, choice, units);
      projection.correlate(z, delta);
      // back through dropout, whose factor the few logits take more cheaply than the units, and through ReLU
      for (let i = 0; i < rows * classes; i++) delta.data[i] /= 1 - share;
      if (rows > 0) projection.tile.readBack(delta, matrix(rows, units, slopes));
      kernels.gate(kept.h, slopes, rows * units);
      own.correlate(blocks(pick.input(from, choice, 1), 0, 1), z);
      return choice?.count;
    },
    update() {
      own.update();
      projection.update();
    },
    predict(from, to) {
      passOn(from, to);
      const h = blocks(to, 0, 1);
      own.tile.read(blocks(from, 0, 1), h, from.purpose);
      kernels.rectify(h.data, own.bias, squares, h.rows, units);
      if (scored) {
        project(h, matrix(from.rows, classes, opinion), from.purpose);
        for (let i = 0; i < from.rows * classes; i++) to.scores[i] += opinion[i];
      }
      if (normalise) kernels.normalise(h.data, squares, h.data, h.rows, units);
    },
    parameters: () => [...own.parameters(), ...projection.parameters()],
    load(parameters) {
      own.load(parameters);
      projection.load(parameters);
    },
    state,
    restore,
    get macs() {
      return own.tile.macs + projection.tile.macs;
    },
    hardware() {
      const all = [own.tile.counts?.(), projection.tile.counts?.()];
      const parts = all.filter((counts) => counts !== undefined);
      return parts.length > 0 ? sumOf(parts) : undefined;
    },
    dispose() {
      own.dispose();
      projection.dispose();
    },
  };
}
