import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, step } from './schedule.ts';

export interface GPipeOptions {
  /** keep inputs only, and make the forward again before each backward; left out, false */
  readonly recompute?: boolean;
}

/**
 * Fill and drain: all microbatches go forward, then all come back, then the weights change. Each stage holds the activity
 * of every microbatch of the flush, or with `recompute` its input alone.
 *
 * @see Huang 2019, GPipe
 */
export function gpipe({ recompute = false }: GPipeOptions = {}): SchedulePlan {
  return plan(import.meta.url, recompute ? 'gpipe-recompute' : 'gpipe', { recompute });
}
gpipe.takes = {};
gpipe.variants = [gpipe({ recompute: true })];

export function create({ recompute = false }: GPipeOptions): Schedule {
  return {
    name: recompute ? 'gpipe-recompute' : 'gpipe',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'flush',
    recomputes: recompute,
    holdsFlush: true,
    ...(!recompute && {
      makespan: {
        formula: () => '(m+p−1)(f+b+w) + 2(p−1)c',
        of: ({ p, m, f, b, w, c }) => (m + p - 1) * (f + b + w) + 2 * (p - 1) * c,
      },
    }),
    *order({ microbatches }) {
      for (let i = 0; i < microbatches; i++) yield step('F');
      for (let i = 0; i < microbatches; i++) {
        yield step('B');
        yield step('W');
      }
      yield step('U');
    },
  };
}
