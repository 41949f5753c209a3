import { expect, test } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { devicesFilled, wayOf } from '../../src/graph/layout.ts';
import { roomFor, roomsOf } from '../../src/graph/room.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { type Schedule, step } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import { zbV } from '../../src/schedules/zb-v.ts';

test('interleaved goes round the devices, zb-v there and back', async () => {
  expect(wayOf(await make(interleaved({ chunks: 3 })), 2, 4, 6)).toEqual([0, 1, 0, 1, 0, 1]);
  expect(wayOf(await make(zbV()), 3, 4, 9)).toEqual([0, 1, 2, 2, 1, 0]);
  expect(wayOf(await make(oneFOneB()), 3, 4, 9)).toEqual([0, 1, 2]);
});

test('layers fill as many devices as they make stages', async () => {
  expect(devicesFilled(await make(stream()), 5)).toBe(5);
  expect(devicesFilled(await make(zbV()), 5)).toBe(2);
  expect(devicesFilled(await make(interleaved({ chunks: 3 })), 7)).toBe(2);
  expect(devicesFilled(await make(interleaved({ chunks: 3 })), 2)).toBe(1);
});

test('devices with one stage have the room of their own order', async () => {
  const share = { devices: 3, microbatches: 22, flush: 4 };
  for (const plan of [gpipe(), oneFOneB()]) {
    const schedule = await make(plan);
    expect(roomsOf(schedule, [0, 1, 2], share)).toEqual(
      [0, 1, 2].map((device) => roomFor(schedule, { ...share, device })),
    );
  }
});

test('room for several stages a device does not grow with the flush', async () => {
  for (const plan of [interleaved(), interleaved({ chunks: 4 }), zbV()]) {
    const schedule = await make(plan);
    const most = (flush: number): number => {
      const share = { devices: 4, microbatches: flush, flush };
      const rooms = roomsOf(schedule, wayOf(schedule, 4, flush, 99), share);
      return Math.max(...rooms.flatMap(({ inputs, gradients }) => [inputs, gradients]));
    };
    expect(most(32)).toBeLessThan(20);
    expect(most(128)).toBe(most(32));
  }
});

test('an order that no machine can carry out is refused', async () => {
  const stuck: Schedule = {
    ...(await make<Schedule>(interleaved())),
    order: ({ device }) => (device === 0 ? ['F', 'B', 'W'] : ['B', 'F', 'W']).map((op) => step(op as 'F')),
  };
  expect(() => roomsOf(stuck, [0, 1, 0, 1], { devices: 2, microbatches: 2, flush: 2 })).toThrow(
    "order of schedule 'interleaved-1f1b' must be one that can be carried out; got 'device 0 stuck'",
  );
});
