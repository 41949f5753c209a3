import { plan } from '../core/plan.ts';
import type { Schedule, SchedulePlan } from './schedule.ts';

/** Forward-Forward stream: send the activity on, learn where you stand, then take the next microbatch. */
export function stream(): SchedulePlan {
  return plan(import.meta.url, 'stream');
}
stream.takes = {};

export function create(): Schedule {
  return {
    name: 'stream',
    serves: ['locally'],
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'B',
    updates: 'microbatch',
    next: ({ U, W, F }) =>
      U !== undefined ? 'U' : W !== undefined ? 'W' : F !== undefined ? 'F' : undefined,
  };
}
