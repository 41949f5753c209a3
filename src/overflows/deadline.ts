import { mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Overflow } from './overflow.ts';

/**
 * What has waited too long is lost when its turn comes, and of a full queue the oldest.
 *
 * @param patience  nanoseconds that a microbatch may wait, from when its last sample was to come, above 0
 */
export function deadline(patience: number): Overflow {
  mustBePositive(patience, 'patience of a deadline (nanoseconds)');
  return {
    name: 'deadline',
    lossless: false,
    reason: 'deadline',
    victim: () => 0,
    patience,
    plan: plan(import.meta.url, 'deadline', { patience }),
  };
}

export function create({ patience }: { readonly patience: number }): Overflow {
  return deadline(patience);
}
