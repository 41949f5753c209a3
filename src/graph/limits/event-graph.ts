import { withoutDebts } from './debts.ts';
import {
  BANDWIDTH,
  CAPACITY,
  chunksOf,
  DELAY,
  EventColumns,
  type EventGraph,
  IN_FLIGHT,
  LATENCY,
  opKinds,
} from './events.ts';
import type { SteadyOrder } from './steady-order.ts';
import { latencyOf, type TimedGraph } from './timed-graph.ts';

/** Nodes of one kind at one stage: the n-th of the run is `nodes[(n − before) mod period]`, so many periods on. */
interface Row {
  readonly nodes: number[];
  readonly before: number;
}

/** @param orders  what each device repeats, all of one length in microbatches  [devices] */
export function eventGraphOf(timed: TimedGraph, orders: readonly SteadyOrder[]): EventGraph {
  return new Builder(timed, orders).build();
}

class Builder {
  private readonly events = new EventColumns();
  private readonly timed: TimedGraph;
  private readonly orders: readonly SteadyOrder[];
  private readonly chunks: readonly (readonly number[])[];
  private readonly local: boolean;
  /** rows[stage][op]: F, B, W, U; sendings of activities, givings back, and sendings of gradients */
  private readonly rows: Row[][];
  private readonly gradients: Row[] = [];
  private readonly sendings: (Row | undefined)[] = [];
  private readonly givings: (Row | undefined)[] = [];

  constructor(timed: TimedGraph, orders: readonly SteadyOrder[]) {
    const chunks = chunksOf(timed.graph);
    this.timed = timed;
    this.chunks = chunks;
    this.orders = orders;
    this.local = timed.schedule.serves.includes('locally');
    const { stages } = timed.graph;
    this.rows = stages.map(() => []);
    for (const [device, own] of chunks.entries()) {
      for (const [chunk, stage] of own.entries()) {
        const before = orders[device].before[chunk];
        this.rows[stage] = opKinds.map((kind) => ({ nodes: [], before: before[kind] }));
        this.gradients[stage] = {
          nodes: [],
          before: timed.schedule.sendsGradientAfter === 'W' ? before.W : before.B,
        };
      }
    }
  }

  build(): EventGraph {
    const { graph } = this.timed;
    for (const device of this.orders.keys()) this.sequence(device);
    for (const { id } of graph.stages) this.ownOrder(id);
    for (const { from, to, carries, capacity } of graph.edges) {
      if (typeof from !== 'number' || typeof to !== 'number') continue;
      if (carries === 'activity' && capacity !== Number.POSITIVE_INFINITY) this.room(from, to);
    }
    for (const [edge, { from, to, carries }] of graph.edges.entries()) {
      if (carries === 'scores') this.scores(edge);
      if (typeof from !== 'number' || typeof to !== 'number') continue;
      if (carries === 'activity') this.activity(edge, from, to);
      else if (carries === 'gradient') this.gradient(edge, from, to);
      else this.topDown(edge, from, to);
    }
    const activity = graph.edges.filter(({ from, carries }) => carries === 'activity' && from !== 'source');
    const fed = new Set(activity.map(({ to }) => to));
    const firsts = graph.stages.filter(({ id }) => !fed.has(id)).map(({ id }) => id);
    for (const first of firsts) this.inFlight(first);
    const { op, from, to, weight, tokens, means, about } = this.events;
    const microbatches = firsts.reduce((sum, stage) => sum + this.rows[stage][0].nodes.length, 0);
    withoutDebts(op.length, this.events);
    return { nodes: op.length, op, from, to, weight, tokens, means, about, microbatches };
  }

  /** The ops of a device in turn, and the last before the first of the next period. */
  private sequence(device: number): void {
    const { schedule } = this.timed;
    const { steps } = this.orders[device];
    const first = this.events.op.length;
    const late = new Set<number>();
    for (const { op, chunk, late: putOff } of steps) {
      const stage = this.chunks[device][chunk];
      const node = this.events.node(4 * stage + opKinds.indexOf(op));
      this.rows[stage][opKinds.indexOf(op)].nodes.push(node);
      if (op === 'B' && putOff) late.add(stage);
      const sends =
        op === 'B'
          ? schedule.sendsGradientAfter === 'B' && !putOff
          : op === 'W' && (late.delete(stage) || (schedule.sendsGradientAfter === 'W' && !this.local));
      if (sends) this.gradients[stage].nodes.push(node);
    }
    for (let node = first; node < this.events.op.length; node++) {
      const last = node + 1 === this.events.op.length;
      this.events.edge(node, last ? first : node + 1, this.timeOf(node), last ? 1 : 0);
    }
  }

  /** Where an order has an op before the one that it needs, nothing can go on: the edge shows it. */
  private ownOrder(stage: number): void {
    const [F, B, W] = this.rows[stage];
    const follow = (a: Row, b: Row): void => {
      for (let n = 0; n < a.nodes.length && n < b.nodes.length; n++) {
        const [node, turn] = at(a, n);
        const [later, laterTurn] = at(b, n);
        if (laterTurn < turn || (laterTurn === turn && later < node)) this.join(a, n, b, n, 0);
      }
    };
    if (this.local) follow(F, W);
    else {
      follow(F, B);
      follow(B, W);
    }
  }

  /** Nodes for what a bounded edge holds: when each activity is sent, and when its room is given back. */
  private room(from: number, to: number): void {
    const { nodes } = this.rows[from][0];
    this.sendings[from] = this.newRow(nodes.length);
    this.givings[to] = this.newRow(nodes.length);
  }

  private activity(edge: number, from: number, to: number): void {
    const { capacity } = this.timed.graph.edges[edge];
    const latency = latencyOf(this.timed, edge);
    const means = latency > 0 ? LATENCY : 0;
    const [made, forward] = [this.made(from), this.rows[to][0]];
    const sending = this.sendings[from];
    const giving = this.givings[to];
    if (sending) for (let n = 0; n < made.nodes.length; n++) this.join(made, n, sending, n, 0);
    const leaving = this.onLink(edge, sending ?? made);
    for (let n = 0; n < made.nodes.length; n++)
      if (!this.overlooked(from, to, n, -1)) this.join(leaving, n, forward, n, latency, means, edge);
    if (!sending || !giving) return;
    const before = this.timed.blocking === 'before';
    const returnsAfter = this.timed.returnsInputAfter ?? (this.local ? 'W' : 'F');
    const afterW = this.timed.schedule.sendsActivityAfter === 'W';
    for (let n = 0; n < made.nodes.length; n++) {
      if (!before || afterW) this.join(giving, n - capacity, sending, n, 0, CAPACITY, edge);
      this.join(this.sendings[to] ?? this.made(to), n, giving, n, 0);
      this.join(this.rows[to][opKinds.indexOf(returnsAfter)], n, giving, n, 0);
    }
    for (const [forwards, n] of this.forwards(from)) {
      // what was made before this F must have been sent, and where room is needed before it, there must be some
      this.join(sending, forwards - 1, this.rows[from][0], n, 0);
      if (before) this.join(giving, forwards - capacity, this.rows[from][0], n, 0, CAPACITY, edge);
    }
  }

  /** Of each F of a stage: the activities made before it in the device's order, and its own number. */
  private *forwards(stage: number): Generator<[made: number, n: number]> {
    const made = this.made(stage);
    const forward = this.rows[stage][0];
    if (made === forward) {
      for (let i = 0; i < forward.nodes.length; i++) yield [forward.before + i, forward.before + i];
      return;
    }
    for (const [i, node] of forward.nodes.entries()) {
      const earlier = made.nodes.filter((other) => other < node).length;
      yield [made.before + earlier, forward.before + i];
    }
  }

  /** Where messages keep their link busy: when each has been sent, one after the other; else what it leaves after. */
  private onLink(edge: number, leaves: Row): Row {
    const lasts = this.timed.sending?.[edge] ?? 0;
    if (lasts === 0) return leaves;
    const sent = this.newRow(leaves.nodes.length);
    for (let n = 0; n < leaves.nodes.length; n++) {
      this.join(leaves, n, sent, n, lasts, BANDWIDTH, edge);
      this.join(sent, n - 1, sent, n, lasts, BANDWIDTH, edge);
    }
    return sent;
  }

  private gradient(edge: number, from: number, to: number): void {
    const latency = latencyOf(this.timed, edge);
    const { delay } = this.timed.graph.edges[edge];
    const means = (latency > 0 ? LATENCY : 0) | (delay > 0 ? DELAY : 0);
    const sent = this.onLink(edge, this.gradients[from]);
    for (let n = 0; n < sent.nodes.length; n++)
      if (!this.overlooked(from, to, n, 1))
        this.join(sent, n, this.rows[to][1], n + delay, latency, means, edge);
  }

  private topDown(edge: number, from: number, to: number): void {
    const { delay, capacity } = this.timed.graph.edges[edge];
    const latency = latencyOf(this.timed, edge);
    const [sent, taken] = [this.onLink(edge, this.rows[from][0]), this.rows[to][0]];
    for (let n = 0; n < sent.nodes.length; n++) {
      this.join(sent, n, taken, n + delay, latency, DELAY | (latency > 0 ? LATENCY : 0), edge);
      if (capacity !== Number.POSITIVE_INFINITY)
        this.join(taken, n + delay - capacity, this.rows[from][0], n, 0, CAPACITY, edge);
    }
  }

  /** What the network said of microbatch n goes into the making of microbatch n + delay. */
  private scores(edge: number): void {
    const { delay } = this.timed.graph.edges[edge];
    const [last, first] = [this.rows[this.rows.length - 1][0], this.rows[0][0]];
    for (let n = 0; n < last.nodes.length; n++) this.join(last, n, first, n + delay, 0, DELAY, edge);
  }

  private inFlight(first: number): void {
    const { inFlight } = this.timed.schedule;
    if (inFlight === Number.POSITIVE_INFINITY) return;
    const [F, , , U] = this.rows[first];
    for (let n = 0; n < F.nodes.length; n++) this.join(U, n - inFlight, F, n, 0, IN_FLIGHT);
  }

  private newRow(length: number): Row {
    return { nodes: Array.from({ length }, () => this.events.node()), before: 0 };
  }

  private made(stage: number): Row {
    return this.rows[stage][this.timed.schedule.sendsActivityAfter === 'W' ? 2 : 0];
  }

  /** whether a message comes round from the other end of the devices and is used before it is there */
  private overlooked(from: number, to: number, n: number, way: 1 | -1): boolean {
    const { schedule, graph } = this.timed;
    if (schedule.overlooksWraps !== true || n % graph.devices === 0) return false;
    return graph.stages[from].device !== graph.stages[to].device + way;
  }

  private timeOf(node: number): number {
    const op = this.events.op[node];
    return op < 0 ? 0 : this.timed.times[op >> 2][opKinds[op & 3]];
  }

  /** The m-th of one row is over before the n-th of another begins. */
  private join(a: Row, m: number, b: Row, n: number, more: number, means = 0, about = -1): void {
    const [node, turn] = at(a, m);
    const [later, laterTurn] = at(b, n);
    this.events.edge(node, later, this.timeOf(node) + more, laterTurn - turn, means, about);
  }
}

function at({ nodes, before }: Row, n: number): [node: number, turn: number] {
  const turn = Math.floor((n - before) / nodes.length);
  return [nodes[n - before - turn * nodes.length], turn];
}
