import type { LossyEdge, Supply } from '../onlooker.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { UNDER_WAY } from './collections/ring.ts';
import { Network } from './network.ts';
import type { Stages } from './stages.ts';

/** What the devices must know of what passes between them. */
export interface Devices {
  /** something has changed for a device */
  look(device: number): void;
  /** a device can do nothing but send for so long, from now on */
  occupy(device: number, ticks: number): void;
  /** messages have been sent at that time */
  wake(time: number): void;
  /** messages that lie on each edge up when it begins */
  readonly lying: number;
  /** where microbatches come from, where there is not always one more */
  readonly source?: Supply | undefined;
  /** the edges that lose something rather than keep their sender waiting, by the stage that each leads into */
  readonly lossy?: ReadonlyMap<number, LossyEdge> | undefined;
}

/** Messages between devices: when each arrives, and what the links carry. */
export class Transfers {
  /** messages × bytes so far, over links between devices  [devices × 2: to higher numbers, to lower ones] */
  readonly sentBytes: Float64Array;
  /** nanoseconds of sending that the sender can't compute in; 0 where sending overlaps with computing */
  occupied = 0;
  /** where messages between nodes share links of a bounded bandwidth */
  readonly network: Network | undefined;
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  /** each ordered pair of devices that have a link → its place below */
  private readonly places = new Map<number, number>();
  private readonly free: number[] = [];
  private readonly last: number[] = [];
  private readonly stretches: (() => number)[] = [];
  /** whether a message takes no more than the latency, the same each time */
  private readonly plain: boolean;
  /** of the link into each stage, in ticks  [stages] */
  private readonly latencies: Float64Array;
  /** bytes of one activity on it  [stages] */
  private readonly sizes: Float64Array;
  /** bytes a second of it, where it is not shared  [stages] */
  private readonly bandwidths: Float64Array;

  constructor(scenario: ResolvedScenario, stages: Stages, devices: Devices) {
    const { link, sizes, bandwidths, routes, cluster, ticks } = scenario;
    this.scenario = scenario;
    this.stages = stages;
    this.sizes = Float64Array.from(sizes);
    this.bandwidths = Float64Array.from(bandwidths);
    const shared =
      cluster?.between?.bandwidth !== undefined && routes.some((route, stage) => route && sizes[stage] > 0);
    if (cluster && shared) this.network = new Network(cluster, ticks, devices.wake);
    const bounded = sizes.some((size, stage) => size > 0 && bandwidths[stage] !== Number.POSITIVE_INFINITY);
    this.plain = link.jitter === undefined && !bounded && !shared;
    this.sentBytes = new Float64Array(2 * scenario.devices);
    this.latencies = Float64Array.from(scenario.latencies, (latency) => Math.round(latency * ticks));
  }

  /**
   * Sends from one stage to another.
   *
   * @param copies   of what the link between both carries
   * @param latency  in ticks; left out, that of the link between both stages
   * @returns when it arrives; within a device at once; UNDER_WAY where `arrival` will tell
   */
  send(
    from: number,
    to: number,
    copies: number,
    now: number,
    latency = this.latencies[from > to ? from : to],
  ): number {
    this.occupied = 0;
    const a = this.stages.device[from];
    const b = this.stages.device[to];
    if (a === b) return now;
    const edge = from > to ? from : to;
    const bytes = copies * this.sizes[edge];
    this.sentBytes[2 * a + (b > a ? 0 : 1)] += bytes;
    if (this.plain) return now + latency;
    const route = this.scenario.routes[edge];
    if (this.network && route && bytes > 0) {
      const turned = from < to ? route : { ...route, from: route.to, to: route.from };
      const pair = a * this.scenario.devices + b;
      const kind = from < to ? 'activity' : 'gradient';
      this.network.send({ kind, from, to, sent: now, bytes, pair, route: turned }, now);
      return UNDER_WAY;
    }
    const { link, ticks } = this.scenario;
    const place = this.placeOf(a, b);
    const lasts = Math.round(((1e9 * bytes) / this.bandwidths[edge]) * ticks);
    const shared = link.duplex === 'half' ? this.placeOf(Math.min(a, b), Math.max(a, b)) : place;
    const begins = Math.max(now, this.free[shared]);
    const sent = begins + lasts;
    this.free[shared] = sent;
    if (link.overlap === false) this.occupied = sent - now;
    return this.arrives(place, sent, latency);
  }

  /** When a message arrives that the network has sent by now. */
  arrival(from: number, to: number, now: number): number {
    const place = this.placeOf(this.stages.device[from], this.stages.device[to]);
    return this.arrives(place, now, this.latencies[from > to ? from : to]);
  }

  private arrives(place: number, sent: number, latency: number): number {
    const stretch = this.scenario.link.jitter === undefined ? 1 : this.stretches[place]();
    const arrives = Math.max(this.last[place], sent + Math.round(latency * stretch));
    this.last[place] = arrives;
    return arrives;
  }

  private placeOf(a: number, b: number): number {
    const name = a * this.scenario.devices + b;
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.free.length;
      this.places.set(name, place);
      this.free.push(0);
      this.last.push(0);
      const { jitter } = this.scenario.link;
      if (jitter) this.stretches[place] = jitter.sampler(this.scenario.root.fork(`link ${a} to ${b}`));
    }
    return place;
  }
}
