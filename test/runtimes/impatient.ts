import type { Schedule } from '../../src/schedules/schedule.ts';

// A schedule that wants to update before anything has been learned.

export function create(): Schedule {
  return {
    name: 'impatient',
    serves: ['locally'],
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'B',
    updates: 'microbatch',
    next: () => 'U',
  };
}
