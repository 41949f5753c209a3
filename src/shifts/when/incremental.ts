import { mustBeWhole } from '../../core/check.ts';
import type { When } from './when.ts';

/**
 * Little by little: every sample from `at` on is of a world between the old and the new, changed by the amount
 *
 *     (t − at + 1) / over, at most 1
 *
 * @param at    index of the first changed sample, 0 or more
 * @param over  samples that the change takes, 1 or more
 */
export function incremental(at: number, over: number): When {
  mustBeWhole(at, 'at of an incremental shift', 0, 'samples');
  mustBeWhole(over, 'over of an incremental shift', 1, 'samples');
  return {
    name: `incremental@${at}/${over}`,
    chance: (index) => (index >= at ? 1 : 0),
    amount: (index) => Math.min(1, (index - at + 1) / over),
    between: (until) => (at < until ? [{ from: at, to: at + over - 1, back: false }] : []),
  };
}
