import { mustBeWhole } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { blocks, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine, type Reading } from './parts/affine.ts';
import { type Choice, passChoice, roomForChoice, takeChoice } from './parts/chosen/choice.ts';
import { picker } from './parts/chosen/picked.ts';
import { rectified } from './parts/rectified.ts';

export interface BackpropOptions {
  /** outputs of the layer, D */
  readonly units: number;
  readonly optimiser?: OptimiserPlan;
}

/**
 * A hidden layer that learns by backpropagation: h = max(0, x·W + b); given ∂L/∂h from above, δ = ∂L/∂h ⊙ [h > 0],
 * ∂L/∂W = xᵀδ, and ∂L/∂x = δWᵀ goes down.
 *
 * @throws {RangeError} when units is not a whole number, 1 or more
 */
export function backprop(options: BackpropOptions): LayerPlan {
  mustBeWhole(options.units, 'units of a layer', 1);
  return {
    ...plan(import.meta.url, 'backprop'),
    options: { ...options },
    learns: 'backward',
    input: 'plain',
    takesChosen: true,
  };
}

export function emits({ units }: BackpropOptions, input: Shape): Shape {
  return { ...input, width: units };
}

/** Forward, input gradient and weight gradient; the first layer needs no input gradient. */
export function cost({ units }: BackpropOptions, input: Shape, index: number): number {
  return input.width * units * (index === 0 ? 2 : 3);
}

interface Kept extends Memory {
  /** h, then δ of the samples that W learns from [rows × units] */
  readonly h: Float32Array;
  /** those samples, as the gradient from above says */
  readonly choice: Choice;
  /** the weights it went forward with, until B */
  read: Reading | undefined;
}

/** @param own  weights and biases; left out, those of a unit for every input */
export function create(
  { units }: BackpropOptions,
  context: LayerContext,
  own = affine(context, context.input.width, units, 2),
): Layer<Kept> {
  const { arena, input: shape, kernels } = context;
  const pick = picker(context);
  const half = rectified(own, context, units);
  return {
    memory() {
      const h = arena.floats(shape.rows * units);
      return { h, choice: roomForChoice(arena, shape.rows), read: undefined, bytes: h.byteLength };
    },
    forward(from, to, kept) {
      kept.read = own.hold();
      kept.choice.rows = from.rows;
      half.forward(from, to, kept.h);
      return undefined;
    },
    backward(above, below, kept) {
      const { h, choice } = kept;
      if (above === undefined)
        throw new TypeError('a backprop layer must have a layer above it that makes the loss');
      const { rows, activity } = above;
      takeChoice(above, choice.rows, choice);
      pick.rows(h, choice, units);
      kernels.gate(h, activity, rows * units);
      if (below) passChoice(choice, below);
      own.readBack(kept.read, matrix(rows, units, h), below && blocks(below, 0, 1));
      kept.read = undefined;
    },
    gradient(from, { h, choice }) {
      const chosen = pick.input(from, choice, 1);
      own.correlate(blocks(chosen, 0, 1), matrix(chosen.rows, units, h));
      return chosen === from ? undefined : choice.count;
    },
    update: () => own.update(),
    predict: half.predict,
    parameters: own.parameters,
    load: own.load,
    state: own.state,
    restore: own.restore,
    get macs() {
      return own.tile.macs;
    },
    hardware: () => own.tile.counts?.(),
    dispose: () => own.dispose(),
  };
}
