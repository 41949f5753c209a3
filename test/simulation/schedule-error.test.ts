import { describe, expect, it } from 'vitest';
import { type Schedule, type Step, step } from '../../src/schedules/schedule.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { ScheduleError } from '../../src/simulation/schedule-error.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { looped, scenario, schedules } from './scenarios.ts';

/** GPipe with an order of one's own, written as `0F 0B 0W`. */
function ordered(
  order: (device: number, microbatches: number) => string,
  change: Partial<Schedule> = {},
): Schedule {
  return {
    ...schedules.gpipe,
    name: 'made up',
    *order({ device, microbatches }): Generator<Step> {
      for (const word of order(device, microbatches).split(' '))
        yield step(word.at(-1) as Step['op'], Number(word.slice(0, -1) || 0));
    },
    ...change,
  };
}

function failureOf(schedule: Schedule, change: Partial<Scenario> = {}): string {
  try {
    simulate(scenario(schedule, { devices: 2, microbatches: 2, ...change }));
  } catch (error) {
    expect(error).toBeInstanceOf(ScheduleError);
    return (error as Error).message;
  }
  return 'it came to its end';
}

describe('a schedule that comes to a standstill', () => {
  it('prints what each device has done, with an arrow at the step at which it stands', () => {
    // device 0 waits for a gradient before it sends the activity that this is of
    const wrong = ordered((device) => (device === 0 ? 'F B W F B W U' : 'F F B W B W U'));
    expect(failureOf(wrong)).toBe(
      [
        'schedule made up must come to its end; with 2 stages, 2 microbatches its devices wait for each other:',
        'device 0: 0F0 →0B0 0W0 0F1 0B1 0W1 0U0',
        'device 1: 0F0 →0F1 0B0 0W0 0B1 0W1 0U0',
      ].join('\n'),
    );
  });

  it('prints six steps on either side, of 16 devices at most', () => {
    const stuck = ordered((_, m) => `${'F '.repeat(m)}${'W '.repeat(m)}${'B '.repeat(m)}U`);
    const lines = failureOf(stuck, { devices: 20, microbatches: 9 }).split('\n').slice(1);
    expect(lines).toHaveLength(16);
    expect(lines[15]).toBe('device 15: 0F3 0F4 0F5 0F6 0F7 0F8 →0W0 0W1 0W2 0W3 0W4 0W5 0W6');
  });

  it('says how little the links hold, where that is why', async () => {
    // twice round two devices: the first makes four activities before it takes one of the second round
    const times = (words: string) => `${words} `.repeat(4);
    const back = times('1B 1W') + times('0B 0W');
    const order = (device: number) => (device === 0 ? times('0F') + times('1F') : times('0F 1F')) + back;
    const greedy = ordered((device) => `${order(device)}0U 1U`, { layout: (await looped(2)).layout! });
    expect(failureOf(greedy, { microbatches: 4 })).toBe('it came to its end');
    expect(failureOf(greedy, { microbatches: 4, capacity: 2 })).toBe('it came to its end');
    const message = failureOf(greedy, { microbatches: 4, capacity: 1 });
    expect(message).toContain('4 microbatches, and links that hold 1 its devices wait for each other:\n');
    expect(message).toContain('device 0: 0F0 0F1 0F2 →0F3 1F0');
    expect(message).toContain('device 1: 0F0 →1F0 0F1');
  });

  it('shows the flush in which it stands, and the last one as small as it is', () => {
    const wrong = ordered((_, m) => (m === 2 ? 'F F B W B W U' : 'B F W U'));
    expect(failureOf(wrong, { flushes: 3, lastFlush: 1 })).toContain('device 1: →0B0 0F0 0W0 0U0');
  });

  it('of a policy that waits for ever says how far its devices came', () => {
    const lazy: Schedule = {
      ...schedules.stream,
      name: 'lazy',
      next: ({ F }) => (F === 0 ? 'F' : undefined),
    };
    expect(failureOf(lazy)).toBe(
      [
        'schedule lazy must come to its end; with 2 stages, 2 microbatches its devices wait for each other:',
        'device 0: 0F ×1 0B ×0 0W ×0 0U ×0',
        'device 1: 0F ×1 0B ×0 0W ×0 0U ×0',
      ].join('\n'),
    );
  });

  it('is one whose policy names an op that isn’t ready', () => {
    const hasty: Schedule = { ...schedules.stream, name: 'hasty', next: () => 'U' };
    expect(failureOf(hasty)).toBe('op of schedule hasty must be one that is ready; got U');
  });
});

describe('a wrong order is caught', () => {
  it.each([
    ['B before its F', 'B F W F B W U', '→0B0'],
    ['W before its B', 'F W B F B W U', '0F0 →0W0'],
    ['one F too many', 'F F F B W B W U', '0F0 0F1 →0F2'],
    ['one B too many', 'F F B W B W B U', '→0B2'],
    ['one W too many', 'F F B W B W W U', '→0W2'],
  ])('%s', (_name, order, arrow) => {
    expect(
      failureOf(
        ordered(() => order),
        { devices: 1 },
      ),
    ).toContain(arrow);
  });

  it.each([
    ['no W at all', 'F F B B U'],
    ['a W too few', 'F F B W B U'],
  ])('%s, on whichever stage', (_name, order) => {
    const right = 'F F B W B W U';
    for (const lacking of [0, 1, 2]) {
      const wrong = ordered((device) => (device === lacking ? order : right), { sendsGradientAfter: 'B' });
      expect(failureOf(wrong, { devices: 3 })).toMatch(
        /with 3 stages, 2 microbatches some gradients are never made:\n/,
      );
    }
  });

  it('a microbatch that one stage leaves out', () => {
    const wrong = ordered((device) => (device === 1 ? 'F B W U' : 'F F B W B W U'));
    expect(failureOf(wrong)).toMatch(/device 0: .*→0B1/);
  });
});
