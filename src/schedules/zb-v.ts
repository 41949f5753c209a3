import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { Backlog } from './parts/backlog.ts';
import { backpropOrder, type Place, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

/**
 * Of what a transformer layer keeps of a forward, the share that W still needs once B is made: 32h of 34h + 5as bytes a
 * token, at the usual a·s = 8h.
 *
 * @see Qi 2023, Zero Bubble Pipeline Parallelism, section 2.2
 */
const heldByW = 32 / 74;

/** microbatches × devices whose order is searched for */
const searchedAtMost = 2 ** 22;

/** An order is kept as small numbers: 2 · kind + chunk, kinds as below. */
const stepOf: readonly Step[] = (['F', 'B', 'W'] as const).flatMap((op) => [step(op, 0), step(op, 1)]);

/**
 * Zero bubble with two stages a device, the second path leading back: device d has stages d and 2p − 1 − d, so the loss is made
 * where the input comes in. It holds as much as 1F1B, the same on every device. The order is searched for, by the costs
 * of the ops and the latency of the links.
 *
 * @see Qi 2024, Pipeline Parallelism with Controllable Memory, section 3
 */
export function zbV(): SchedulePlan {
  return plan(import.meta.url, 'zb-v');
}
zbV.takes = {};

export function create(): Schedule {
  /** those of the last two sizes: some devices may be in the last flush, which may be smaller, while others are not */
  let known: readonly { readonly of: string; readonly steps: readonly Uint8Array[] }[] = [];
  return {
    name: 'zb-v',
    ...backpropOrder,
    sendsGradientAfter: 'B',
    updates: 'flush',
    validatesAfterwards: true,
    layout(devices, microbatches) {
      const way = Array.from({ length: 2 * devices }, (_, i) => Math.min(i, 2 * devices - 1 - i));
      return [{ devices: way, microbatches, share: 1 / 2 }];
    },
    mustSuit(devices, microbatches) {
      const most = Math.floor(searchedAtMost / devices);
      const rule = `at most ${most.toLocaleString('en-US')} a flush with ${devices} devices, for the whole order is searched for`;
      must(microbatches <= most, 'microbatches of zb-v', rule, microbatches);
    },
    *order({ device, ...rest }): Generator<Step> {
      const of = JSON.stringify(rest);
      const found = known.find((one) => one.of === of) ?? { of, steps: search(rest) };
      if (!known.includes(found)) known = [found, ...known.slice(0, 1)];
      for (const code of found.steps[device]) yield stepOf[code];
      yield* [step('U', 0), step('U', 1)];
    },
  };
}

type Costs = Omit<Place, 'device'>;
type Kind = 0 | 1 | 2;
/** 0: away from device 0, 1: back to it; a backward begins at device 0 as a forward does */
type Way = 0 | 1;

/** The best of some greedy orders: with or without a W in gaps too short for it, before forwards and before backwards. */
function search(costs: Costs): readonly Uint8Array[] {
  let best: Draft | undefined;
  for (const fillB of [true, false]) {
    for (const fillF of [true, false]) {
      let draft = new Draft(costs, fillB, fillF).make();
      // what one device had to wait, the others may wait too: the next try spends that freely
      for (;;) {
        if (best === undefined || draft.worst < best.worst) best = draft;
        const next = new Draft(costs, fillB, fillF, draft.waited).make();
        if (!(next.worst < draft.worst)) break;
        draft = next;
      }
    }
  }
  return (best as Draft).steps;
}

/** One order in the making: every device's clock, what it has done, and what it waited. */
class Draft {
  /** 2 · kind + chunk of each step  [devices][6 × microbatches] */
  readonly steps: readonly Uint8Array[];
  /** nanoseconds that each device stood still after its first op */
  readonly waited: number[];
  private readonly costs: Costs;
  private readonly lasts: readonly number[];
  private readonly fillB: boolean;
  private readonly fillF: boolean;
  private readonly allowed: readonly number[] | undefined;
  private readonly clock: number[];
  private readonly held: number[];
  private readonly room: number;
  /** ways of the W's put off, oldest first  [devices] */
  private readonly owed: Way[][];
  private readonly count: Int32Array;
  /** when the ops have ended, as the next device asks: ends[kind][way][device] */
  private readonly ends: readonly (readonly (readonly Backlog[])[])[];

  constructor(costs: Costs, fillB: boolean, fillF: boolean, allowed?: readonly number[]) {
    this.costs = costs;
    const { devices } = costs;
    const each = <T>(make: () => T): T[] => Array.from({ length: devices }, make);
    this.lasts = [costs.costs.F / 2, costs.costs.B / 2, costs.costs.W / 2];
    this.fillB = fillB;
    this.fillF = fillF;
    this.allowed = allowed;
    this.steps = each(() => new Uint8Array(6 * costs.microbatches));
    this.count = new Int32Array(devices);
    this.waited = each(() => 0);
    this.clock = each(() => 0);
    this.held = each(() => 0);
    this.room = 2 * devices;
    this.owed = each(() => []);
    // a W is waited for by nobody, and neither is what leaves the path at either end
    const asked = (kind: number, way: number, d: number): boolean =>
      kind < 2 && d !== (way === 0 ? devices - 1 : 0);
    this.ends = [0, 1, 2].map((kind) =>
      [0, 1].map((way) => Array.from({ length: devices }, (_, d) => new Backlog(asked(kind, way, d)))),
    );
  }

  /** the longest wait of a device */
  get worst(): number {
    return Math.max(...this.waited);
  }

  make(): this {
    const { devices, microbatches } = this.costs;
    this.fill();
    for (let round = 0; round < 2 * microbatches; round++) {
      for (let d = 0; d < devices; d++) this.makeRoom(d, -(1 - heldByW));
      for (const [d, way] of this.backwards()) {
        this.useGap(1, way, d, way === 1 || this.fillB);
        this.put(1, way, d);
      }
      for (let d = 0; d < devices; d++) {
        const way = this.forward(d);
        if (way === undefined) continue;
        this.makeRoom(d, 1);
        this.useGap(0, way, d, this.fillF);
        this.put(0, way, d);
      }
    }
    for (const [d, owed] of this.owed.entries()) while (owed.length > 0) this.pay(d);
    return this;
  }

  private done(kind: Kind, way: Way, device: number): number {
    return this.ends[kind][way][device].count;
  }

  /** Lets forwards in until the first backward can begin, as many as fit before they hold each other up. */
  private fill(): void {
    const { devices, microbatches, costs } = this.costs;
    for (let d = 0; d < devices; d++) this.put(0, 0, d);
    this.put(0, 1, devices - 1);
    for (let d = devices - 2; d >= 0; d--) {
      const arrives = (this.ends[0][1][d + 1].at(0) ?? 0) + costs.latency;
      while (
        this.held[d] + 2 + 2 * d <= this.room &&
        this.clock[d] + this.lasts[0] <= arrives &&
        this.done(0, 0, d) < microbatches - d
      ) {
        for (let above = 0; above <= d; above++) this.put(0, 0, above);
      }
      this.put(0, 1, d);
    }
    let way: Way = 0;
    for (let d = 1; d < devices; d++) {
      const both = (of: number): number => this.done(0, 0, of) + this.done(0, 1, of);
      while (
        both(d) < both(d - 1) ||
        (this.done(0, 1, d) <= this.done(0, 1, d - 1) && this.done(0, 1, d - 1) < microbatches)
      ) {
        for (let of = devices - 1; of >= d; of--)
          if (this.done(0, way, of) < microbatches) this.put(0, way, of);
        way = way === 0 ? 1 : 0;
      }
    }
  }

  /** Which way each device's next backward goes; those on their way back first, the last device first. */
  private backwards(): [device: number, way: Way][] {
    const { devices, microbatches } = this.costs;
    const there: [number, Way][] = [];
    const back: [number, Way][] = [];
    for (let d = 0; d < devices; d++) {
      const returns =
        this.done(1, 1, d) < this.done(1, 0, d) &&
        (d === devices - 1 ||
          this.ends[1][1][d + 1].at(this.done(1, 1, d)) !== undefined ||
          this.done(1, 0, d) >= microbatches);
      if (returns) back.unshift([d, 1]);
      else there.push([d, 0]);
    }
    return [...back, ...there];
  }

  private forward(d: number): Way | undefined {
    const { devices, microbatches } = this.costs;
    const there = this.done(0, 0, d);
    const back = this.done(0, 1, d);
    if (back >= microbatches) return undefined;
    if (back >= there) return 0;
    if (d === devices - 1 || this.ends[0][1][d + 1].at(back) !== undefined) return 1;
    if (there >= microbatches) return undefined;
    return d === 0 || this.ends[0][0][d - 1].at(there) !== undefined ? 0 : undefined;
  }

  private makeRoom(d: number, more: number): void {
    while (this.held[d] + more > this.room) this.pay(d);
  }

  /** Makes W's while the device would wait; one more, where it fits in part and the device may still wait so long. */
  private useGap(kind: 0 | 1, way: Way, d: number, fill: boolean): void {
    const arrives = this.arrival(kind, way, d);
    if (arrives === undefined) return;
    while (this.owed[d].length > 0 && arrives >= this.clock[d] + this.lasts[2]) this.pay(d);
    const free = Math.max(this.worst, this.allowed ? Math.max(...this.allowed) - this.allowed[d] : 0);
    if (fill && this.owed[d].length > 0 && arrives - this.clock[d] > free - this.waited[d]) this.pay(d);
  }

  /** when the input of a device's next op comes from another device */
  private arrival(kind: 0 | 1, way: Way, d: number): number | undefined {
    const from = way === 0 ? d - 1 : d + 1;
    const ended = this.ends[kind][way][from]?.at(this.done(kind, way, d));
    return ended === undefined ? undefined : ended + this.costs.costs.latency;
  }

  private pay(d: number): void {
    const way = this.owed[d].shift();
    if (way !== undefined) this.put(2, way, d);
  }

  private put(kind: Kind, way: Way, d: number): void {
    const arrives = kind === 2 ? undefined : this.arrival(kind, way, d);
    const begins = Math.max(this.clock[d], arrives ?? 0);
    if (this.done(0, 0, d) > 0) this.waited[d] += begins - this.clock[d];
    this.clock[d] = begins + this.lasts[kind];
    this.ends[kind][way][d].push(this.clock[d]);
    this.held[d] += kind === 0 ? 1 : kind === 1 ? -(1 - heldByW) : -heldByW;
    if (kind === 1) this.owed[d].push(way);
    this.steps[d][this.count[d]++] = 2 * kind + (kind === 0 ? way : 1 - way);
  }
}
