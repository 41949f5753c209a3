import { expect, test } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { type Share, stepsOf } from '../../src/graph/order.ts';
import { roomFor } from '../../src/graph/room.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { type Ready, type Schedule, type SchedulePlan, step } from '../../src/schedules/schedule.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import { type Agenda, agendaOf, type Prospect } from '../../src/work/agenda.ts';

const schedule = (plan: SchedulePlan) => make<Schedule>(plan);
const share = (of: Partial<Share>): Share => ({ device: 0, devices: 2, microbatches: 5, flush: 1, ...of });
const steps = async (plan: SchedulePlan, of: Partial<Share>) =>
  [...stepsOf(await schedule(plan), share(of))].map(({ op }) => op).join('');

test('flushes follow each other through the run, and the last takes what is left', async () => {
  expect(await steps(gpipe(), { flush: 2 })).toBe('FFBWBWU'.repeat(2).concat('FBWU'));
  expect(await steps(oneFOneB(), { flush: 8 })).toBe('FFBWFBWFBWFBWBWU');
  expect(await steps(gpipe(), { microbatches: 0, flush: 2 })).toBe('');
});

test('an order without a flush goes through the whole run', async () => {
  expect(await steps(pipedream(), {})).toBe('FFBWUFBWUFBWUFBWUBWU');
  expect(await steps(pipedream(), { microbatches: 0 })).toBe('');
});

test('what a stage must hold is what its order holds at worst', async () => {
  const room = async (plan: SchedulePlan, of: Partial<Share>) =>
    roomFor(await schedule(plan), share({ devices: 4, microbatches: 30, flush: 8, ...of }));
  expect(await room(gpipe(), {})).toEqual({ inputs: 8, gradients: 8 });
  expect(await room(gpipe(), { microbatches: 5 })).toEqual({ inputs: 5, gradients: 5 });
  for (const stage of [0, 1, 2, 3]) {
    expect(await room(oneFOneB(), { device: stage })).toEqual({ inputs: 4 - stage, gradients: 4 - stage });
    expect(await room(zbH2(), { device: stage })).toEqual({ inputs: 7, gradients: 7 - 2 * stage });
    expect(await room(pipedream(), { device: stage, flush: 1 })).toEqual({
      inputs: 4 - stage,
      gradients: 4 - stage,
    });
  }
  expect(await room(blocking(), { flush: 1 })).toEqual({ inputs: 0, gradients: 0 });
});

const all = { F: 1, B: 1, W: 1, U: 1 };

/** What a device's only stage does next. */
const nextOf = (agenda: Agenda, ready: Ready, noMore: boolean) => {
  const stage: Prospect = { ready: () => ready, noMore, predicts: false };
  return agenda.next([stage])?.op;
};

/** Ops until the agenda waits, everything being ready, with so many microbatches to come. */
async function followed(plan: SchedulePlan, of: Partial<Share>, come: number): Promise<string> {
  const agenda = agendaOf(await schedule(plan), share(of));
  let done = '';
  for (let left = come; ; ) {
    const { F: _, ...rest } = all;
    const op = nextOf(agenda, left > 0 ? all : rest, left === 0);
    if (op === undefined) return done;
    if (op === 'F') left--;
    agenda.done(step(op));
    done += op;
  }
}

test('where fewer microbatches come than were planned their steps are left out, and the update takes what there is', async () => {
  expect(await followed(gpipe(), { microbatches: 12, flush: 4 }, 12)).toBe('FFFFBWBWBWBWU'.repeat(3));
  expect(await followed(gpipe(), { microbatches: 12, flush: 4 }, 6)).toBe('FFFFBWBWBWBWUFFBWBWU');
  expect(await followed(gpipe(), { microbatches: 12, flush: 4 }, 4)).toBe('FFFFBWBWBWBWU');
  expect(await followed(pipedream(), { microbatches: 12 }, 3)).toBe('FFBWUFBWUBWU');
  expect(await followed(pipedream(), { microbatches: 12 }, 0)).toBe('');
});

test('it waits for the next step though others are ready', async () => {
  const agenda = agendaOf(await schedule(oneFOneB()), share({ microbatches: 4, flush: 4 }));
  expect(agenda.awaits?.op).toBe('F');
  expect(nextOf(agenda, { B: 0, W: 0, U: 0 }, false)).toBeUndefined();
  for (const op of ['F', 'F'] as const) agenda.done(step(op));
  expect(agenda.awaits?.op).toBe('B');
  expect(nextOf(agenda, { F: 2, W: 0, U: 0 }, false)).toBeUndefined();
  expect(nextOf(agenda, { F: 2, B: 0 }, false)).toBe('B');
});

test('predictions run where an F stands and when the order has ended, and do not move it on', async () => {
  const agenda = agendaOf(await schedule(gpipe()), share({ microbatches: 1 }));
  expect(nextOf(agenda, { F: 7 }, false)).toBe('F');
  expect(nextOf(agenda, { F: 8 }, false)).toBe('F');
  for (const op of ['F', 'B', 'W', 'U'] as const) {
    expect(agenda.awaits?.op).toBe(op);
    agenda.done(step(op));
  }
  expect(agenda.awaits).toBeUndefined();
  expect(nextOf(agenda, { F: 9 }, false)).toBe('F');
  expect(() => agenda.done(step('F'))).toThrow(
    "next op of schedule 'gpipe' must be none, its order has ended; got 'F'",
  );
});

test('a device with several stages waits for the one stage whose step is next, and predicts by any meanwhile', async () => {
  const agenda = agendaOf(await schedule(zbV()), share({ microbatches: 2, flush: 2 }));
  const stage = (ready: Ready, predicts = false): Prospect => ({
    ready: () => ready,
    noMore: false,
    predicts,
  });
  expect(agenda.awaits).toEqual(step('F', 0));
  expect(agenda.next([stage({ B: 0 }), stage({ F: 0, B: 0 })])).toBeUndefined();
  expect(agenda.next([stage({}), stage({ F: 0 }, true)])).toEqual({ op: 'F', chunk: 1, overtakes: true });
  expect(agenda.next([stage({ F: 0 }), stage({ F: 0 }, true)])).toEqual(step('F', 0));
  expect(agenda.awaits).toEqual(step('F', 0));
  expect(() => agenda.done(step('F', 1))).toThrow("next op of schedule 'zb-v' must be F; got 'F of chunk 1'");
});
