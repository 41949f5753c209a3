import type { Cluster } from '../cluster/cluster.ts';
import type { Route } from '../cluster/routes.ts';

/** A message between nodes. */
export interface Message {
  readonly kind: 'activity' | 'gradient';
  readonly from: number;
  readonly to: number;
  readonly sent: number;
  readonly bytes: number;
  /** messages of one name follow each other: `device a to device b` as one number */
  readonly pair: number;
  readonly route: Route;
}

interface Flow {
  readonly message: Message;
  /** bytes to come */
  left: number;
  /** bytes a tick */
  rate: number;
  /** the links it is on, and how many messages like it are there with it */
  readonly links: readonly (readonly [link: number, weight: number])[];
}

/**
 * Messages between nodes, which share the nodes' links as they come and go: processor sharing, max-min fair where a message is
 * on several links. A pair of devices sends one message after the other.
 */
export class Network {
  /** when the next message has been sent; Infinity where none is on its way */
  private next = Number.POSITIVE_INFINITY;
  private readonly wake: (time: number) => void;
  private readonly flows: Flow[] = [];
  private readonly waiting = new Map<number, Message[]>();
  /** bytes a tick: out of each node, into each node, and all of them together */
  private readonly capacity: Float64Array;
  /** what is left of it, and messages that still want a part, while rates are made */
  private readonly room: Float64Array;
  private readonly weight: Float64Array;
  private readonly nodes: number;
  private last = 0;

  /**
   * @param ticks  parts of a nanosecond
   * @param wake   is told when to call `finish`; a later call may come before
   */
  constructor(
    { nodes, between, oversubscription = 1 }: Cluster,
    ticks: number,
    wake: (time: number) => void,
  ) {
    this.wake = wake;
    const width = (between?.bandwidth ?? Number.POSITIVE_INFINITY) / 1e9 / ticks;
    this.nodes = nodes;
    this.capacity = new Float64Array(2 * nodes + 1).fill(width);
    this.capacity[2 * nodes] = (width * nodes) / oversubscription;
    this.room = new Float64Array(2 * nodes + 1);
    this.weight = new Float64Array(2 * nodes + 1);
  }

  send(message: Message, now: number): void {
    const queue = this.waiting.get(message.pair);
    if (queue) {
      queue.push(message);
      return;
    }
    this.waiting.set(message.pair, []);
    this.advance(now);
    this.begin(message);
    this.share(now);
  }

  /** Ends the messages that have been sent by now; those that waited for them begin. @param ended  is told of each */
  finish(now: number, ended: (message: Message) => void): void {
    if (now < this.next) return;
    this.advance(now);
    const { flows } = this;
    const done: Message[] = [];
    for (let i = flows.length - 1; i >= 0; i--) {
      // to the nearest tick
      if (flows[i].left > flows[i].rate * 0.5000001) continue;
      done.unshift(flows[i].message);
      flows.splice(i, 1);
    }
    for (const { pair } of done) {
      const following = this.waiting.get(pair)?.shift();
      if (following) this.begin(following);
      else this.waiting.delete(pair);
    }
    this.share(now);
    for (const message of done) ended(message);
  }

  private begin(message: Message): void {
    const { from, to, onNode, onCore } = message.route;
    const links = [
      [from, onNode],
      [this.nodes + to, onNode],
      [2 * this.nodes, onCore],
    ] as const;
    this.flows.push({ message, left: message.bytes, rate: 0, links });
  }

  private advance(now: number): void {
    const passed = now - this.last;
    this.last = now;
    if (passed > 0) for (const flow of this.flows) flow.left -= flow.rate * passed;
  }

  /** Max-min fair rates by filling up: the link that leaves each message least is shared out first. */
  private share(now: number): void {
    const { flows, room, weight, capacity } = this;
    for (const { links } of flows) {
      for (const [link] of links) {
        room[link] = capacity[link];
        weight[link] = 0;
      }
    }
    for (const { links } of flows) for (const [link, share] of links) weight[link] += share;
    let open: readonly Flow[] = flows;
    while (open.length > 0) {
      let tight = -1;
      let rate = Number.POSITIVE_INFINITY;
      for (const { links } of open) {
        for (const [link] of links) {
          if (room[link] / weight[link] >= rate) continue;
          rate = room[link] / weight[link];
          tight = link;
        }
      }
      const still: Flow[] = [];
      for (const flow of open) {
        if (!flow.links.some(([link]) => link === tight)) {
          still.push(flow);
          continue;
        }
        flow.rate = rate;
        for (const [link, share] of flow.links) {
          room[link] = Math.max(0, room[link] - rate * share);
          weight[link] -= share;
        }
      }
      open = still;
    }
    const next = flows.reduce(
      (soonest, { left, rate }) => Math.min(soonest, now + Math.max(0, Math.round(left / rate))),
      Number.POSITIVE_INFINITY,
    );
    if (next === this.next) return;
    this.next = next;
    if (next !== Number.POSITIVE_INFINITY) this.wake(next);
  }
}
