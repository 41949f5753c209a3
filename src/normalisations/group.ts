import { must, mustBeWhole } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Normalisation, NormalisationContext, NormalisationPlan } from './normalisation.ts';

export interface GroupOptions {
  /** units side by side that are scaled together, a divisor of the layer's units; left out, 10 */
  readonly size?: number;
}

/**
 * Each group of units at root mean square 1, by itself: ĥ = h / √(mean of h² over the group). A unit needs to know its
 * neighbours only. How the activity is spread within each group goes on; how much of it there is in each does not.
 *
 * @throws {RangeError} when the size is no whole number, 1 or more
 * @see Wu and He 2018, Group normalization, without subtraction of the mean
 */
export function group({ size = 10 }: GroupOptions = {}): NormalisationPlan {
  mustBeWhole(size, 'size of a group', 1, 'units');
  return plan(import.meta.url, 'group', { size });
}

/** Makes what `group()` plans. */
export function create(
  { size }: Required<GroupOptions>,
  { arena, kernels, units, rows: most }: NormalisationContext,
): Normalisation {
  must(units % size === 0, 'size of a group', `a divisor of the layer's ${units} units`, size);
  const groups = units / size;
  const own = arena.floats(most * groups);
  return {
    name: 'group',
    apply(h, _squares, into, rows) {
      kernels.squares(h, own, rows * groups, size);
      kernels.normalise(h, own, into, rows * groups, size);
    },
    communication: { floats: size === 1 ? 0 : 2, among: size },
  };
}
