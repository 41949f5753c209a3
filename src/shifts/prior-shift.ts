import { must } from '../core/check.ts';
import type { Shift } from './shift.ts';

/**
 * Some classes come more often: samples of the others are left out at random and drawn again, so that a class that came with the share p comes
 * with p · weight over the sum of these. Left out, the weights are 1, 1/2, 1/4 … 1/512, over the classes in an order drawn from the seed.
 *
 * @param weights  relative frequency of each class, 0 or more, of which the largest is above 0 [classes]
 */
export function priorShift(weights?: readonly number[]): Shift {
  return {
    name: 'priors',
    over({ classes, random }) {
      const all = weights ?? drawnWeights(classes, () => random.uniform());
      must(all.length === classes, 'weights of a shift of priors', `${classes}, one a class`, all.length);
      const largest = Math.max(...all);
      const fit = all.every((weight) => weight >= 0) && largest > 0 && Number.isFinite(largest);
      must(fit, 'weights of a shift of priors', 'finite numbers, 0 or more, not all 0', all);
      return {
        apply: (_amount, _random, _sample, label) => label,
        admits(amount, draw, label) {
          const share = 1 - amount + (amount * all[label]) / largest;
          return share >= 1 || draw.uniform() < share;
        },
      };
    },
  };
}

function drawnWeights(classes: number, uniform: () => number): number[] {
  const order = Array.from({ length: classes }, (_, label) => ({ label, at: uniform() })).sort(
    (a, b) => a.at - b.at,
  );
  const weights = new Array<number>(classes);
  order.forEach(({ label }, rank) => {
    weights[label] = 2 ** -Math.min(rank, 9);
  });
  return weights;
}
