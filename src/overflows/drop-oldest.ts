import { plan } from '../core/plan.ts';
import type { Overflow } from './overflow.ts';

/** What comes takes the place of the oldest: what is learned from is as fresh as can be. */
export function dropOldest(): Overflow {
  return {
    name: 'drop-oldest',
    lossless: false,
    reason: 'drop-oldest',
    victim: () => 0,
    plan: plan(import.meta.url, 'drop-oldest'),
  };
}

export const create = dropOldest;
