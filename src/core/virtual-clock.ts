import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { must } from './check.ts';
import { EventQueue } from './event-queue.ts';

/**
 * A clock that stands until it is run: an RxJS 7 scheduler, so `interval(ms(10), clock)`, `delay(us(5), clock)` and
 * `timeout({ each: ms(1), scheduler: clock })` obey it. All times are whole nanoseconds.
 *
 *     const clock = new VirtualClock();
 *     interval(ms(10), clock).pipe(take(3)).subscribe((n) => console.log(n, clock.now()));
 *     clock.run();
 *
 * RxJS's own `VirtualTimeScheduler` sorts all that waits whenever something is scheduled, and keeps every past tick of an
 * interval; here both cost O(log n) in time and nothing in memory once they are over.
 */
export class VirtualClock implements SchedulerLike {
  private readonly queue = new EventQueue();
  private readonly actions: (Runnable | undefined)[] = [];
  private readonly free: number[] = [];
  private running = false;
  /** unsubscribed, and still in the queue */
  private dead = 0;

  /** nanoseconds since the clock was made */
  now(): number {
    return this.queue.now;
  }

  /** actions that wait */
  get waiting(): number {
    return this.queue.size - this.dead;
  }

  /**
   * @param delay  nanoseconds, rounded to whole ones; below 0, 0
   * @throws {RangeError} when delay is not a number: nothing could be put in order behind it
   */
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new Action(this, work).schedule(state, delay);
  }

  /**
   * Does everything that is due, moving from one action to the next.
   *
   * @param until  nanoseconds: later actions stay; left out, all there is. The clock then stands there, or at the last action
   * @throws what an action throws; the others stay, and `run` goes on with them
   */
  run(until = Number.POSITIVE_INFINITY): void {
    must(until >= this.queue.now, 'until', `${this.queue.now} ns or later, where the clock stands`, until);
    if (this.running) return;
    this.running = true;
    try {
      while (this.queue.nextTime <= until && this.queue.size > 0) {
        const { now } = this.queue;
        const slot = this.queue.pop();
        const action = this.actions[slot];
        this.actions[slot] = undefined;
        this.free.push(slot);
        if (action) action.execute(slot);
        else {
          // time does not pass for what was called off
          this.queue.now = now;
          this.dead--;
        }
      }
    } finally {
      this.running = false;
    }
    if (until > this.queue.now && Number.isFinite(until)) this.queue.now = until;
  }

  /** @returns the slot that names it until it is due */
  enter(action: Runnable, delay: number): number {
    must(!Number.isNaN(delay), 'delay', 'a number', delay);
    const slot = this.free.pop() ?? this.actions.length;
    this.actions[slot] = action;
    this.queue.push(this.queue.now + Math.max(0, Math.round(delay)), slot);
    return slot;
  }

  /**
   * Forgets what waits in a slot. It leaves the queue when its time comes, or when more are called off than wait: a `timeout`
   * that is renewed with each of many values does not pile up.
   */
  leave(slot: number): void {
    this.actions[slot] = undefined;
    if (++this.dead < 1000 || this.dead < this.queue.size / 2) return;
    this.queue.retain((of) => {
      if (this.actions[of] !== undefined) return true;
      this.free.push(of);
      return false;
    });
    this.dead = 0;
  }
}

interface Runnable {
  execute(slot: number): void;
}

/** One piece of work; it may schedule itself again. */
class Action<T> extends Subscription implements SchedulerAction<T> {
  private readonly clock: VirtualClock;
  private readonly work: (this: SchedulerAction<T>, state?: T) => void;
  private state: T | undefined;
  private slot = -1;

  constructor(clock: VirtualClock, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.clock = clock;
    this.work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.state = state;
    if (this.slot >= 0) this.clock.leave(this.slot);
    this.slot = this.clock.enter(this, delay);
    return this;
  }

  execute(slot: number): void {
    if (this.closed || this.slot !== slot) return;
    this.slot = -1;
    try {
      this.work(this.state);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
    // work that did not schedule itself again is over
    if (this.slot < 0) this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.slot >= 0) this.clock.leave(this.slot);
    this.slot = -1;
    super.unsubscribe();
  }
}
