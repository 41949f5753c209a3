import { plan } from '../core/plan.ts';
import type { Normalisation, NormalisationContext, NormalisationPlan } from './normalisation.ts';

/**
 * Each row at root mean square 1: ĥ = h / √(mean h²). Its direction goes on, its length does not.
 *
 * A unit sends its square to the sum over the layer, and gets the factor back. The sum is that of the goodness.
 *
 * @see Hinton 2022, section 2.1, and `ffnormrows.m` of its Matlab code
 */
export function length(): NormalisationPlan {
  return plan(import.meta.url, 'length');
}

/** Makes what `length()` plans. */
export function create(_options: unknown, { kernels, units }: NormalisationContext): Normalisation {
  return {
    name: 'length',
    apply: (h, squares, into, rows) => kernels.normalise(h, squares, into, rows, units),
    communication: { floats: 2, among: units },
  };
}
