import { must, mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { type Loss, type LossPlan, sigmoid, softplus } from './loss.ts';

export interface LogisticOptions {
  /** the goodness at which a row is as likely positive as negative, in the units of the goodness */
  readonly theta?: number;
  /** log-odds per unit of goodness above θ, > 0; Hinton's 1 / temperature */
  readonly alpha?: number;
}

/**
 * Hinton's loss: p(positive) = σ(α (g − θ)), L = softplus(−α (g⁺ − θ)) + softplus(α (g⁻ − θ)).
 *
 * @param options  `theta`: 2, for mean goodness; with sum goodness Hinton takes the number of units;
 *   `alpha`: 10, for mean goodness; with sum goodness Hinton takes 1
 * @throws {RangeError} when θ is not finite or α not above 0
 * @see Hinton 2022, eq. 1
 */
export function logistic({ theta = 2, alpha = 10 }: LogisticOptions = {}): LossPlan {
  must(Number.isFinite(theta), 'theta', 'a finite goodness', theta);
  mustBePositive(alpha, 'alpha');
  return plan(import.meta.url, 'logistic', { theta, alpha });
}

export function create({ theta, alpha }: { theta: number; alpha: number }): Loss {
  return {
    name: 'logistic',
    alpha,
    slopes(positive, negative, rows, dPositive, dNegative) {
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const up = alpha * (positive[i] - theta);
        const down = alpha * (negative[i] - theta);
        dPositive[i] = -alpha * sigmoid(-up);
        dNegative[i] = alpha * sigmoid(down);
        loss += softplus(-up) + softplus(down);
      }
      return loss;
    },
  };
}
