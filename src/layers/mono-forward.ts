import { mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { blocks, passOn, type Shape } from '../data/microbatch.ts';
import { dropout } from '../kernels/kernel.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine } from './parts/affine.ts';
import { picker } from './parts/chosen/picked.ts';
import { checkOwnLoss, type LossKept, type OwnLossOptions, ownLoss } from './parts/own-loss.ts';

export interface MonoForwardOptions extends OwnLossOptions {
  /** outputs of the layer, D */
  readonly units: number;
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
  checkOwnLoss(options);
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

interface Kept extends Memory, LossKept {
  /** h, as the projection read it, then ∂L/∂z [rows × units] */
  readonly h: Float32Array;
}

export async function create(options: MonoForwardOptions, context: LayerContext): Promise<Layer<Kept>> {
  const { units, dropout: share = 0, normalise = true, scored = true } = options;
  const { arena, input: shape, kernels } = context;
  const own = affine(context, shape.width, units, 2);
  const loss = await ownLoss(context, units, options);
  const { projection } = loss;
  const drop = share > 0 ? dropout(share, units, context.random.fork('dropout'), context) : undefined;
  const pick = picker(context);
  const { state, restore } = joined({ affine: own, ...loss.stateful, ...(drop && { dropout: drop }) });
  const squares = arena.floats(shape.rows);
  /** ∂L/∂h: it holds nothing from one op to the next */
  const slopes = arena.floats(shape.rows * units);
  return {
    memory() {
      const h = arena.floats(shape.rows * units);
      const kept = loss.memory();
      return { h, ...kept, bytes: h.byteLength + kept.delta.byteLength };
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
      return loss.of(h, from.labels, kept);
    },
    figures: () => ({ accuracy: loss.accuracy }),
    gradient(from, kept) {
      const { choice } = kept;
      const rows = choice?.count ?? from.rows;
      const z = matrix(rows, units, kept.h);
      pick.rows(kept.h, choice, units);
      loss.gradient(z, kept, slopes);
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
      if (scored) loss.score(h, to.scores, from.purpose);
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
