import { must, mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { addBias, shareRight, softmaxCrossEntropy } from '../core/rows.ts';
import { joined } from '../core/state.ts';
import type { Purpose } from '../core/trace.ts';
import { blocks, passOn, type Shape } from '../data/microbatch.ts';
import { checkDropout } from '../kernels/kernel.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { SelectionPlan } from '../selections/selection.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine } from './parts/affine.ts';
import { type Choice, chooseByError, chooserOf, roomForChoice } from './parts/choice.ts';
import { picker } from './parts/picked.ts';
import { rectifiedStack } from './parts/rectified-stack.ts';

export interface BlockLocalOptions {
  /** outputs of each layer of the block, from its input on; a number alone is a block of one layer */
  readonly units: number | readonly number[];
  /** share of the units of each layer silenced at random for each row while learning: 0 or more, below 1; left out, 0 */
  readonly dropout?: number;
  /** sends the block's activity at root mean square 1, or as it is; left out, true. Inside the block it is never normalised */
  readonly normalise?: boolean;
  /** share of a target that is spread over all classes while learning, 0 or more and below 1; left out, 0 */
  readonly labelSmoothing?: number;
  /** counts this block's logits in predictions; left out, it does */
  readonly scored?: boolean;
  /** which samples the block learns from, by half the sum of |p − target| of each; B and W run on those alone; left out, all */
  readonly select?: SelectionPlan | undefined;
  readonly optimiser?: OptimiserPlan;
}

interface Options extends Omit<BlockLocalOptions, 'units'> {
  /** what the block sends */
  readonly units: number;
  /** outputs of the layers before its last */
  readonly inner: readonly number[];
}

/**
 * A block of layers h = max(0, x·W + b) that learns by backpropagation inside, from a softmax cross entropy of its own:
 * L = −ln softmax(h·V + c)[label] on the activity h of its last layer. No gradient leaves the block, so a block is one layer
 * of a stream. Blocks of one layer are Mono-Forward; one block of all layers is backprop.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Belilovsky, Eickenberg and Oyallon 2019, arXiv 1901.08164: decoupled greedy learning
 * @see Guo et al. 2024, arXiv 2411.12780: PPLL, blocks of layers on devices of their own
 */
export function blockLocal({ units, ...rest }: BlockLocalOptions): LayerPlan {
  const widths = typeof units === 'number' ? [units] : [...units];
  must(widths.length > 0, 'layers of a block', '1 or more', widths.length);
  for (const width of widths) mustBeWhole(width, 'units of a layer', 1);
  checkDropout(rest.dropout ?? 0);
  const { labelSmoothing = 0 } = rest;
  must(labelSmoothing >= 0 && labelSmoothing < 1, 'label smoothing', '0 or more and below 1', labelSmoothing);
  const last = widths[widths.length - 1];
  return {
    ...plan(import.meta.url, 'block-local'),
    options: { ...rest, units: last, inner: widths.slice(0, -1) },
    learns: 'locally',
    predicts: 'onePass',
    input: 'plain',
  };
}

export function emits({ units }: Options, input: Shape): Shape {
  return { ...input, width: units, streams: 1, candidates: 1, features: 0 };
}

/** Forward, input gradient and weight gradient of each layer and of the projection; the first layer needs no input gradient. */
export function cost({ units, inner }: Options, input: Shape): number {
  const [first, ...above] = [...inner, units];
  let below = first;
  let inside = 0;
  for (const width of above) {
    inside += below * width;
    below = width;
  }
  return input.width * first * 2 + inside * 3 + units * input.classes * 3;
}

interface Kept extends Memory {
  /** h of each layer, then ∂L/∂z [rows × units] */
  readonly h: readonly Float32Array[];
  /** δ of the logits, of the samples that the block learns from [rows × classes] */
  readonly delta: Float32Array;
  /** those samples, where some are left out */
  readonly choice: Choice | undefined;
}

export async function create(options: Options, context: LayerContext): Promise<Layer<Kept>> {
  const { units, inner, dropout = 0, normalise = true, scored = true, labelSmoothing } = options;
  const { arena, input: shape, kernels } = context;
  const { classes } = shape;
  must(classes >= 2, 'classes', '2 or more, to be told apart', classes);
  const widths = [...inner, units];
  const stack = rectifiedStack(context, widths, dropout);
  // V ~ N(0, 1 / D), as in Mono-Forward, and as in the head of a backprop pipeline
  const random = context.random.fork('projection');
  const projection = affine({ ...context, random }, units, classes, 1, `layer${context.index}.projection`);
  const chooser = await chooserOf(options.select, context);
  const pick = picker(context);
  const { state, restore } = joined({ stack, projection, ...(chooser && { selection: chooser }) });
  /** ∂L/∂h of a layer: it holds nothing from one op to the next */
  const slope = arena.floats(shape.rows * Math.max(...widths));
  /** activities of the inner layers, and logits, of a prediction */
  const seen = inner.map((width) => arena.floats(shape.rows * width));
  const opinion = arena.floats(shape.rows * classes);
  let accuracy = 0;
  const project = (h: Matrix, z: Matrix, purpose: Purpose): void => {
    projection.tile.read(h, z, purpose);
    addBias(z, projection.bias);
  };
  return {
    memory() {
      const h = stack.memory();
      const delta = arena.floats(shape.rows * classes);
      const choice = chooser && roomForChoice(arena, shape.rows);
      return {
        h,
        delta,
        choice,
        bytes: h.reduce((sum, { byteLength }) => sum + byteLength, delta.byteLength),
      };
    },
    forward(from, to, kept) {
      const { rows, labels, purpose } = from;
      stack.read(blocks(from, 0, 1), kept.h, purpose, true);
      const h = matrix(rows, units, kept.h[inner.length]);
      if (to) {
        passOn(from, to);
        const sent = blocks(to, 0, 1).data;
        if (normalise) kernels.normalise(h.data, stack.squares, sent, rows, units);
        else sent.set(h.data.subarray(0, rows * units));
      }
      const delta = matrix(rows, classes, kept.delta);
      project(h, delta, purpose);
      accuracy = shareRight(delta, labels);
      const loss = softmaxCrossEntropy(delta, labels, labelSmoothing);
      if (chooser && kept.choice) chooseByError(chooser, delta, kept.choice);
      return loss;
    },
    figures: () => ({ accuracy }),
    gradient(from, { h, delta: data, choice }) {
      const rows = choice?.count ?? from.rows;
      for (const [k, activity] of h.entries()) pick.rows(activity, choice, widths[k]);
      const delta = matrix(rows, classes, data);
      projection.correlate(matrix(rows, units, h[inner.length]), delta);
      // back through dropout, whose factor the few logits take more cheaply than the units
      for (let i = 0; i < rows * classes; i++) data[i] /= 1 - dropout;
      if (rows > 0) projection.tile.readBack(delta, matrix(rows, units, slope));
      stack.correlate(blocks(pick.input(from, choice, 1), 0, 1), h, slope);
      return choice?.count;
    },
    update() {
      stack.update();
      projection.update();
    },
    predict(from, to) {
      const { rows, purpose } = from;
      passOn(from, to);
      const h = blocks(to, 0, 1);
      stack.read(blocks(from, 0, 1), [...seen, h.data], purpose, false);
      if (scored) {
        project(h, matrix(rows, classes, opinion), purpose);
        for (let i = 0; i < rows * classes; i++) to.scores[i] += opinion[i];
      }
      if (normalise) kernels.normalise(h.data, stack.squares, h.data, rows, units);
    },
    parameters: () => [...stack.parameters(), ...projection.parameters()],
    load(parameters) {
      stack.load(parameters);
      projection.load(parameters);
    },
    state,
    restore,
    get macs() {
      return stack.macs + projection.tile.macs;
    },
    hardware() {
      const own = projection.tile.counts?.();
      const parts = own === undefined ? stack.counts : [...stack.counts, own];
      return parts.length > 0 ? sumOf(parts) : undefined;
    },
    dispose() {
      stack.dispose();
      projection.dispose();
    },
  };
}
