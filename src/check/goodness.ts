import type { Goodness } from '../goodness/goodness.ts';
import { type ContractRule, holds, same } from './rule.ts';

/** What every goodness promises. */
export const goodnessRules: readonly ContractRule<Goodness>[] = [
  {
    name: 'weighs squares',
    says: 'weighs the squares of a layer of any width by a number from −1 to 1 that is not 0, the same each time',
    check(goodness) {
      for (const units of [1, 2, 10, 500, 2000, 1e6]) {
        const weight = goodness.weight(units);
        holds(weight !== 0 && Math.abs(weight) <= 1, `weight of ${units} units is ${weight}`);
        same(goodness.weight(units), weight, `weight of ${units} units, asked again`);
      }
    },
  },
];
