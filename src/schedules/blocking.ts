import { plan } from '../core/plan.ts';
import type { Schedule, SchedulePlan } from './schedule.ts';

/**
 * Naive model parallelism: one microbatch is in the pipeline at a time, forward up and gradient down; p equal stages are
 * idle (p − 1)/p of the time. A stage sends the gradient once both its gradients are made, and updates while the stages
 * below work. It serves layers that learn backward only: the first stage gives its input back when the gradient has come
 * down, and where none comes, a second microbatch would enter behind the first.
 */
export function blocking(): SchedulePlan {
  return plan(import.meta.url, 'blocking');
}
blocking.takes = {};

export function create(): Schedule {
  return {
    name: 'blocking',
    serves: ['backward'],
    inFlight: 1,
    returnsInputAfter: 'U',
    sendsGradientAfter: 'W',
    updates: 'microbatch',
    makespan: {
      formula: () => 'm·p(f+b+w) + 2m(p−1)c',
      of: ({ p, m, f, b, w, c }) => m * (p * (f + b + w) + 2 * (p - 1) * c),
    },
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
