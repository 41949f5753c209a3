import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import {
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  interval,
  map,
  NEVER,
  type Observable,
  of,
  type SchedulerLike,
  type Subscription,
  take,
  throttleTime,
  timeout,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What a stream emits, and when, on a clock that is run to its end. */
function seen<T>(make: (clock: VirtualClock) => Observable<T>): [time: number, value: T | string][] {
  const clock = new VirtualClock();
  const events: [number, T | string][] = [];
  make(clock).subscribe({
    next: (value) => events.push([clock.now(), value]),
    error: (error: Error) => events.push([clock.now(), error.name]),
    complete: () => events.push([clock.now(), 'end']),
  });
  clock.run();
  return events;
}

const times = (events: readonly [number, unknown][]) => events.map(([time]) => time);
/** one value at each of these times, and no end */
const at = (clock: SchedulerLike, ...moments: number[]) =>
  of(...moments).pipe(concatMap((moment) => timer(moment - clock.now(), clock).pipe(map(() => moment))));

describe('RxJS obeys the clock', () => {
  it('interval, take and delay', () => {
    expect(seen((clock) => interval(10, clock).pipe(take(3), delay(5, clock)))).toEqual([
      [15, 0],
      [25, 1],
      [35, 2],
      [35, 'end'],
    ]);
  });

  it('timer with a first wait of its own', () => {
    expect(times(seen((clock) => timer(3, 10, clock).pipe(take(3))))).toEqual([3, 13, 23, 23]);
  });

  it('timeout: the error comes when nothing has come for so long', () => {
    const slow = seen((clock) => at(clock, 4, 9, 30).pipe(timeout({ each: 10, scheduler: clock })));
    expect(slow).toEqual([
      [4, 4],
      [9, 9],
      [19, 'TimeoutError'],
    ]);
    expect(seen((clock) => NEVER.pipe(timeout({ first: 7, scheduler: clock })))).toEqual([
      [7, 'TimeoutError'],
    ]);
  });

  it('debounceTime: what no other follows for so long', () => {
    expect(seen((clock) => at(clock, 10, 13, 14, 40, 44).pipe(debounceTime(5, clock)))).toEqual([
      [19, 14],
      [44, 44],
      [44, 'end'],
    ]);
  });

  it('throttleTime: what nothing came before for so long', () => {
    const kept = seen((clock) => at(clock, 1, 3, 8, 20, 21).pipe(throttleTime(5, clock)));
    expect(times(kept)).toEqual([1, 8, 20, 21]);
  });

  it('bufferTime: a list at each end of a span', () => {
    expect(seen((clock) => interval(4, clock).pipe(take(5), bufferTime(10, clock)))).toEqual([
      [10, [0, 1]],
      [20, [2, 3]],
      [20, [4]],
      [20, 'end'],
    ]);
  });

  it('work that schedules itself again, frame after frame', () => {
    const clock = new VirtualClock();
    const frames: [number, number | undefined][] = [];
    clock.schedule<number>(
      function (count = 0) {
        frames.push([clock.now(), count]);
        if (count < 3) this.schedule(count + 1, 16);
      },
      16,
      0,
    );
    clock.run();
    expect(frames).toEqual([
      [16, 0],
      [32, 1],
      [48, 2],
      [64, 3],
    ]);
    expect(clock.waiting).toBe(0);
  });
});

/** A program that any scheduler can carry out: what each piece of work does when it comes. */
interface Work {
  /** how long after its scheduling it comes */
  readonly delay: number;
  /** works that it schedules, by number, if they are still to come */
  readonly starts: readonly number[];
  /** works that it unsubscribes, by number, if they have been scheduled */
  readonly stops: readonly number[];
  /** times that it schedules itself again, and after how long */
  readonly again: number;
  readonly every: number;
}

const programs = fc
  .array(
    fc.record({
      delay: fc.nat(6),
      starts: fc.array(fc.nat(19), { maxLength: 3 }),
      stops: fc.array(fc.nat(19), { maxLength: 2 }),
      again: fc.nat(3),
      every: fc.nat(5),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((works): readonly Work[] => works);

function carriedOut(program: readonly Work[], clock: SchedulerLike, flush: () => void): string[] {
  const log: string[] = [];
  const subscriptions: Subscription[] = [];
  const start = (number: number): void => {
    const work = program[number];
    if (work === undefined || subscriptions[number] !== undefined) return;
    subscriptions[number] = clock.schedule<number>(
      function (left = 0) {
        log.push(`${clock.now()}: ${number} (${left})`);
        for (const other of work.starts) start(other);
        if (left > 0) this.schedule(left - 1, work.every);
        for (const other of work.stops) subscriptions[other]?.unsubscribe();
      },
      work.delay,
      work.again,
    );
  };
  for (const number of [0, 1, 2]) start(number);
  flush();
  return log;
}

describe('the clock', () => {
  it('does what RxJS’s VirtualTimeScheduler does, whatever is scheduled and unsubscribed', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const theirs = new VirtualTimeScheduler();
        const ours = new VirtualClock();
        const expected = carriedOut(program, theirs, () => theirs.flush());
        expect(carriedOut(program, ours, () => ours.run())).toEqual(expected);
        expect(ours.waiting).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('does work of one time in the order of scheduling, that of running work last', () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    clock.schedule(() => {
      log.push('a');
      clock.schedule(() => log.push('a now'));
    }, 5);
    for (const name of ['b', 'c']) clock.schedule(() => log.push(name), 5);
    clock.schedule(() => log.push('first'), 1);
    clock.run();
    expect(log).toEqual(['first', 'a', 'b', 'c', 'a now']);
    expect(clock.now()).toBe(5);
  });

  it('rounds delays to whole nanoseconds, and takes negative ones for 0', () => {
    const clock = new VirtualClock();
    const log: number[] = [];
    for (const wait of [2.6, -3, 1.4]) clock.schedule(() => log.push(clock.now()), wait);
    clock.run();
    expect(log).toEqual([0, 1, 3]);
  });

  it('runs until a time, that time included, and stands there', () => {
    const clock = new VirtualClock();
    const log: number[] = [];
    interval(10, clock).subscribe(() => log.push(clock.now()));
    clock.run(30);
    expect([log, clock.now()]).toEqual([[10, 20, 30], 30]);
    clock.run(35);
    expect([log.length, clock.now()]).toEqual([3, 35]);
    clock.schedule(() => log.push(-clock.now()), 2);
    clock.run(40);
    expect(log).toEqual([10, 20, 30, -37, 40]);
  });

  it('stands at the last action where it is run to the end, and at 0 where there is nothing', () => {
    const clock = new VirtualClock();
    clock.run();
    expect(clock.now()).toBe(0);
    clock.schedule(() => {}, 12);
    clock.run();
    expect(clock.now()).toBe(12);
  });

  it('refuses to run back, or until no time at all', () => {
    const clock = new VirtualClock();
    clock.run(50);
    expect(() => clock.run(49)).toThrow('until must be 50 ns or later, where the clock stands; got 49');
    expect(() => clock.run(Number.NaN)).toThrow(
      'until must be 50 ns or later, where the clock stands; got NaN',
    );
    expect(() => clock.run(50)).not.toThrow();
  });

  it('refuses a delay that is no number, and keeps what waits in order', () => {
    const clock = new VirtualClock();
    const log: number[] = [];
    for (const wait of [3, 1]) clock.schedule(() => log.push(clock.now()), wait);
    expect(() => clock.schedule(() => {}, Number.NaN)).toThrow('delay must be a number; got NaN');
    clock.run();
    expect(log).toEqual([1, 3]);
  });

  it('stays where it is when running work runs it', () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    clock.schedule(() => {
      clock.run();
      log.push('outer');
    }, 1);
    clock.schedule(() => log.push('inner'), 2);
    clock.run();
    expect(log).toEqual(['outer', 'inner']);
  });

  it('throws what an action throws, leaves the others, and goes on with them', () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    clock.schedule(() => log.push('before'), 1);
    const broken = clock.schedule(() => {
      throw new Error('the lamp went out');
    }, 2);
    clock.schedule(() => log.push('same time'), 2);
    interval(5, clock)
      .pipe(take(2))
      .subscribe(() => log.push(`tick ${clock.now()}`));
    expect(() => clock.run()).toThrow('the lamp went out');
    expect([log, clock.now(), broken.closed]).toEqual([['before'], 2, true]);
    clock.run();
    expect(log).toEqual(['before', 'same time', 'tick 5', 'tick 10']);
  });

  it('never does what was unsubscribed, also by work of the same time', () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    let later: Subscription | undefined;
    clock.schedule(() => later?.unsubscribe(), 5);
    later = clock.schedule(() => log.push('later'), 5);
    clock.schedule(() => log.push('never'), 3).unsubscribe();
    clock.run();
    expect([log, clock.waiting]).toEqual([[], 0]);
  });

  it('lets work unsubscribe itself and schedule itself in vain', () => {
    const clock = new VirtualClock();
    let count = 0;
    const subscription = clock.schedule(function () {
      count++;
      subscription.unsubscribe();
      this.schedule(undefined, 1);
    }, 1);
    clock.run();
    expect([count, clock.waiting, clock.now()]).toEqual([1, 0, 1]);
  });

  it('closes what has run and did not schedule itself again', () => {
    const clock = new VirtualClock();
    const once = clock.schedule(() => {}, 1);
    expect(once.closed).toBe(false);
    clock.run();
    expect(once.closed).toBe(true);
  });

  it('keeps nothing of 300,000 ticks of an interval, and unsubscribes it without overflow', () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const subscription = interval(1, clock).subscribe(() => ticks++);
    clock.run(100_000);
    collect();
    const before = process.memoryUsage().heapUsed;
    clock.run(300_000);
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    expect([ticks, clock.waiting]).toEqual([300_000, 1]);
    // a byte a tick would be 200 kB
    expect(grown).toBeLessThan(200_000);
    expect(() => subscription.unsubscribe()).not.toThrow();
    clock.run(300_001);
    expect([ticks, clock.waiting]).toEqual([300_000, 0]);
  });

  it('holds as many places as wait at the same time, not as many as there ever were', () => {
    const clock = new VirtualClock();
    for (let i = 0; i < 100_000; i++) {
      clock.schedule(() => {}, 1);
      clock.run();
    }
    expect(Reflect.get(clock, 'actions')).toHaveLength(1);
  });
});

describe('what is called off', () => {
  it('does not pile up: a timeout renewed with each of 200,000 values', () => {
    const clock = new VirtualClock();
    let most = 0;
    let values = 0;
    interval(1000, clock)
      .pipe(take(200_000), timeout({ each: 1e9, scheduler: clock }))
      .subscribe(() => {
        values++;
        most = Math.max(most, (clock as unknown as { queue: { size: number } }).queue.size);
      });
    clock.run();
    expect(values).toBe(200_000);
    expect(most).toBeLessThan(2100);
    expect(clock.waiting).toBe(0);
  });

  it('does not move the clock', () => {
    const clock = new VirtualClock();
    const later = clock.schedule(() => {}, 1e6);
    clock.schedule(() => later.unsubscribe(), 10);
    clock.run();
    expect(clock.now()).toBe(10);
  });
});
