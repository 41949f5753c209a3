import { plan } from '../core/plan.ts';
import type { Schedule, SchedulePlan } from './schedule.ts';

/** Forward-Forward stream: send the activity on, learn where you stand, then take the next microbatch. */
export function stream(): SchedulePlan {
  return plan(import.meta.url, 'stream');
}

export function create(): Schedule {
  return {
    name: 'stream',
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'B',
    next: ({ U, W, B, F }) =>
      U !== undefined
        ? 'U'
        : W !== undefined
          ? 'W'
          : B !== undefined
            ? 'B'
            : F !== undefined
              ? 'F'
              : undefined,
  };
}
