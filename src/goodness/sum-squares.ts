import { plan } from '../core/plan.ts';
import type { Goodness, GoodnessPlan } from './goodness.ts';

/** Sum goodness, g = Σⱼ hⱼ², as Hinton writes it; his θ is then the number of units. */
export function sumSquares(): GoodnessPlan {
  return plan(import.meta.url, 'sum of squares');
}

export function create(): Goodness {
  return { name: 'sum of squares', weight: () => 1 };
}
