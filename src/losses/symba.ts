import { mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { type Loss, type LossPlan, sigmoid, softplus } from './loss.ts';

export interface SymbaOptions {
  /** sharpness of the comparison, per unit of goodness, > 0 */
  readonly alpha?: number;
}

/**
 * Pairwise loss of a positive and a negative of the same image: L = softplus(−α (g⁺ − g⁻)). It has no threshold.
 *
 * @param options  `alpha`: 25, for mean goodness
 * @throws {RangeError} when α is not above 0
 * @see Lee and Song 2023, SymBa
 */
export function symba({ alpha = 25 }: SymbaOptions = {}): LossPlan {
  mustBePositive(alpha, 'alpha');
  return plan(import.meta.url, 'symba', { alpha });
}

export function create({ alpha }: { alpha: number }): Loss {
  return {
    name: 'symba',
    alpha,
    slopes(positive, negative, rows, dPositive, dNegative) {
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const u = -alpha * (positive[i] - negative[i]);
        const slope = alpha * sigmoid(u);
        dPositive[i] = -slope;
        dNegative[i] = slope;
        loss += softplus(u);
      }
      return loss;
    },
  };
}
