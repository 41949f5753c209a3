import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { microbatch, type Shape } from '../../../src/data/microbatch.ts';
import { deadline } from '../../../src/overflows/deadline.ts';
import { dropNewest } from '../../../src/overflows/drop-newest.ts';
import { dropOldest } from '../../../src/overflows/drop-oldest.ts';
import type { Overflow } from '../../../src/overflows/overflow.ts';
import { sample } from '../../../src/overflows/sample.ts';
import { maySend } from '../../../src/work/channels/channel.ts';
import { localChannel } from '../../../src/work/channels/local-channel.ts';
import { LossySender } from '../../../src/work/channels/lossy-sender.ts';

const shape: Shape = {
  ...{ rows: 1, goodnessRows: 1, width: 1, streams: 1, candidates: 1, features: 0, classes: 2 },
};

/** A sender, a receiver, and all that came of what was sent. */
function edge(overflow: Overflow, { room, capacity }: { readonly room: number; readonly capacity: number }) {
  const clock = { now: 0 };
  let slots = 0;
  const { sender: inner, receiver } = localChannel({ capacity, slot: () => microbatch(shape) });
  const sender = new LossySender(inner, {
    ...{ overflow, room, into: 1, random: random(1), clock: () => clock.now },
    slot: () => {
      slots++;
      return microbatch(shape);
    },
  });
  const sent: { readonly number: number; readonly learns: boolean }[] = [];
  const received: { readonly number: number; readonly learns: boolean; readonly intact: boolean }[] = [];
  const lost: { readonly number: number; readonly start: number }[] = [];
  let held = 0;
  receiver.microbatches.subscribe(({ sequence, purpose, activity, rows }) => {
    held++;
    received.push({
      ...{ number: sequence, learns: purpose === 'learn' },
      intact: activity[0] === sequence && rows === 1,
    });
  });
  const look = (): void => {
    sender.advance();
    for (const { microbatch: number = -1, start } of sender.losses()) lost.push({ number, start });
  };
  const send = (learns: boolean): boolean => {
    const purpose = learns ? 'learn' : 'goodness';
    if (!maySend(sender, purpose)) return false;
    const slot = sender.claim(purpose);
    if (slot === undefined) throw new Error('a sender that may send must have a slot; got none');
    const number = sent.length;
    Object.assign(slot, { sequence: number, purpose, rows: 1, intended: clock.now });
    slot.activity[0] = number;
    sender.send();
    sent.push({ number, learns });
    look();
    return true;
  };
  const take = (): void => {
    receiver.poll();
    if (held === 0) return;
    held--;
    receiver.giveBack();
    look();
  };
  const finish = (): void => {
    sender.close();
    // each turn gives back one, and lets one more go on
    while (!receiver.drained || held > 0) take();
  };
  return { ...{ clock, sender, receiver, sent, received, lost, send, take, finish }, slots: () => slots };
}

const policies: readonly [string, Overflow][] = [
  ['drop-newest', dropNewest()],
  ['drop-oldest', dropOldest()],
  ['sample', sample()],
  ['deadline', deadline(5)],
];

describe.each(policies)('an edge that loses by %s', (_, overflow) => {
  test('loses, sends on or keeps each microbatch, once, in order and as it was', () => {
    const step = fc.constantFrom('learn', 'predict', 'take', 'wait');
    const rooms = fc.record({
      room: fc.integer({ min: 1, max: 4 }),
      capacity: fc.integer({ min: 1, max: 3 }),
    });
    const holds = (steps: readonly string[], size: { readonly room: number; readonly capacity: number }) => {
      const one = edge(overflow, size);
      const { sent, received, lost } = one;
      for (const what of steps) {
        one.clock.now++;
        if (what === 'learn') expect(one.send(true)).toBe(true);
        else if (what === 'predict') one.send(false);
        else if (what === 'take') one.take();
      }
      one.finish();
      const [learned, predicted] = [true, false].map((learns) =>
        received.filter((each) => each.learns === learns).map(({ number }) => number),
      );
      // predictions are never lost; the others are received or lost
      expect(predicted).toEqual(sent.filter(({ learns }) => !learns).map(({ number }) => number));
      const gone = lost.map(({ number }) => number);
      const all = sent.filter(({ learns }) => learns).map(({ number }) => number);
      expect([...learned, ...gone].toSorted((a, b) => a - b)).toEqual(all);
      expect(learned.toSorted((a, b) => a - b)).toEqual(learned);
      expect(received.every(({ intact }) => intact)).toBe(true);
      // room for what waits and the one at hand
      expect(one.slots()).toBeLessThanOrEqual(2 * size.room + 1);
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), rooms, holds), { numRuns: 200 });
  });

  test('loses nothing while there is room', () => {
    const { send, finish, lost, received } = edge(overflow, { room: 3, capacity: 2 });
    for (let i = 0; i < 5; i++) send(true);
    finish();
    expect([lost, received.length]).toEqual([[], 5]);
  });
});

/** What is received of six microbatches, of which two lie on the edge and two may wait. */
const ofSix = (overflow: Overflow) => {
  const { send, finish, received } = edge(overflow, { room: 2, capacity: 2 });
  for (let i = 0; i < 6; i++) send(true);
  finish();
  return received.map(({ number }) => number);
};

test('the newest goes, or the oldest of those that wait; what lies on the edge stays', () => {
  expect(ofSix(dropNewest())).toEqual([0, 1, 2, 3]);
  expect(ofSix(dropOldest())).toEqual([0, 1, 4, 5]);
});

test('of a full queue and the newcomer each is as likely to go', () => {
  const counts = [0, 0, 0];
  const { send, take, lost } = edge(sample(), { room: 2, capacity: 1 });
  let number = 0;
  const next = () => {
    send(true);
    number++;
  };
  next();
  for (let i = 0; i < 3000; i++) {
    while (lost.length === i) next();
    // the place that the lost one had among the three
    counts[2 - Math.min(2, number - 1 - lost[i].number)]++;
    take();
    take();
    take();
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
});

test('what is older than the deadline goes, whether it waits or not, at the time when it was due', () => {
  const { clock, sender, send, take, lost, received, finish } = edge(deadline(5), { room: 4, capacity: 1 });
  send(true);
  clock.now = 2;
  send(true);
  clock.now = 10;
  take();
  expect(lost).toEqual([{ number: 1, start: 7 }]);
  const slot = sender.claim();
  Object.assign(slot ?? {}, { sequence: 9, purpose: 'learn', rows: 1, intended: 4 });
  sender.send();
  expect(sender.losses()).toMatchObject([{ kind: 'lost', microbatch: 9, stage: 1, rows: 1, start: 9 }]);
  finish();
  expect(received.map(({ number }) => number)).toEqual([0]);
});

test('predictions go on first, but the oldest that waits is overtaken by no more than the room', () => {
  const { send, take, received, sender } = edge(dropNewest(), { room: 2, capacity: 1 });
  for (const learns of [true, true, false, false]) send(learns);
  // no place for a third prediction, and always one for what is to be learned from
  expect([maySend(sender, 'goodness'), maySend(sender)]).toEqual([false, true]);
  take();
  expect(maySend(sender, 'goodness')).toBe(true);
  send(false);
  for (let i = 0; i < 5; i++) take();
  expect(received.map(({ number }) => number)).toEqual([0, 2, 3, 1, 4]);
});

test('the end comes behind what waits', () => {
  const { send, take, sender, receiver } = edge(dropNewest(), { room: 2, capacity: 1 });
  for (let i = 0; i < 3; i++) send(true);
  sender.close();
  receiver.poll();
  expect([sender.waits, receiver.drained]).toEqual([true, false]);
  for (let i = 0; i < 3; i++) take();
  expect([sender.waits, receiver.drained]).toEqual([false, true]);
});
