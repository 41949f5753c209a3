import { plan } from '../core/plan.ts';
import type { FlushOf, Schedule, SchedulePlan } from './schedule.ts';

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
    makespan: {
      ofAnyStages: true,
      formula: ({ factors }) =>
        factors.every((factor) => factor === factors[0])
          ? 'm·t + (p−1)(f+c), t = f+w+u'
          : 'the last stage to end, q: Σ(fᵢ+c) before it + (m−1)·max t + t of q, t = f+w+u',
      of: lastEnd,
    },
    next: ({ U, W, F }) =>
      U !== undefined ? 'U' : W !== undefined ? 'W' : F !== undefined ? 'F' : undefined,
  };
}

/** A line of stages with proportional ops, each of which sends after its F. */
function lastEnd({ m, f, w, u, c, factors }: FlushOf): number {
  const t = f + w + u;
  let [before, slowest, most] = [0, 0, 0];
  for (const factor of factors) {
    slowest = Math.max(slowest, factor);
    most = Math.max(most, before + (m - 1) * t * slowest + t * factor);
    before += f * factor + c;
  }
  return most;
}
