import { plan } from '../core/plan.ts';
import type { Overflow } from './overflow.ts';

/** Arrivals wait outside: nothing is lost, and a line that is too slow falls behind for ever. */
export function block(): Overflow {
  return { name: 'block', lossless: true, plan: plan(import.meta.url, 'block') };
}

export const create = block;
