import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Microbatch, microbatch, type Shape } from '../../../src/data/microbatch.ts';
import { localChannel } from '../../../src/work/channels/local-channel.ts';

const shape: Shape = {
  ...{ rows: 1, goodnessRows: 1, width: 0, streams: 0, candidates: 0, features: 0, classes: 2 },
};

function channel(capacity: number) {
  const slots: Microbatch[] = [];
  const slot = (): Microbatch => {
    slots.push(microbatch(shape));
    return slots[slots.length - 1];
  };
  const { sender, receiver } = localChannel({ capacity, slot });
  let next = 0;
  const send = (): boolean => {
    const free = sender.claim();
    if (free === undefined) return false;
    free.sequence = next++;
    sender.send();
    return true;
  };
  return { sender, receiver, slots, send };
}

test('a full channel has no credit until one is given back', () => {
  const { sender, receiver, send } = channel(2);
  expect([send(), send(), send()]).toEqual([true, true, false]);
  receiver.poll();
  expect(sender.credit).toBe(0);
  receiver.giveBack();
  expect(sender.credit).toBe(1);
  expect(send()).toBe(true);
});

test('slots are made on first use and reused; without a bound there are as many as are under way', () => {
  const { receiver, slots, send } = channel(Number.POSITIVE_INFINITY);
  expect(slots).toHaveLength(0);
  for (let i = 0; i < 5; i++) send();
  receiver.poll();
  for (let i = 0; i < 5; i++) receiver.giveBack();
  for (let i = 0; i < 5; i++) send();
  expect(slots).toHaveLength(5);
});

test('a claimed slot stays the same until it is sent', () => {
  const { sender } = channel(3);
  expect(sender.claim()).toBe(sender.claim());
});

test('an end that sleeps is woken before the other goes on, one that is awake is not', () => {
  const { sender, receiver, send } = channel(1);
  const seen: string[] = [];
  receiver.microbatches.subscribe(({ sequence }) => seen.push(`received ${sequence}`));
  sender.credits.subscribe((credit) => seen.push(`credit ${credit}`));
  send();
  expect(seen).toEqual([]);
  expect(receiver.sleep()).toBe(true);
  receiver.poll();
  expect(sender.sleep()).toBe(false);
  receiver.giveBack();
  expect(seen).toEqual(['received 0', 'credit 1']);
  expect(receiver.sleep()).toBe(false);
  send();
  expect(seen).toEqual(['received 0', 'credit 1', 'received 1']);
  receiver.giveBack();
  expect(seen).toHaveLength(3);
});

test('it is drained, and complete, once the sender has closed and everything was emitted', () => {
  const { sender, receiver, send } = channel(2);
  let complete = 0;
  receiver.microbatches.subscribe({ complete: () => complete++ });
  send();
  sender.close();
  expect([receiver.drained, complete]).toEqual([false, 0]);
  receiver.poll();
  expect([receiver.drained, complete, receiver.sleep()]).toEqual([true, 1, false]);
});

test('what is given back or sent without a microbatch is refused', () => {
  const { sender, receiver } = channel(1);
  expect(() => receiver.giveBack()).toThrow('giveBack needs a microbatch that was emitted; got none');
  expect(() => sender.send()).toThrow('send needs a slot that was claimed; got none');
  expect(() => channel(0)).toThrow(
    new RangeError(
      'capacity of a channel must be a whole number of microbatches, 1 or more, or Infinity; got 0',
    ),
  );
});

test('whatever the order of calls, microbatches come once, in order, and never more are under way than the capacity', () => {
  const moves = fc.array(fc.constantFrom('send', 'poll', 'giveBack'), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), moves, (capacity, calls) => {
      const { receiver, send, slots } = channel(capacity);
      const seen: number[] = [];
      receiver.microbatches.subscribe(({ sequence }) => seen.push(sequence));
      let back = 0;
      for (const call of calls) {
        if (call === 'send') send();
        else if (call === 'poll') receiver.poll();
        else if (back < seen.length) {
          receiver.giveBack();
          back++;
        }
      }
      expect(seen).toEqual(seen.map((_, i) => i));
      expect(slots.length).toBeLessThanOrEqual(capacity);
    }),
  );
});

test('thousands under way come out in order', () => {
  const { receiver, send } = channel(Number.POSITIVE_INFINITY);
  const seen: number[] = [];
  receiver.microbatches.subscribe(({ sequence }) => seen.push(sequence));
  for (let i = 0; i < 5000; i++) send();
  receiver.poll();
  for (let i = 0; i < 5000; i++) receiver.giveBack();
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});
