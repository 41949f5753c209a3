import { MessageChannel } from 'node:worker_threads';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { planLink } from '../../src/threads/link.ts';
import type { Position } from '../../src/threads/retained/layout.ts';
import { RetainedReceiver } from '../../src/threads/retained/receiver.ts';
import { type RetainedPlan, RetainedSender } from '../../src/threads/retained/sender.ts';
import { shape } from './traffic.ts';

const arena = Arena.over();

type Step =
  | 'learn'
  | 'predict'
  | 'poll'
  | 'give'
  | 'cover'
  | 'sender dies'
  | 'receiver dies'
  | 'drop'
  | 'twice';
const steps = fc.array(
  fc.constantFrom<Step>(
    ...(['learn', 'learn', 'learn', 'predict', 'poll', 'poll', 'give', 'give', 'cover'] as const),
    ...(['sender dies', 'receiver dies', 'drop', 'twice'] as const),
  ),
  { maxLength: 120 },
);

/** A sender and a receiver that do as they are told, and begin anew from what is covered where they die. */
function pair(capacity: number, kept: number) {
  const retained = { learned: capacity + kept, predictions: capacity + 2, verify: true, atOnce: false };
  const plan = planLink('link', shape, capacity, arena, retained) as RetainedPlan;
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  port2.unref();
  /** all that was sent, in the order in which it was */
  const sent: string[] = [];
  const made = { learned: 0, predicted: 0 };
  /** what the receiver's state covers, and what its lives have seen beyond it */
  let covered: Position = { learned: 0, predicted: 0 };
  let seen: string[] = [];
  const before: string[] = [];
  let given = 0;
  let sender = new RetainedSender(plan, port1, arena, made);
  const receive = () => {
    const one = new RetainedReceiver(plan, port2, arena, covered);
    one.microbatches.subscribe((m) => seen.push(`${m.purpose === 'learn' ? 'l' : 'p'}${m.sequence}`));
    return one;
  };
  let receiver = receive();
  const send = (purpose: 'learn' | 'onePass'): void => {
    const repeats = sender.needsNoCredit(purpose);
    const slot = sender.claim(purpose);
    if (slot === undefined) return;
    const name = purpose === 'learn' ? 'learned' : 'predicted';
    slot.sequence = made[name]++;
    slot.purpose = purpose;
    slot.rows = 1;
    sender.send();
    if (!repeats) sent.push(`${purpose === 'learn' ? 'l' : 'p'}${slot.sequence}`);
  };
  const act = (step: Step): void => {
    if (step === 'learn') send('learn');
    else if (step === 'predict') send('onePass');
    else if (step === 'poll') receiver.poll();
    else if (step === 'give' && given < seen.length) {
      given++;
      receiver.giveBack();
    } else if (step === 'cover') {
      // all that was given back
      const done = seen.splice(0, given);
      given = 0;
      before.push(...done);
      covered = {
        learned: before.filter((one) => one.startsWith('l')).length,
        predicted: before.filter((one) => one.startsWith('p')).length,
      };
      receiver.cover(0, covered.learned);
      receiver.cover(1, covered.predicted);
    } else if (step === 'sender dies') {
      // from the start of all: its predecessor's work is made again
      const again = [...sent];
      made.learned = 0;
      made.predicted = 0;
      sender = new RetainedSender(plan, port1, arena, made);
      for (const one of again) send(one.startsWith('l') ? 'learn' : 'onePass');
      expect(sent).toEqual(again);
    } else if (step === 'receiver dies') {
      seen = [];
      given = 0;
      receiver = receive();
    } else if (step === 'drop') receiver.misreads(1);
    else if (step === 'twice') receiver.misreads(-1);
  };
  return {
    act,
    sent,
    all: () => [...before, ...seen],
    credit: () => sender.credit,
    close: () => {
      port1.close();
      port2.close();
    },
  };
}

test('whatever is sent, given back, covered, lost or doubled, and whoever dies: all comes, once, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 5 }),
      steps,
      (capacity, kept, todo) => {
        const one = pair(capacity, kept);
        for (const step of todo) {
          one.act(step);
          expect(one.credit()).toBeGreaterThanOrEqual(0);
          expect(one.credit()).toBeLessThanOrEqual(capacity);
          expect(one.all()).toEqual(one.sent.slice(0, one.all().length));
        }
        one.act('poll');
        expect(one.all()).toEqual(one.sent);
        one.close();
      },
    ),
    { numRuns: 200 },
  );
});

test('a sender is kept waiting for what nothing covers, and goes on once it is', () => {
  const one = pair(2, 1);
  for (let i = 0; i < 3; i++) for (const step of ['learn', 'poll', 'give'] as const) one.act(step);
  expect(one.credit()).toBe(0);
  one.act('learn');
  expect(one.sent).toEqual(['l0', 'l1', 'l2']);
  one.act('cover');
  expect(one.credit()).toBe(2);
  one.close();
});
