import { mustBeWhole } from '../../core/check.ts';
import type { When } from './when.ts';

/**
 * There and back, without end: abruptly from the old world to the new one at `at`, back after `every` samples, and so on.
 *
 * @param at     index of the first sample of the new world, 0 or more
 * @param every  samples that either world lasts, 1 or more
 */
export function recurring(at: number, every: number): When {
  mustBeWhole(at, 'at of a recurring shift', 0, 'samples');
  mustBeWhole(every, 'every of a recurring shift', 1, 'samples');
  return {
    name: `recurring@${at}/${every}`,
    chance: (index) => (index >= at && Math.floor((index - at) / every) % 2 === 0 ? 1 : 0),
    amount: () => 1,
    between: (until) =>
      Array.from({ length: Math.max(0, Math.ceil((until - at) / every)) }, (_, k) => {
        const from = at + k * every;
        return { from, to: from, back: k % 2 === 1 };
      }),
  };
}
