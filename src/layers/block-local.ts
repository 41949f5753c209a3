import { must, mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { blocks, passOn, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { picker } from './parts/chosen/picked.ts';
import { checkOwnLoss, type LossKept, type OwnLossOptions, ownLoss } from './parts/own-loss.ts';
import { rectifiedStack } from './parts/rectified-stack.ts';

export interface BlockLocalOptions extends OwnLossOptions {
  /** outputs of each layer of the block, from its input on; a number alone is a block of one layer. Inside, nothing is normalised */
  readonly units: number | readonly number[];
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
  checkOwnLoss(rest);
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

interface Kept extends Memory, LossKept {
  /** h of each layer, then ∂L/∂z [rows × units] */
  readonly h: readonly Float32Array[];
}

export async function create(options: Options, context: LayerContext): Promise<Layer<Kept>> {
  const { units, inner, dropout = 0, normalise = true, scored = true } = options;
  const { arena, input: shape, kernels } = context;
  const widths = [...inner, units];
  const stack = rectifiedStack(context, widths, dropout);
  const loss = await ownLoss(context, units, options);
  const { projection } = loss;
  const pick = picker(context);
  const { state, restore } = joined({ stack, ...loss.stateful });
  /** ∂L/∂h of a layer: it holds nothing from one op to the next */
  const slope = arena.floats(shape.rows * Math.max(...widths));
  /** activities of the inner layers of a prediction */
  const seen = inner.map((width) => arena.floats(shape.rows * width));
  return {
    memory() {
      const h = stack.memory();
      const kept = loss.memory();
      const bytes = h.reduce((sum, { byteLength }) => sum + byteLength, kept.delta.byteLength);
      return { h, ...kept, bytes };
    },
    forward(from, to, kept) {
      const { rows } = from;
      stack.read(blocks(from, 0, 1), kept.h, from.purpose, true);
      const h = matrix(rows, units, kept.h[inner.length]);
      if (to) {
        passOn(from, to);
        const sent = blocks(to, 0, 1).data;
        if (normalise) kernels.normalise(h.data, stack.squares, sent, rows, units);
        else sent.set(h.data.subarray(0, rows * units));
      }
      return loss.of(h, from.labels, kept);
    },
    figures: () => ({ accuracy: loss.accuracy }),
    gradient(from, kept) {
      const { h, choice } = kept;
      for (const [k, activity] of h.entries()) pick.rows(activity, choice, widths[k]);
      loss.gradient(matrix(choice?.count ?? from.rows, units, h[inner.length]), kept, slope);
      stack.correlate(blocks(pick.input(from, choice, 1), 0, 1), h, slope);
      return choice?.count;
    },
    update() {
      stack.update();
      projection.update();
    },
    predict(from, to) {
      passOn(from, to);
      const h = blocks(to, 0, 1);
      stack.read(blocks(from, 0, 1), [...seen, h.data], from.purpose, false);
      if (scored) loss.score(h, to.scores, from.purpose);
      if (normalise) kernels.normalise(h.data, stack.squares, h.data, from.rows, units);
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
