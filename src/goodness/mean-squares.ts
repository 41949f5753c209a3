import { plan } from '../core/plan.ts';
import type { Goodness, GoodnessPlan } from './goodness.ts';

/** Mean goodness, g = (1/n) Σⱼ hⱼ²: the same θ and α fit layers of any width. */
export function meanSquares(): GoodnessPlan {
  return plan(import.meta.url, 'mean of squares');
}

export function create(): Goodness {
  return { name: 'mean of squares', weight: (units) => 1 / units };
}
