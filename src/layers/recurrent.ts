import { must, mustBeShare, mustBeWhole } from '../core/check.ts';
import { make, plan } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import type { Goodness } from '../goodness/goodness.ts';
import { meanSquares } from '../goodness/mean-squares.ts';
import type { Loss } from '../losses/loss.ts';
import { symba } from '../losses/symba.ts';
import type { Layer, LayerContext, LayerPlan } from './layer.ts';
import type { FilledRecurrent, RecurrentOptions } from './parts/recurrent/options.ts';
import { type RecurrentKept, recurrentLayer } from './parts/recurrent/recurrent-layer.ts';

export type { RecurrentOptions } from './parts/recurrent/options.ts';

/**
 * A recurrent Forward-Forward layer: it settles between the layers below and above, with the label clamped above the top one.
 *
 *     h(0) = max(0, x̂(0)·U + b)                                        from the bottom up
 *     h(t) = d · h(t−1) + (1 − d) · max(0, x̂(t−1)·U + ŷ(t−1)·V + b)    all layers at once
 *
 * x̂ is the activity of the layer below, for the first layer the image, and ŷ that of the layer above, for the top layer the
 * label, one-hot; both at root mean square 1. At each iteration that teaches goodness is high for the true label and low for a wrong one, by a
 * loss of the layer's own: ∂L/∂z = ∂L/∂g · 2 · weight · h(t) · (1 − d) where the ReLU is open. What was there at t − 1 counts as constant.
 *
 * A label is predicted by the goodness of all layers over the iterations scored, summed.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 3.5: damping 0.3, 8 iterations, of which 3 to 5 are scored
 */
export function recurrent(options: RecurrentOptions): LayerPlan {
  const { units, damping = 0.3, learned = [1, 8], scored = [3, 5], feedback = true } = options;
  mustBeWhole(units, 'units of a layer', 1);
  mustBeShare(damping, 'damping');
  must(damping < 1, 'damping', 'below 1', damping);
  mustBeSpan(learned, 'learned');
  mustBeSpan(scored, 'scored');
  const filled = { goodness: meanSquares(), loss: symba(), ...options };
  return {
    ...plan(import.meta.url, 'recurrent'),
    options: { ...filled, damping, learned, scored, feedback },
    learns: 'locally',
    clamps: true,
    settles: { learning: learned[1], predicting: scored[1], down: 'output' },
  };
}

function mustBeSpan([first, last]: readonly [number, number], name: string): void {
  mustBeWhole(first, `first iteration ${name}`, 1);
  mustBeWhole(last, `last iteration ${name}`, first);
}

export function emits({ units }: FilledRecurrent, input: Shape): Shape {
  return { ...input, width: units, streams: 2, candidates: input.classes, features: 0 };
}

/**
 * The image and the pass from the bottom up drive both rows of a sample alike, and cost one product. From iteration 2 on every
 * row is read from below and above; every iteration that teaches has both gradients, but what is clamped is the same in all.
 */
export function cost(
  { units, learned: [first, last], feedback }: FilledRecurrent,
  input: Shape,
  index: number,
  above?: Shape,
): number {
  const reads = 2 * last - 1;
  const taught = 2 * (last - first + 1);
  const up = index === 0 ? 2 : reads + taught;
  const down = feedback ? (above?.width ?? 0) * (reads + taught) : 0;
  return units * (input.width * up + (above === undefined ? 4 * input.classes : down));
}

export async function create(options: FilledRecurrent, context: LayerContext): Promise<Layer<RecurrentKept>> {
  const goodness = await make<Goodness>(options.goodness);
  const loss = await make<Loss>(options.loss);
  return recurrentLayer(options, context, { weight: goodness.weight(options.units), loss });
}
