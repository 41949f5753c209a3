import { plan } from '../core/plan.ts';
import type { Overflow } from './overflow.ts';

/** What finds the queue full is lost. */
export function dropNewest(): Overflow {
  return {
    name: 'drop-newest',
    lossless: false,
    reason: 'drop-newest',
    victim: (room) => room,
    plan: plan(import.meta.url, 'drop-newest'),
  };
}

export const create = dropNewest;
