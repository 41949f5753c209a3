import { must, mustBeWhole } from '../core/check.ts';
import { sumOf } from '../core/counts.ts';
import { matrix } from '../core/matrix.ts';
import { plan } from '../core/plan.ts';
import { arrays, joined, together } from '../core/state.ts';
import { blocks, type Shape } from '../data/microbatch.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { Layer, LayerContext, LayerPlan, Memory } from './layer.ts';
import { affine } from './parts/affine.ts';
import { type Choice, passChoice, roomForChoice, takeChoice } from './parts/chosen/choice.ts';
import { picker } from './parts/chosen/picked.ts';
import { rectified } from './parts/rectified.ts';

export interface DirectFeedbackOptions {
  /** outputs of the layer, D, at least the number of classes */
  readonly units: number;
  /** keeps its weights and biases as they are made: a layer of random features below a head that learns; left out, it learns */
  readonly frozen?: boolean;
  readonly optimiser?: OptimiserPlan;
}

/**
 * A hidden layer that learns by direct feedback alignment: h = max(0, x·W + b); the error of the head e = ∂L/∂logits comes
 * down unchanged in the first `classes` columns, δ = (e·B) ⊙ [h > 0] with a fixed random B [classes × units] of the run's
 * seed, ∂L/∂W ≈ xᵀδ, and e goes down as it came. It reads no weights backward. B ~ N(0, 1 / units), so that δ begins as
 * great as under a fresh head's weights. The head must send its error: `crossEntropyHead({ sends: 'error' })`.
 *
 * @throws {RangeError} when units is not a whole number, 1 or more; where it is planned into a pipeline, fewer than the classes
 * @see Nøkland 2016, arXiv 1609.01596
 */
export function directFeedback(options: DirectFeedbackOptions): LayerPlan {
  mustBeWhole(options.units, 'units of a layer', 1);
  return {
    ...plan(import.meta.url, 'direct-feedback'),
    options: { ...options },
    learns: 'backward',
    input: 'plain',
    sends: 'error',
    takesChosen: true,
  };
}

export function emits({ units }: DirectFeedbackOptions, input: Shape): Shape {
  must(
    units >= input.classes,
    'units of a direct-feedback layer',
    `${input.classes} or more, as there are classes`,
    units,
  );
  return { ...input, width: units };
}

/** Forward, weight gradient, and the error through B; frozen, forward alone. */
export function cost({ units, frozen }: DirectFeedbackOptions, input: Shape): number {
  return units * (frozen ? input.width : 2 * input.width + input.classes);
}

interface Kept extends Memory {
  /** h, then δ of the samples that W learns from [rows × units] */
  readonly h: Float32Array;
  /** those samples, as the error from above says */
  readonly choice: Choice;
  /** between F and B */
  waits: boolean;
}

export function create({ units, frozen = false }: DirectFeedbackOptions, context: LayerContext): Layer<Kept> {
  const { arena, input: shape, kernels } = context;
  const { classes } = shape;
  const own = affine(context, shape.width, units, 2);
  const pick = picker(context);
  const half = rectified(own, context, units);
  const draw = context.random.fork('feedback');
  /** B [classes × units] */
  const feedback = Float32Array.from({ length: classes * units }, () => draw.normal() / Math.sqrt(units));
  /** e·B: it holds nothing from one op to the next [rows × units] */
  const slopes = arena.floats(shape.rows * units);
  // another seed has another B: it belongs to what was learned through it
  const { state, restore } = together(arrays({ feedback }), joined({ affine: own }));
  const fed = { macs: 0, stored: 0 };
  return {
    memory() {
      const h = arena.floats(shape.rows * units);
      return { h, choice: roomForChoice(arena, shape.rows), waits: false, bytes: h.byteLength };
    },
    forward(from, to, kept) {
      kept.waits = true;
      kept.choice.rows = from.rows;
      half.forward(from, to, kept.h);
      return undefined;
    },
    backward(above, below, kept) {
      if (above === undefined)
        throw new TypeError('a direct-feedback layer must have a layer above it that makes the loss');
      if (!kept.waits)
        throw new RangeError('B needs a microbatch whose F has run and whose B has not; got another');
      kept.waits = false;
      const { rows, activity } = above;
      const { choice } = kept;
      takeChoice(above, choice.rows, choice);
      if (below) {
        passChoice(choice, below);
        const { width } = below.shape;
        below.activity.fill(0, 0, rows * width);
        for (let r = 0; r < rows; r++)
          below.activity.set(activity.subarray(r * units, r * units + classes), r * width);
      }
      if (frozen) return;
      slopes.fill(0, 0, rows * units);
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < classes; c++) {
          const error = activity[r * units + c];
          for (let j = 0; j < units; j++) slopes[r * units + j] += error * feedback[c * units + j];
        }
      pick.rows(kept.h, choice, units);
      kernels.gate(kept.h, slopes, rows * units);
      fed.macs += rows * classes * units;
      fed.stored += rows * shape.width;
    },
    gradient(from, { h, choice }) {
      if (frozen) return;
      const chosen = pick.input(from, choice, 1);
      own.correlate(blocks(chosen, 0, 1), matrix(chosen.rows, units, h));
      return chosen === from ? undefined : choice.count;
    },
    update() {
      if (!frozen) own.update();
    },
    predict: half.predict,
    parameters: own.parameters,
    load: own.load,
    state,
    restore,
    get macs() {
      return own.tile.macs + fed.macs;
    },
    /** e·B is digital work, and x is kept for it, as for a reading back */
    hardware() {
      const counts = own.tile.counts?.();
      if (counts === undefined) return undefined;
      return sumOf([counts, { 'back/macs': fed.macs, 'back/stored': fed.stored }]);
    },
    dispose: () => own.dispose(),
  };
}
