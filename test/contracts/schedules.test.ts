import { describe, expect, it } from 'vitest';
import { scheduleRules } from '../../src/check/schedules.ts';
import { make } from '../../src/core/plan.ts';
import { create } from '../../src/schedules/pipedream.ts';
import { backpropOrder, type Schedule, step } from '../../src/schedules/schedule.ts';
import { create as stream } from '../../src/schedules/stream.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

const members = await Promise.all(
  (await membersOf('schedules', 'schedule.ts')).map(async ({ title, factory }) => ({
    title,
    schedule: (await make(factory())) as Schedule,
  })),
);

describe.each(members)('$title', ({ schedule }) => keepsRules(scheduleRules, schedule));

describe('the contract', () => {
  const order = (steps: Schedule['order']): Schedule => ({
    ...backpropOrder,
    ...{ name: 'faulty', sendsGradientAfter: 'W', updates: 'flush' },
    ...(steps && { order: steps }),
  });

  it('catches a policy that stands still, or begins anew before it has finished', async () => {
    const policy = (next: Schedule['next']): Schedule => ({ ...stream(), ...(next && { next }) });
    expect(
      await brokenRules(
        scheduleRules,
        policy(({ U, W }) => (U !== undefined ? 'U' : W !== undefined ? 'W' : undefined)),
      ),
    ).toEqual(['never stands still']);
    expect(
      await brokenRules(
        scheduleRules,
        policy(() => 'F'),
      ),
    ).toEqual(['never stands still', 'finishes first']);
  });

  it('catches an order that stands still: the second device waits for what the first sends later', async () => {
    const stuck = order(function* ({ device, devices, microbatches }) {
      const inside = device === 0 && devices > 1 ? Math.min(2, microbatches) : 1;
      for (let i = 0; i < microbatches; i += inside) {
        if (device === devices - 1) yield* [step('F'), step('B'), step('W')];
        else yield* [step('B'), step('F'), step('W')];
      }
      yield step('U');
    });
    expect(await brokenRules(scheduleRules, stuck)).toContain('comes to an end');
  });

  it('catches an order that goes back by newer weights and does not say so', async () => {
    const { stashes: _, ...pipedream } = create();
    expect(await brokenRules(scheduleRules, pipedream)).toEqual(['says which weights']);
    expect(await brokenRules(scheduleRules, { ...pipedream, goesBackBy: 'newest' })).toEqual([]);
    expect(await brokenRules(scheduleRules, { ...create(), goesBackBy: 'newest' })).toEqual([
      'says how it runs',
    ]);
  });

  it('catches an order that has no end, leaves an op out, or differs from time to time', async () => {
    const endless = order(function* () {
      for (;;) yield step('F');
    });
    expect(await brokenRules(scheduleRules, endless)).toContain('each op once');
    const lazy = order(function* ({ microbatches }) {
      for (let i = 1; i < microbatches; i++) yield* [step('F'), step('B'), step('W')];
      yield step('U');
    });
    expect(await brokenRules(scheduleRules, lazy)).toEqual(['each op once']);
    let calls = 0;
    const moody = order(function* ({ microbatches }) {
      for (let i = 0; i < microbatches; i++) yield* [step('F'), step('B'), step('W')];
      yield step('U', 0, calls++ % 2 === 0);
    });
    expect(await brokenRules(scheduleRules, moody)).toEqual(['one order']);
    expect(await brokenRules(scheduleRules, order(undefined))).toContain('policy or order');
  });
});
