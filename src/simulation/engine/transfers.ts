import type { ResolvedScenario } from '../scenario.ts';
import type { Stages } from './stages.ts';

/** Messages between devices: when each arrives, and what the links carry. */
export class Transfers {
  /** messages × bytes so far, over links between devices  [devices × 2: to higher numbers, to lower ones] */
  readonly sentBytes: Float64Array;
  /** nanoseconds of sending that the sender can't compute in; 0 where sending overlaps with computing */
  occupied = 0;
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

  constructor(scenario: ResolvedScenario, stages: Stages) {
    this.scenario = scenario;
    this.stages = stages;
    const { jitter, bandwidth } = scenario.link;
    this.plain = jitter === undefined && (bandwidth === undefined || scenario.bytes === 0);
    this.sentBytes = new Float64Array(2 * scenario.devices);
    this.latencies = Float64Array.from(scenario.latencies, (latency) => Math.round(latency * scenario.ticks));
  }

  /**
   * Sends from one stage to another.
   *
   * @param copies   of `bytes`
   * @param latency  in ticks; left out, that of the link between both stages
   * @returns when it arrives; within a device at once
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
    const { link, bytes, ticks } = this.scenario;
    this.sentBytes[2 * a + (b > a ? 0 : 1)] += copies * bytes;
    if (this.plain) return now + latency;
    const place = this.placeOf(a, b);
    const lasts =
      link.bandwidth === undefined ? 0 : Math.round(((1e9 * copies * bytes) / link.bandwidth) * ticks);
    const shared = link.duplex === 'half' ? this.placeOf(Math.min(a, b), Math.max(a, b)) : place;
    const begins = Math.max(now, this.free[shared]);
    const sent = begins + lasts;
    this.free[shared] = sent;
    if (link.overlap === false) this.occupied = sent - now;
    const stretch = link.jitter === undefined ? 1 : this.stretches[place]();
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
