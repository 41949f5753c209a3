import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Selection, SelectionPlan } from './selection.ts';

/**
 * This fraction of the samples of each microbatch is learned from, those with the steepest loss: of `rows` the nearest
 * whole number, and at least one. Of equals the first is taken. What a microbatch costs is known beforehand.
 *
 * @param fraction  above 0, at most 1
 * @throws {RangeError} when the fraction is out of its range
 */
export function top(fraction: number): SelectionPlan {
  must(fraction > 0 && fraction <= 1, 'fraction of a selection', 'above 0 and at most 1', fraction);
  return plan(import.meta.url, `top ${fraction}`, { fraction });
}

export function create({ fraction }: { fraction: number }): Selection {
  return {
    name: `top ${fraction}`,
    choose(slopes, rows, samples, factors) {
      const count = Math.min(rows, Math.max(1, Math.round(fraction * rows)));
      const order = Array.from({ length: rows }, (_, r) => r);
      order.sort((a, b) => slopes[b] - slopes[a] || a - b);
      samples.set(order.slice(0, count).sort((a, b) => a - b));
      factors.fill(1, 0, count);
      return count;
    },
  };
}
