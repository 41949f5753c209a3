/**
 * What is to happen, by time: a binary heap over plain arrays. Events of one time come in the order in which they were
 * pushed, so a simulation is the same each time it runs.
 *
 * Time is whole nanoseconds; an event is a small whole number whose meaning is its owner's. To push or pop costs O(log n)
 * and makes no object.
 */
export class EventQueue {
  /** how many wait */
  size = 0;
  /** the time of the event popped last */
  now = 0;
  private times = new Float64Array(64);
  private turns = new Float64Array(64);
  private events = new Int32Array(64);
  private pushed = 0;

  /** @param time  not before `now` */
  push(time: number, event: number): void {
    if (this.size === this.times.length) this.grow();
    const { times, turns, events } = this;
    const turn = this.pushed++;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // what is pushed is younger than all there is: at equal times it stays below
      if (times[parent] <= time) break;
      times[at] = times[parent];
      turns[at] = turns[parent];
      events[at] = events[parent];
      at = parent;
    }
    times[at] = time;
    turns[at] = turn;
    events[at] = event;
  }

  /** when the next event comes; Infinity where there is none */
  get nextTime(): number {
    return this.size > 0 ? this.times[0] : Number.POSITIVE_INFINITY;
  }

  /** Takes the next event and moves `now` to its time; −1 where there is none. */
  pop(): number {
    if (this.size === 0) return -1;
    const { times, turns, events } = this;
    const event = events[0];
    this.now = times[0];
    const last = --this.size;
    const time = times[last];
    const turn = turns[last];
    const moved = events[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (
        right < last &&
        (times[right] < times[child] || (times[right] === times[child] && turns[right] < turns[child]))
      )
        child = right;
      if (time < times[child] || (time === times[child] && turn < turns[child])) break;
      times[at] = times[child];
      turns[at] = turns[child];
      events[at] = events[child];
      at = child;
    }
    times[at] = time;
    turns[at] = turn;
    events[at] = moved;
    return event;
  }

  /** Drops every event that is not to be kept; the others keep their order. */
  retain(keeps: (event: number) => boolean): void {
    const { times, turns, events } = this;
    const kept = Array.from({ length: this.size }, (_, i) => i).filter((i) => keeps(events[i]));
    // in their order, they are a heap
    kept.sort((a, b) => times[a] - times[b] || turns[a] - turns[b]);
    this.times = Float64Array.from({ length: times.length }, (_, i) => times[kept[i]]);
    this.turns = Float64Array.from({ length: times.length }, (_, i) => turns[kept[i]]);
    this.events = Int32Array.from({ length: times.length }, (_, i) => events[kept[i]] ?? 0);
    this.size = kept.length;
  }

  private grow(): void {
    const length = 2 * this.times.length;
    const times = new Float64Array(length);
    const turns = new Float64Array(length);
    const events = new Int32Array(length);
    times.set(this.times);
    turns.set(this.turns);
    events.set(this.events);
    Object.assign(this, { times, turns, events });
  }
}
