import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/core/event-queue.ts';

/** What the queue is: an array sorted by time, equal times in the order of pushing. */
class Sorted {
  private readonly waiting: { time: number; event: number }[] = [];

  push(time: number, event: number): void {
    const after = this.waiting.findIndex((other) => other.time > time);
    this.waiting.splice(after < 0 ? this.waiting.length : after, 0, { time, event });
  }

  pop(): { time: number; event: number } | undefined {
    return this.waiting.shift();
  }
}

function popAll(queue: EventQueue): [time: number, event: number][] {
  const popped: [number, number][] = [];
  for (let event = queue.pop(); event !== -1; event = queue.pop()) popped.push([queue.now, event]);
  return popped;
}

/** Stable sort by time: the order in which such events must come out. */
function sorted(times: readonly number[]): [time: number, event: number][] {
  return times.map((time, event): [number, number] => [time, event]).sort(([a], [b]) => a - b);
}

function through(times: readonly number[]): [time: number, event: number][] {
  const queue = new EventQueue();
  for (const [event, time] of times.entries()) queue.push(time, event);
  return popAll(queue);
}

describe('an event queue', () => {
  it('gives −1 when it is empty, and stays where it was', () => {
    const queue = new EventQueue();
    expect([queue.pop(), queue.now, queue.size, queue.nextTime]).toEqual([
      -1,
      0,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    queue.push(7, 3);
    expect([queue.nextTime, queue.now, queue.size]).toEqual([7, 0, 1]);
    expect([queue.pop(), queue.now]).toEqual([3, 7]);
    expect([queue.pop(), queue.now, queue.size, queue.nextTime]).toEqual([
      -1,
      7,
      0,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('gives events of one time in the order in which they were pushed', () => {
    const times = Array.from({ length: 1000 }, () => 5);
    expect(through(times)).toEqual(times.map((time, i) => [time, i]));
  });

  it('keeps that order where others were popped in between', () => {
    const queue = new EventQueue();
    for (const event of [0, 1, 2]) queue.push(10, event);
    expect(queue.pop()).toBe(0);
    // what comes now is younger than 1 and 2
    for (const event of [3, 4]) queue.push(10, event);
    expect(popAll(queue).map(([, event]) => event)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['rising', (i: number) => i],
    ['falling', (i: number) => 5000 - i],
    ['two by turns', (i: number) => i % 2],
    ['saw teeth', (i: number) => i % 70],
    ['a mountain', (i: number) => 2500 - Math.abs(2500 - i)],
    ['a valley', (i: number) => Math.abs(2500 - i)],
    ['very far apart', (i: number) => (i * 7919 * 2 ** 30) % 2 ** 52],
  ])('sorts times that are %s', (_name, at) => {
    const times = Array.from({ length: 5000 }, (_, i) => at(i));
    expect(through(times)).toEqual(sorted(times));
  });

  it('sorts any times as a stable sort does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (times) => {
        expect(through(times)).toEqual(sorted(times));
      }),
    );
  });

  it('does as a sorted array does, whatever is pushed and popped by turns', () => {
    const steps = fc.array(fc.option(fc.nat(12), { nil: undefined }), { maxLength: 400 });
    fc.assert(
      fc.property(steps, (list) => {
        const [queue, model] = [new EventQueue(), new Sorted()];
        for (const [event, ahead] of list.entries()) {
          if (ahead !== undefined) {
            queue.push(queue.now + ahead, event);
            model.push(queue.now + ahead, event);
          } else {
            const expected = model.pop();
            expect(queue.pop()).toBe(expected?.event ?? -1);
            if (expected) expect(queue.now).toBe(expected.time);
          }
        }
      }),
    );
  });

  it('grows past its first room with nothing lost, and again after it has been empty', () => {
    const queue = new EventQueue();
    for (const count of [63, 64, 65, 128, 129, 10_000]) {
      const times = Array.from({ length: count }, (_, i) => queue.now + ((i * 31) % 997));
      for (const [event, time] of times.entries()) queue.push(time, event);
      expect(queue.size).toBe(count);
      expect(popAll(queue)).toEqual(sorted(times));
      expect(queue.size).toBe(0);
    }
  });

  it('stays sorted through a hundred thousand turns of one pop and one push', () => {
    const queue = new EventQueue();
    for (let event = 0; event < 100; event++) queue.push(event % 7, event);
    let last = 0;
    let state = 1;
    let back = 0;
    for (let i = 0; i < 100_000; i++) {
      const event = queue.pop();
      if (queue.now < last) back++;
      last = queue.now;
      state = (state * 48_271) % 2_147_483_647;
      queue.push(queue.now + (state % 5), event);
    }
    expect([back, queue.size]).toEqual([0, 100]);
    expect(new Set(popAll(queue).map(([, event]) => event)).size).toBe(100);
  });
});

describe('retain', () => {
  it('drops events and leaves the others in their order', () => {
    const queue = new EventQueue();
    const times = Array.from({ length: 500 }, (_, i) => (i * 7919) % 97);
    for (const [event, time] of times.entries()) queue.push(time, event);
    queue.retain((event) => event % 3 === 0);
    queue.push(50, 1000);
    const order = [...times.entries()]
      .filter(([event]) => event % 3 === 0)
      .sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    const expected = order.map(([event]) => event);
    expected.splice(order.filter(([, time]) => time <= 50).length, 0, 1000);
    const popped = Array.from({ length: queue.size }, () => queue.pop());
    expect(popped).toEqual(expected);
    expect(queue.pop()).toBe(-1);
  });
});
