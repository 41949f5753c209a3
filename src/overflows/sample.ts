import { plan } from '../core/plan.ts';
import type { Overflow } from './overflow.ts';

/** Of a full queue and the one that comes a random one goes, each as likely as another. */
export function sample(): Overflow {
  return {
    name: 'sample',
    lossless: false,
    reason: 'sample',
    victim: (room, random) => random.whole(room + 1),
    plan: plan(import.meta.url, 'sample'),
  };
}

export const create = sample;
