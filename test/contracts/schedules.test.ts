import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import type { OpKind } from '../../src/core/trace.ts';
import type { Ready, Schedule } from '../../src/schedules/schedule.ts';
import { membersOf } from './family.ts';

const ops: readonly OpKind[] = ['F', 'B', 'W', 'U'];

/** Every set of ops that could be ready, microbatch 0 among them. */
const situations = Array.from({ length: 16 }, (_, set): [string, Ready] => {
  const ready = ops.filter((_, bit) => set & (1 << bit));
  return [ready.join('') || 'nothing', Object.fromEntries(ready.map((op, i) => [op, i]))];
});

describe.each(await membersOf('schedules', 'schedule.ts'))('$title', async ({ factory }) => {
  const schedule = (await make(factory())) as Schedule;

  // layers that learn locally are never offered a B
  const offered = situations.filter(([, { B }]) => B === undefined || schedule.serves.includes('backward'));

  it.each(offered)('with %s ready names an op of those, and waits only for want of any', (_, ready) => {
    const next = schedule.next(ready);
    if (Object.keys(ready).length === 0) expect(next).toBeUndefined();
    else expect(Object.keys(ready)).toContain(next);
    expect(schedule.next(ready)).toBe(next);
  });

  it('finishes what is begun before it begins anew: room is bounded', () => {
    expect(schedule.next({ F: 5, U: 1 })).toBe('U');
    expect(schedule.next({ F: 5, W: 1 })).toBe('W');
  });

  it('lets one microbatch or more into the pipeline', () => {
    expect(schedule.serves.length).toBeGreaterThan(0);
    expect(schedule.inFlight).toBeGreaterThanOrEqual(1);
    expect(['W', 'U']).toContain(schedule.returnsInputAfter);
    expect(['B', 'W']).toContain(schedule.sendsGradientAfter);
  });
});
