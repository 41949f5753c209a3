import { plan } from '../../src/core/plan.ts';
import type { Loss, LossPlan } from '../../src/losses/loss.ts';

/** A loss that leaves negative rows alone and lifts each positive one alike: ∂L/∂g⁺ = −½, so that ∂L/∂z = −weight · h. */
export function positiveOnly(): LossPlan {
  return plan(import.meta.url, 'positive only');
}

export function create(): Loss {
  return {
    name: 'positive only',
    alpha: 1,
    slopes(_positive, _negative, rows, dPositive, dNegative) {
      dPositive.fill(-0.5, 0, rows);
      dNegative.fill(0, 0, rows);
      return 0;
    },
  };
}
