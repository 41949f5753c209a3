import { MessageChannel, Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { threadArguments } from '../../src/core/thread.ts';
import { planLink } from '../../src/threads/link.ts';
import type { Job } from './link-threads.worker.ts';
import { shape } from './traffic.ts';

// Two threads that stay, one at each end of link after link: a property needs many links, and a thread costs most.

const threads: Worker[] = [];
const arena = Arena.over();

beforeAll(() => {
  for (let i = 0; i < 2; i++) {
    threads.push(
      new Worker(new URL('./link-threads.worker.ts', import.meta.url), {
        execArgv: threadArguments(import.meta.url),
      }),
    );
  }
});

afterAll(() => Promise.all(threads.map((thread) => thread.terminate())));

interface Passage {
  readonly capacity: number;
  readonly count: number;
  /** chance of a pause after a microbatch, sending and receiving */
  readonly pauses: readonly [number, number];
  readonly seed: number;
  /** what both counters say at the start */
  readonly start?: number;
  /** every microbatch is followed by a sleep at both ends, and each end looks only when it is woken */
  readonly lazy?: boolean;
}

/** @returns what both ends say, or how far they got within `limit` milliseconds */
async function pass(passage: Passage, limit = 20_000): Promise<unknown> {
  const { capacity, count, pauses, seed, start = 0, lazy = false } = passage;
  const plan = planLink('link', shape, capacity, arena);
  const header = new Int32Array(arena.buffer, plan.at, 17);
  header[0] = start;
  header[16] = start;
  const { port1, port2 } = new MessageChannel();
  const ends = [port1, port2];
  const answers = threads.map(
    (thread, i) =>
      new Promise((resolve, reject) => {
        const { port1: mine, port2: theirs } = new MessageChannel();
        mine.once('message', (said) => {
          mine.close();
          resolve(said);
        });
        thread.once('error', reject);
        const traffic = { count, pause: pauses[i], seed };
        const role = i === 0 ? 'send' : 'receive';
        const { memory } = arena;
        const job: Job = { role, end: { plan, port: ends[i] }, memory, traffic, lazy, answer: theirs };
        thread.postMessage(job, [ends[i], theirs]);
      }),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    const stuck = () =>
      resolve(`stuck: sent ${(header[0] - start) | 0}, returned ${(header[16] - start) | 0}`);
    timer = setTimeout(stuck, limit);
  });
  const said = await Promise.race([Promise.all(answers), late]);
  clearTimeout(timer);
  for (const thread of threads) thread.removeAllListeners('error');
  return said;
}

test('between two threads nothing is lost, doubled, reordered or damaged, whatever the capacity and the pauses', async () => {
  const chance = fc.constantFrom(0, 0.05, 0.5, 1);
  const passage = fc.record({
    capacity: fc.integer({ min: 1, max: 8 }),
    count: fc.integer({ min: 0, max: 200 }),
    pauses: fc.tuple(chance, chance),
    seed: fc.nat(),
    start: fc.constantFrom(0, 2 ** 31 - 3, -2),
    lazy: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(passage, async (one) => {
      expect(await pass(one, 5000)).toEqual([one.count, { received: one.count, wrong: 0 }]);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true, endOnFailure: true },
  );
});

test.each([1, 2, 8])(
  'two ends that sleep after every microbatch are always woken, 20 000 times, with capacity %i',
  async (capacity) => {
    const said = await pass({ capacity, count: 20_000, pauses: [0, 0], seed: 3, lazy: true });
    expect(said).toEqual([20_000, { received: 20_000, wrong: 0 }]);
  },
);
