import type { Ring } from './collections/ring.ts';

export const STARVED = 0;
export const BLOCKED = 1;
export const COMMUNICATING = 2;

/** How the devices spent their time, and what they held: sums made as the simulation goes on. */
export class Tally {
  readonly busy: Float64Array;
  /** starved, blocked, communicating  [devices × 3] */
  readonly waits: Float64Array;
  /** of those, the ones before a device's first op */
  readonly before: Float64Array;
  readonly firstStart: Float64Array;
  readonly lastEnd: Float64Array;
  /** microbatches begun and not yet learned from, times the share of the device's layers  [devices] */
  readonly held: Float64Array;
  readonly peakHeld: Float64Array;
  readonly peakVersions: Int32Array;
  /** ops that took time */
  ops = 0;
  /** staleness in updates → how often  */
  readonly staleness = new Map<number, number>();
  /** updates between F and B of a microbatch that goes back by the newest weights → how often */
  readonly inconsistency = new Map<number, number>();
  /** of the messages into each stage: sum of nanoseconds between sending and use, and the most that waited [stages] */
  readonly queued: Float64Array;
  readonly peakQueue: Int32Array;

  constructor(devices: number, stages: number) {
    this.busy = new Float64Array(devices);
    this.waits = new Float64Array(3 * devices);
    this.before = new Float64Array(3 * devices);
    this.firstStart = new Float64Array(devices).fill(Number.POSITIVE_INFINITY);
    this.lastEnd = new Float64Array(devices);
    this.held = new Float64Array(devices);
    this.peakHeld = new Float64Array(devices);
    this.peakVersions = new Int32Array(devices).fill(1);
    this.queued = new Float64Array(stages);
    this.peakQueue = new Int32Array(stages);
  }

  hold(device: number, share: number): void {
    this.held[device] += share;
    if (this.held[device] > this.peakHeld[device]) this.peakHeld[device] = this.held[device];
  }

  /** @param start  of an op, which may have taken no time */
  ended(device: number, start: number, end: number): void {
    if (end > start) this.ops++;
    this.busy[device] += end - start;
    if (start < this.firstStart[device]) {
      this.firstStart[device] = start;
      this.before.set(this.waits.subarray(3 * device, 3 * device + 3), 3 * device);
    }
    if (end > this.lastEnd[device]) this.lastEnd[device] = end;
  }

  /** An op stands still while its device sends: so much of its time is no work. */
  interrupted(device: number, nanoseconds: number): void {
    this.busy[device] -= nanoseconds;
    this.waits[3 * device + COMMUNICATING] += nanoseconds;
  }

  arrived(stage: number, ring: Ring): void {
    if (ring.size > this.peakQueue[stage]) this.peakQueue[stage] = ring.size;
  }

  stale(updates: number): void {
    count(this.staleness, updates);
  }

  inconsistent(updates: number): void {
    count(this.inconsistency, updates);
  }
}

function count(into: Map<number, number>, updates: number): void {
  into.set(updates, (into.get(updates) ?? 0) + 1);
}
