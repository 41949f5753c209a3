import { mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { type Loss, type LossPlan, sigmoid } from './loss.ts';

export interface SwishOptions {
  /** sharpness of the comparison, per unit of goodness, > 0 */
  readonly alpha?: number;
}

/**
 * Pairwise loss of a positive and a negative of the same image: L = u · σ(u) with u = −α (g⁺ − g⁻), Swish-SymBa.
 *
 * Like SymBa it rises in proportion to u where the negative is the better one. Where the positive is, it falls below 0,
 * to −0.278 at u = −1.278, and comes back to 0 from there: pairs told apart by about α (g⁺ − g⁻) = 1.3 are drawn to that
 * distance, not pushed on.
 *
 * @param options  `alpha`: left out 6, for mean goodness
 * @throws {RangeError} when α is not above 0
 * @see Lee and Song 2023, SymBa, for the pair
 */
export function swish({ alpha = 6 }: SwishOptions = {}): LossPlan {
  mustBePositive(alpha, 'alpha');
  return plan(import.meta.url, 'swish', { alpha });
}

/** the maximum of d(u · σ(u))/du, at u = 2.399 */
const steepestOfSwish = 1.0998;

export function create({ alpha }: { alpha: number }): Loss {
  return {
    name: 'swish',
    alpha,
    steepest: alpha * steepestOfSwish,
    slopes(positive, negative, rows, dPositive, dNegative) {
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const u = -alpha * (positive[i] - negative[i]);
        const s = sigmoid(u);
        const slope = alpha * s * (1 + u * (1 - s));
        dPositive[i] = -slope;
        dNegative[i] = slope;
        loss += u * s;
      }
      return loss;
    },
  };
}
