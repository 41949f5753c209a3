import { plan, type Schedule, type SchedulePlan } from 'forwardflow/extend';

/** A stream that learns before it takes the next microbatch, as a default export. */
export default function eager(): SchedulePlan {
  return plan(import.meta.url, 'eager');
}

export const create = (): Schedule => ({
  name: 'eager',
  serves: ['locally'],
  inFlight: Number.POSITIVE_INFINITY,
  returnsInputAfter: 'W',
  sendsGradientAfter: 'B',
  updates: 'microbatch',
  next: ({ U, W, F }) => (U !== undefined ? 'U' : W !== undefined ? 'W' : F !== undefined ? 'F' : undefined),
});
