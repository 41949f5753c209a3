import { mustBeWhole } from '../../core/check.ts';
import type { When } from './when.ts';

/**
 * From one sample to the next.
 *
 * @param at  index of the first sample of the new world, 0 or more
 */
export function abrupt(at: number): When {
  mustBeWhole(at, 'at of an abrupt shift', 0, 'samples');
  return {
    name: `abrupt@${at}`,
    chance: (index) => (index >= at ? 1 : 0),
    amount: () => 1,
    between: (until) => (at < until ? [{ from: at, to: at, back: false }] : []),
  };
}
