import { MessageChannel, Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { threadArguments } from '../../src/core/thread.ts';
import { type LinkEnd, LinkReceiver, LinkSender, planLink } from '../../src/threads/link.ts';
import { receiveAll, sendAll, shape, type Traffic } from './traffic.ts';

const arena = Arena.over();

/** The counters and flags of a link. */
const headerOf = ({ plan }: LinkEnd) => new Int32Array(arena.buffer, plan.at, 5 * 16);

function link(capacity: number): { sending: LinkEnd; receiving: LinkEnd } {
  const plan = planLink('link', shape, capacity, arena);
  const { port1, port2 } = new MessageChannel();
  return { sending: { plan, port: port1 }, receiving: { plan, port: port2 } };
}

/** Both ends in this thread, without a listener: what the counters alone say. */
function bare(capacity: number) {
  const { sending, receiving } = link(capacity);
  const sender = new LinkSender(sending, arena);
  const receiver = new LinkReceiver(receiving, arena);
  const seen: number[] = [];
  receiver.microbatches.subscribe((m) => seen.push(m.sequence));
  const send = (sequence: number) => {
    const slot = sender.claim();
    if (slot === undefined) return false;
    slot.sequence = sequence;
    sender.send();
    return true;
  };
  const release = () => {
    sender.release();
    receiver.release();
  };
  return { sender, receiver, seen, send, release, header: headerOf(sending) };
}

test('a full link blocks its sender until a credit returns', () => {
  const { sender, receiver, send, release } = bare(2);
  expect([sender.credit, send(0), sender.credit, send(1), sender.credit, send(2)]).toEqual([
    2,
    true,
    1,
    true,
    0,
    false,
  ]);
  receiver.poll();
  expect(sender.credit).toBe(0);
  receiver.giveBack();
  expect([sender.credit, send(2), sender.credit]).toEqual([1, true, 0]);
  release();
});

test('a link of capacity 1 is lock-step', () => {
  const { sender, receiver, seen, send, release } = bare(1);
  for (let i = 0; i < 5; i++) {
    expect(send(i)).toBe(true);
    expect(send(99)).toBe(false);
    receiver.poll();
    expect(sender.credit).toBe(0);
    receiver.giveBack();
  }
  expect(seen).toEqual([0, 1, 2, 3, 4]);
  release();
});

test('any order of sending, looking and giving back keeps every microbatch, once and in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom('send', 'look', 'give'), { maxLength: 80 }),
      fc.constantFrom(0, 2 ** 31 - 3, -2),
      (capacity, steps, startCount) => {
        const { sending, receiving } = link(capacity);
        // both counters near where a signed 32-bit number wraps: only their difference may matter
        headerOf(sending)[0] = startCount;
        headerOf(sending)[16] = startCount;
        const sender = new LinkSender(sending, arena);
        const receiver = new LinkReceiver(receiving, arena);
        const seen: number[] = [];
        receiver.microbatches.subscribe((m) => seen.push(m.sequence));
        let sent = 0;
        let given = 0;
        for (const step of steps) {
          if (step === 'send') {
            const slot = sender.claim();
            expect(slot !== undefined).toBe(sent - given < capacity);
            if (slot) {
              slot.sequence = sent++;
              sender.send();
            }
          } else if (step === 'look') {
            receiver.poll();
            expect(seen).toEqual(Array.from({ length: sent }, (_, i) => i));
          } else if (given < seen.length) {
            receiver.giveBack();
            given++;
          }
          expect(sender.credit).toBe(capacity - (sent - given));
        }
        sender.release();
        receiver.release();
      },
    ),
    { numRuns: 200 },
  );
});

test('asking to be woken tells what came in just before: a bell is never missed', () => {
  const { sender, receiver, send, release } = bare(1);
  expect(receiver.sleep()).toBe(false);
  send(0);
  expect(receiver.sleep()).toBe(true);
  receiver.poll();
  expect(sender.sleep()).toBe(false);
  receiver.giveBack();
  expect(sender.sleep()).toBe(true);
  sender.close();
  expect(receiver.sleep()).toBe(true);
  release();
});

test('a bell that rings late, for what was found without it, leaves the receiver asleep', async () => {
  const { sending, receiving } = link(2);
  const sender = new LinkSender(sending, arena);
  const receiver = new LinkReceiver(receiving, arena);
  const header = headerOf(sending);
  const receiverSleeps = 48;
  const seen: number[] = [];
  receiver.microbatches.subscribe((m) => seen.push(m.sequence));
  expect(receiver.sleep()).toBe(false);
  // between counting and ringing a sender may be held up for long: the receiver has taken it all and sleeps again
  expect(Atomics.exchange(header, receiverSleeps, 0)).toBe(1);
  sending.port.postMessage(null);
  await new Promise((resolve) => receiving.port.once('message', resolve));
  expect(Atomics.load(header, receiverSleeps)).toBe(1);
  sender.claim();
  sender.send();
  await new Promise((resolve) => receiving.port.once('message', resolve));
  expect(seen).toHaveLength(1);
  sender.release();
});

test('within one thread all that is sent arrives, intact and in order, however the two ends pause', async () => {
  const traffic = fc.record({
    count: fc.integer({ min: 0, max: 60 }),
    pause: fc.constantFrom(0, 0.1),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), traffic, async (capacity, one) => {
      const { sending, receiving } = link(capacity);
      const both = await Promise.all([receiveAll(receiving, arena, one), sendAll(sending, arena, one)]);
      expect(both).toEqual([{ received: one.count, wrong: 0 }, one.count]);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
  );
});

test('closing completes a receiver that sleeps, after all that was sent', async () => {
  const { sending, receiving } = link(2);
  const received = receiveAll(receiving, arena, { count: 0, pause: 0, seed: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await sendAll(sending, arena, { count: 2, pause: 0, seed: 1 })).toBe(2);
  expect(await received).toEqual({ received: 2, wrong: 0 });
});

/** The traffic between two threads, ended by a limit of its own where a bell was missed. */
async function between(capacity: number, traffic: Traffic, limit: number): Promise<unknown> {
  const { sending, receiving } = link(capacity);
  const worker = (role: string, end: LinkEnd) =>
    new Worker(new URL('./link.worker.ts', import.meta.url), {
      workerData: { role, end, memory: arena.memory, traffic },
      transferList: [end.port],
      execArgv: threadArguments(import.meta.url),
    });
  const threads = [worker('receive', receiving), worker('send', sending)];
  const answer = threads.map(
    (thread) => new Promise((resolve, reject) => thread.on('message', resolve).on('error', reject)),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`stuck after ${headerOf(sending)[0]} microbatches`), limit);
  });
  const result = await Promise.race([Promise.all(answer), late]);
  clearTimeout(timer);
  await Promise.all(threads.map((thread) => thread.terminate()));
  return result;
}

const ways: readonly [number, number, number][] = [
  [1, 20_000, 0],
  [2, 20_000, 0],
  [3, 4000, 0.2],
  [8, 20_000, 0.01],
  [8, 100_000, 0],
];

test.each(ways)(
  'between two threads with capacity %i, %i microbatches arrive intact, pausing with chance %f',
  async (capacity, count, pause) => {
    const result = await between(capacity, { count, pause, seed: 5 }, 45_000);
    expect(result).toEqual([{ received: count, wrong: 0 }, count]);
  },
);
