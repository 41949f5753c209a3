import { EventQueue } from '../../core/event-queue.ts';
import { inNanoseconds } from '../in-nanoseconds.ts';
import type { Onlooker, Outside } from '../onlooker.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { ScheduleError } from '../schedule-error.ts';
import { Availability } from './availability.ts';
import { Books } from './books.ts';
import { Attention } from './collections/attention.ts';
import { UNDER_WAY } from './collections/ring.ts';
import { B, Durations, F, U, W } from './durations.ts';
import { Orders } from './orders.ts';
import { Policy } from './policy.ts';
import { type Stages, stagesOf } from './stages.ts';
import { BLOCKED, COMMUNICATING, STARVED, Tally } from './tally.ts';
import { Traffic } from './traffic.ts';

const NONE = -1;
/** A pipeline in virtual time: devices take the next op of their schedule, links delay what passes; what is kept is sums. */
export class Simulation {
  readonly tally: Tally;
  readonly traffic: Traffic;
  readonly availability: Availability;
  readonly stages: Stages;
  private readonly scenario: ResolvedScenario;
  private readonly onlooker: Onlooker;
  private readonly durations: Durations;
  private readonly queue = new EventQueue();
  readonly books: Books;
  private readonly local: boolean;
  private readonly gaps: readonly (() => number)[];
  /** the op at hand: 4 · stage + op, or NONE  [devices] */
  private readonly running: Int32Array;
  private readonly started: Float64Array;
  private readonly idleSince: Float64Array;
  private readonly idleWhy: Uint8Array;
  private readonly busyUntil: Float64Array;
  private readonly wakeAt: Float64Array;
  private readonly orders: Orders | undefined;
  private readonly policy: Policy;
  private begun = false;
  private atWork = 0;
  private readonly attention: Attention;

  constructor(scenario: ResolvedScenario, onlooker: Onlooker = {}, outside: Outside = {}) {
    const { schedule, devices, root, arrivals } = scenario;
    const { source, lossy, kept, frames } = outside;
    this.scenario = scenario;
    this.onlooker = inNanoseconds(onlooker, scenario.ticks);
    this.stages = stagesOf(scenario);
    const { count, paths } = this.stages;
    this.tally = new Tally(devices, count);
    this.durations = new Durations(scenario, this.stages, kept, frames);
    this.availability = new Availability(scenario);
    this.attention = new Attention(devices);
    this.traffic = new Traffic(scenario, this.stages, this.tally, this.onlooker, {
      look: (device) => this.attention.add(device),
      occupy: (device, nanoseconds) => this.occupy(device, nanoseconds),
      wake: (time) => this.queue.push(time, devices + paths.length),
      ...{ source, lossy, lying: frames ? 1 : 0 },
    });
    this.local = schedule.serves.includes('locally');
    this.books = new Books(scenario, this.stages, this.tally, this.traffic, this.onlooker);
    this.gaps = paths.map((_, i) => arrivals?.gaps(root.fork('arrivals').fork(`path ${i}`)) ?? (() => 0));
    this.running = new Int32Array(devices).fill(NONE);
    this.started = new Float64Array(devices);
    this.idleSince = new Float64Array(devices);
    this.idleWhy = new Uint8Array(devices);
    this.busyUntil = new Float64Array(devices);
    this.wakeAt = new Float64Array(devices).fill(NONE);
    this.policy = new Policy(schedule, this.traffic);
    this.orders = schedule.order ? new Orders(scenario, this.stages) : undefined;
  }

  get now(): number {
    return this.queue.now / this.scenario.ticks;
  }

  /** @throws {ScheduleError} when the devices wait for each other for ever */
  run(): this {
    while (this.advance(Number.POSITIVE_INFINITY));
    return this;
  }

  /**
   * Carries on for so many events.
   *
   * @returns whether there are more
   * @throws {ScheduleError} at the end, when the devices wait for each other for ever
   */
  advance(events: number): boolean {
    const { devices, arrivals } = this.scenario;
    if (!this.begun) {
      this.begun = true;
      for (let device = 0; device < devices; device++) this.attention.add(device);
      if (arrivals) for (const path of this.gaps.keys()) this.nextArrival(path);
      this.lookAll();
    }
    for (let i = 0; i < events; i++) {
      // once all is done, who was to be woken has nothing more to do
      const event = this.atWork === 0 && this.over ? -1 : this.queue.pop();
      if (event === -1) {
        for (let device = 0; device < devices; device++) this.idle(device, STARVED);
        this.mustBeDone();
        return false;
      }
      if (event < devices) this.reach(event);
      else if (event - devices === this.gaps.length) this.traffic.settle(this.queue.now);
      else if (this.traffic.arrive(event - devices, this.queue.now)) this.nextArrival(event - devices);
      this.lookAll();
    }
    return true;
  }

  private nextArrival(path: number): void {
    const { devices, ticks } = this.scenario;
    this.queue.push(this.queue.now + Math.round(this.gaps[path]() * ticks), devices + path);
  }

  private reach(device: number): void {
    const { now } = this.queue;
    const running = this.running[device];
    if (this.wakeAt[device] === now) this.wakeAt[device] = NONE;
    if (running === NONE) this.attention.add(device);
    else if (this.busyUntil[device] === now) {
      this.running[device] = NONE;
      this.atWork--;
      this.idleSince[device] = now;
      this.books.complete(running >> 2, running & 3, this.started[device], now);
      if (this.local && (running & 3) === F && !this.orders) this.learnAtOnce(running >> 2, now);
      this.attention.add(device);
    }
  }

  /** W and U of a stage that learns where it stands, where they take no time: no policy would put them off. */
  private learnAtOnce(stage: number, now: number): void {
    for (const op of [W, U]) {
      if (!this.durations.none(stage, op)) return;
      this.books.begin(stage, op, now);
      this.books.complete(stage, op, now, now);
    }
  }

  private lookAll(): void {
    for (let device = this.attention.take(); device !== NONE; device = this.attention.take()) {
      while (this.running[device] === NONE && this.attempt(device));
    }
  }

  /** Begins the next op of an idle device. @returns whether it has begun one that took no time, so that it may look again */
  private attempt(device: number): boolean {
    const { now } = this.queue;
    if (this.busyUntil[device] > now) {
      this.rest(device, COMMUNICATING, this.busyUntil[device]);
      return false;
    }
    const next = this.orders ? this.fromOrder(device, this.orders) : this.fromPolicy(device);
    if (next === NONE) return false;
    const stage = next >> 2;
    const op = next & 3;
    this.idle(device, STARVED);
    this.books.begin(stage, op, now);
    const lasts = this.durations.draw(stage, op, this.traffic.done[next]);
    if (lasts === 0) {
      this.books.complete(stage, op, now, now);
      return true;
    }
    this.running[device] = next;
    this.atWork++;
    this.started[device] = now;
    const end = this.availability.perfect ? now + lasts : this.availability.end(device, now, lasts);
    this.busyUntil[device] = end;
    this.queue.push(end, device);
    return false;
  }

  private fromOrder(device: number, orders: Orders): number {
    const head = orders.head[device];
    if (head === NONE) return this.rest(device, STARVED, Number.POSITIVE_INFINITY);
    const stage = head >> 2;
    const op = head & 3;
    const { traffic, queue } = this;
    let soonest = 0;
    if (op === F) soonest = traffic.inputAt(stage);
    else if (op === B) {
      soonest = traffic.gradientAt(stage);
      this.books.late[stage] = orders.late[device];
    } else if (op === W && traffic.done[4 * stage + W] >= traffic.done[4 * stage + (this.local ? F : B)])
      soonest = Number.POSITIVE_INFINITY;
    if (soonest > queue.now) {
      const starved = soonest === Number.POSITIVE_INFINITY || (op === F && traffic.outside(stage));
      return this.rest(device, starved ? STARVED : COMMUNICATING, soonest);
    }
    if (op === F && traffic.parked(stage)) return this.rest(device, BLOCKED, Number.POSITIVE_INFINITY);
    orders.advance(device);
    return head;
  }

  private fromPolicy(device: number): number {
    const next = this.policy.next(this.stages.ofDevice[device][0], this.queue.now);
    return next === NONE ? this.rest(device, this.policy.why, this.policy.soonest) : next;
  }

  /** A device has nothing to do, and why; it is woken when its next input is there. */
  private rest(device: number, why: number, until: number): number {
    this.idle(device, why);
    if (until < UNDER_WAY && this.wakeAt[device] !== until) {
      this.wakeAt[device] = until;
      this.queue.push(until, device);
    }
    return NONE;
  }

  /** Puts the time since the device stood still, or was last looked at, to the reason it had; from now on it has `why`. */
  private idle(device: number, why: number): void {
    const { now } = this.queue;
    const since = this.idleSince[device];
    if (now > since) {
      const was = this.idleWhy[device];
      this.tally.waits[3 * device + was] += now - since;
      this.onlooker.waited?.(device, was, since, now);
      this.idleSince[device] = now;
    }
    this.idleWhy[device] = why;
  }

  /** A device that can't compute while it sends stands still as long; an op at hand ends so much later. */
  private occupy(device: number, nanoseconds: number): void {
    if (nanoseconds === 0) return;
    if (this.running[device] === NONE)
      this.busyUntil[device] = Math.max(this.busyUntil[device], this.queue.now + nanoseconds);
    else {
      this.busyUntil[device] += nanoseconds;
      this.queue.push(this.busyUntil[device], device);
      this.tally.interrupted(device, nanoseconds);
    }
  }

  private get over(): boolean {
    return (this.orders?.over ?? true) && this.traffic.over;
  }

  private mustBeDone(): void {
    if (this.over || this.traffic.devices.source?.ended) return;
    const { done } = this.traffic;
    throw ScheduleError.of(this.scenario, (device) => ({
      done: this.stages.ofDevice[device].map((stage) => [...done.subarray(4 * stage, 4 * stage + 4)]),
      flush: this.orders?.flush[device] ?? 0,
    }));
  }
}
