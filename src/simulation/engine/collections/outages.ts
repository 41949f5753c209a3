/** A device stands still, or is slower, from a stated time on. Times are in ticks. */
export interface Outage {
  readonly kind: 'pause' | 'slow' | 'kill';
  readonly at: number;
  /** of a kill: until the device runs again, before it makes again what it has lost */
  readonly lasts: number;
  /** of a slowness: how many times as long each op takes */
  readonly times?: number;
}

/** What was planned to go wrong with devices. What idle time hides of it costs nothing more. */
export class Outages {
  private readonly planned: Outage[][];
  /** ticks of work since the last checkpoint [devices] */
  private readonly unsaved: Float64Array;
  private left = 0;
  /** whether some may be planned while it goes on */
  expected = false;

  constructor(devices: number) {
    this.planned = Array.from({ length: devices }, () => []);
    this.unsaved = new Float64Array(devices);
  }

  /** whether none is to come any more */
  get none(): boolean {
    return this.left === 0 && !this.expected;
  }

  add(device: number, outage: Outage): void {
    this.left++;
    this.planned[device].push(outage);
    this.planned[device].sort((a, b) => a.at - b.at);
  }

  /** A checkpoint of the device has been taken. */
  saved(device: number): void {
    this.unsaved[device] = 0;
  }

  /** When an op ends that would end at `end` if nothing were planned. */
  stretch(device: number, start: number, end: number): number {
    const work = end - start;
    let [now, left] = [start, work];
    const still: Outage[] = [];
    for (const outage of this.planned[device]) {
      const { at, lasts, kind, times = 1 } = outage;
      if (at >= now + left) {
        still.push(outage);
      } else if (kind === 'slow') {
        const until = at + lasts;
        left -= Math.max(0, at - now);
        now = Math.max(now, at);
        const done = Math.min(left, Math.max(0, until - now) / times);
        [now, left] = [now + done * times, left - done];
        if (now < until) still.push(outage);
      } else {
        left -= Math.max(0, at - now);
        now = Math.max(now, at + lasts);
        if (kind === 'kill') {
          now += this.unsaved[device];
          left = work;
        }
      }
    }
    this.left -= this.planned[device].length - still.length;
    this.planned[device] = still;
    this.unsaved[device] += work;
    return Math.round(now + left);
  }
}
