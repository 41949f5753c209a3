import { mustBePositive, mustBeWhole } from '../../core/check.ts';
import type { When } from './when.ts';

/** ln 99, over the slope of the sigmoid: so many widths lie between even odds and 99 in 100 */
const reach = Math.log(99) / 4;

/**
 * Sample by sample old or new, the new ones more and more.
 *
 *     P(new at sample t) = 1 / (1 + exp(−4 (t − at) / width))
 *
 * River counts samples from 1, so that its position p is `at` = p − 1. The change reaches from where one in a hundred is new to where all but
 * one in a hundred are.
 *
 * @param at     sample with even odds, 0 or more
 * @param width  samples, above 0: the sigmoid's slope in the middle is 1 / width
 * @see Bifet and others 2010, MOA: massive online analysis; River 0.26 `synth.ConceptDriftStream`
 */
export function gradual(at: number, width: number): When {
  mustBeWhole(at, 'at of a gradual shift', 0, 'samples');
  mustBePositive(width, 'width of a gradual shift');
  const from = Math.max(0, Math.ceil(at - reach * width));
  return {
    name: `gradual@${at}/${width}`,
    chance: (index) => 1 / (1 + Math.exp((-4 * (index - at)) / width)),
    amount: () => 1,
    between: (until) => (from < until ? [{ from, to: Math.ceil(at + reach * width), back: false }] : []),
  };
}
