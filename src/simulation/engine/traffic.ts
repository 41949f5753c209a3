import type { Onlooker } from '../onlooker.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { Entries } from './collections/entries.ts';
import { LossyEdges } from './collections/lossy-edges.ts';
import { Ring, RingSpace, UNDER_WAY } from './collections/ring.ts';
import { Wraps } from './collections/wraps.ts';
import { B, F, U, W } from './durations.ts';
import type { Stages } from './stages.ts';
import type { Tally } from './tally.ts';
import { TopDowns } from './top-downs.ts';
import { type Devices, Transfers } from './transfers.ts';

/**
 * What passes between stages: activities up, gradients down, credit back.
 *
 * An activity is sent once it is made and there is credit; until then the stage is blocked and begins no further F (blocking
 * after service). A stage that learns locally gives its input's slot back when it has made W and has sent, one that
 * learns backward when it has made F and has sent, for its input then lies with what it keeps for B and W.
 */
export class Traffic {
  readonly transfers: Transfers;
  /** microbatches through each op so far [stages × 4] */
  readonly done: Int32Array;
  readonly entries: Entries;
  private readonly lossy: LossyEdges | undefined;
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  private readonly tally: Tally;
  private readonly onlooker: Onlooker;
  readonly devices: Devices;
  private readonly local: boolean;
  private readonly bounded: boolean;
  private readonly capacities: Float64Array;
  private readonly topDowns: TopDowns | undefined;
  private readonly before: boolean;
  private readonly activityAfter: number;
  /** messages out of a stage, credits given back, messages into its link  [stages] */
  private readonly sent: Int32Array;
  private readonly returned: Int32Array;
  private readonly pushed: Int32Array;
  private readonly activities: readonly Ring[];
  private readonly gradients: readonly Ring[];
  private readonly wraps: Wraps;
  /** microbatches that have yet to come, and those begun and not updated for [paths] */
  private readonly supply: number[];
  private readonly inside: Int32Array;

  constructor(
    scenario: ResolvedScenario,
    stages: Stages,
    tally: Tally,
    onlooker: Onlooker,
    devices: Devices,
  ) {
    const { count, paths } = stages;
    const space = new RingSpace();
    const rings = (lying = 0): Ring[] => Array.from({ length: count }, () => new Ring(space, 8, lying));
    this.scenario = scenario;
    this.stages = stages;
    this.tally = tally;
    this.onlooker = onlooker;
    this.devices = devices;
    this.transfers = new Transfers(scenario, stages, devices);
    this.local = scenario.schedule.serves.includes('locally');
    this.capacities = Float64Array.from(scenario.capacities);
    this.bounded = this.capacities.some((capacity) => capacity !== Number.POSITIVE_INFINITY);
    this.topDowns = scenario.topDown?.length ? new TopDowns(scenario, stages) : undefined;
    this.before = scenario.blocking === 'before';
    this.activityAfter = scenario.schedule.sendsActivityAfter === 'W' ? W : F;
    this.done = new Int32Array(4 * count);
    this.sent = new Int32Array(count);
    this.returned = new Int32Array(count);
    this.pushed = new Int32Array(count);
    this.activities = rings(devices.lying);
    this.gradients = rings(scenario.schedule.gradientDelay);
    this.wraps = new Wraps(scenario, stages);
    this.entries = new Entries(paths.length, space, onlooker);
    this.lossy = devices.lossy && new LossyEdges(devices.lossy, stages);
    const { flushes, lastFlush, microbatches: all } = scenario;
    this.supply = paths.map(
      ({ microbatches }) => microbatches * (flushes - 1) + (microbatches * lastFlush) / all,
    );
    this.inside = new Int32Array(paths.length);
  }

  /** when the next input of a stage is there, what comes down included; Infinity where it is not on the way */
  inputAt(stage: number): number {
    const activity = this.activityAt(stage);
    return this.topDowns ? Math.max(activity, this.topDowns.arrival(stage, this.done[4 * stage])) : activity;
  }

  private activityAt(stage: number): number {
    if (this.stages.previous[stage] !== -1)
      return this.wraps.overlooked(stage, F, this.done[4 * stage]) ? 0 : this.activities[stage].arrival;
    if (this.scenario.arrivals) return this.activities[stage].arrival;
    const path = this.stages.path[stage];
    if (this.inside[path] >= this.scenario.schedule.inFlight) return Number.POSITIVE_INFINITY;
    const { source } = this.devices;
    if (source) return Math.ceil(source.readyAt * this.scenario.ticks);
    return this.supply[path] > 0 ? 0 : Number.POSITIVE_INFINITY;
  }

  /** whether a stage waits for what comes from outside: it is starved, even where that is known to come */
  outside(stage: number): boolean {
    return this.devices.source !== undefined && this.stages.previous[stage] === -1;
  }

  /** when the gradient for a stage's next B is there, its F made; Infinity where it is not on the way */
  gradientAt(stage: number): number {
    if (this.done[4 * stage + B] >= this.done[4 * stage]) return Number.POSITIVE_INFINITY;
    return this.stages.next[stage] === -1 || this.wraps.overlooked(stage, B, this.done[4 * stage + B])
      ? 0
      : this.gradients[stage].arrival;
  }

  /** whether no further F may begin: an activity is made and could not be sent, or there would be no room for it */
  parked(stage: number): boolean {
    const next = this.stages.next[stage];
    if (!this.bounded || next === -1 || this.lossy?.leadInto(next)) return false;
    if (this.before) return this.pushed[next] - this.returned[next] >= this.capacities[next];
    return this.sent[stage] < this.made(stage);
  }

  /** Takes what F or B of a stage begins with. */
  take(stage: number, op: 0 | 1, now: number): void {
    const { stages } = this;
    if (op === F) this.topDowns?.take(stage, this.done[4 * stage]);
    if (op === B) {
      if (stages.next[stage] !== -1) this.takeFrom(this.gradients[stage], stage, B, now);
    } else if (stages.previous[stage] !== -1 || this.scenario.arrivals) {
      this.tally.queued[stage] += this.takeFrom(this.activities[stage], stage, F, now);
    } else {
      const path = stages.path[stage];
      this.supply[path]--;
      this.inside[path]++;
      this.entries.enter(path, now);
    }
  }

  /** One more comes from outside, and finds room or is lost. @returns whether more are to come */
  arrive(path: number, now: number): boolean {
    const stage = this.stages.paths[path].first;
    this.supply[path]--;
    if (!this.credit(stage)) {
      this.entries.refuse(path, now);
    } else {
      this.push(this.activities[stage], stage, F, now, now);
      this.entries.enter(path, now);
    }
    return this.supply[path] > 0;
  }

  /** The first stage of a path has updated: the next microbatch may come where only so many may be inside. */
  updated(path: number): void {
    const stage = this.stages.paths[path].first;
    this.inside[path] = this.done[4 * stage] - this.done[4 * stage + U];
    this.devices.look(this.stages.device[stage]);
  }

  /** Sends the activities that wait, where there is credit, and gives the input's slot back once it is not needed. */
  release(stage: number, now: number): void {
    const next = this.stages.next[stage];
    const { sent } = this;
    const { streams } = this.scenario;
    if (next === -1) sent[stage] = this.made(stage);
    else if (this.lossy?.leadInto(next)) {
      sent[stage] = this.made(stage);
      const send = (): void => this.send(stage, next, F, streams, now);
      const lost = this.lossy.pass(stage, sent[stage], () => this.credit(next), send);
      if (lost > 0) this.entries.lose(this.stages.path[stage], lost);
    }
    while (sent[stage] < this.made(stage) && this.credit(next)) {
      sent[stage]++;
      this.send(stage, next, F, streams, now);
    }
    if (!this.bounded) return;
    const used = Math.min(sent[stage], this.done[4 * stage + (this.local ? W : F)]);
    if (used === this.returned[stage]) return;
    this.returned[stage] = used;
    const before = this.stages.previous[stage];
    const settled = !this.before && before !== -1 && this.sent[before] === this.made(before);
    if (before === -1 || (settled && !this.lossy?.leadInto(stage))) return;
    this.release(before, now);
    this.devices.look(this.stages.device[before]);
  }

  sendGradient(stage: number, now: number): void {
    const below = this.stages.previous[stage];
    if (below !== -1) this.send(stage, below, B, 1, now);
  }

  /** Messages that have been sent over shared links by now have an arrival. */
  settle(now: number): void {
    this.transfers.network?.finish(now, ({ kind, from, to, sent }) => {
      const arrives = this.transfers.arrival(from, to, now);
      (kind === 'activity' ? this.activities : this.gradients)[to].settle(arrives);
      this.onlooker.sent?.(from, to, kind, sent, arrives);
      this.devices.look(this.stages.device[to]);
    });
  }

  /** Sends what a forward tells the stage below, where an edge leads there. */
  sendDown(stage: number, now: number): void {
    this.topDowns?.send(stage, now, this.transfers, this.devices);
  }

  /** whether everything that was to come has come and has been learned from */
  get over(): boolean {
    const { path, paths } = this.stages;
    const { source } = this.devices;
    if (source ? !source.ended : this.supply.some((left) => left > 0)) return false;
    // what has gone into a path has been learned from in every stage of it
    const { lossy, done } = this;
    return path.every((of, stage) =>
      lossy ? lossy.over(stage, done, this.pushed) : done[4 * stage + W] >= done[4 * paths[of].first],
    );
  }

  private credit(stage: number): boolean {
    return !this.bounded || this.pushed[stage] - this.returned[stage] < this.capacities[stage];
  }

  private made(stage: number): number {
    return this.done[4 * stage + this.activityAfter];
  }

  /** Takes the oldest message off a link, or borrows one that hasn't come. @returns nanoseconds since it was sent */
  private takeFrom(ring: Ring, stage: number, op: 0 | 1, now: number): number {
    if (ring.size > 0) return now - ring.shift();
    this.wraps.borrow(stage, op);
    return 0;
  }

  private send(from: number, to: number, op: 0 | 1, copies: number, now: number): void {
    const arrives = this.transfers.send(from, to, copies, now);
    if (arrives !== UNDER_WAY)
      this.onlooker.sent?.(from, to, op === F ? 'activity' : 'gradient', now, arrives);
    this.push(op === F ? this.activities[to] : this.gradients[to], to, op, now, arrives);
    this.devices.occupy(this.stages.device[from], this.transfers.occupied);
  }

  private push(ring: Ring, stage: number, op: 0 | 1, now: number, arrives: number): void {
    if (op === F) this.pushed[stage]++;
    if (!this.wraps.repays(stage, op)) ring.push(now, arrives);
    if (op === F) this.tally.arrived(stage, ring);
    this.devices.look(this.stages.device[stage]);
  }
}
