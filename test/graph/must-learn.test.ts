import { expect, test } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { mustLearn } from '../../src/graph/must-learn.ts';
import { chimera } from '../../src/schedules/chimera.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';

const refusal = async (plan: SchedulePlan, share: object): Promise<string> => {
  const schedule = await make(plan);
  try {
    mustLearn(schedule, 'backward', { devices: 3, microbatches: 12, flush: 3, ...share });
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

test('every flush of the run must suit its schedule: those in full, the last, and the only one of a short run', async () => {
  expect(await refusal(interleaved(), {})).toBe('none');
  expect(await refusal(interleaved(), { flush: 4 })).toBe(
    'microbatches of interleaved-1f1b must be a multiple of 3, the devices; got 4',
  );
  expect(await refusal(interleaved(), { microbatches: 14 })).toBe(
    'in the last flush microbatches of interleaved-1f1b must be a multiple of 3, the devices; got 2',
  );
  // two microbatches in all: the flush of three is never full
  expect(await refusal(interleaved(), { microbatches: 2 })).toBe(
    'in the last flush microbatches of interleaved-1f1b must be a multiple of 3, the devices; got 2',
  );
});

test('what stages can not follow is refused by what it is', async () => {
  expect(await refusal(stream(), {})).toBe(
    "schedule must be one for layers that learn backward; got 'stream'",
  );
  expect(await refusal(gpipe({ recompute: true }), {})).toMatch(
    /^schedule must be one that keeps activities/,
  );
  expect(await refusal(chimera(), { microbatches: 12, flush: 12, devices: 4 })).toMatch(/^schedule must be/);
});
