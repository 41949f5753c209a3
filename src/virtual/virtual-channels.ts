import type { Arena } from '../core/memory/arena.ts';
import type { Purpose } from '../core/trace.ts';
import { copy, type Microbatch, microbatchIn } from '../data/microbatch.ts';
import type { Edge } from '../graph/graph.ts';
import type { Assembly } from '../work/assembly.ts';
import type { ChannelReceiver, ChannelSender } from '../work/channels/channel.ts';
import { type LocalChannel, localChannel } from '../work/channels/local-channel.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import { VirtualEdges } from './virtual-edges.ts';

/** The channels of a graph in virtual time. The simulation bounds what lies on them. */
export class VirtualChannels {
  readonly entry: ChannelSender;
  readonly exit: ChannelReceiver;
  /** the edges that lose something; undefined where none does */
  readonly edges: VirtualEdges<Microbatch> | undefined;
  private readonly channels = new Map<string, LocalChannel>();
  /** rooms of what waited in front of an edge and has left it, by the stage that it leads into */
  private readonly spare = new Map<number, Microbatch[]>();
  private readonly arena: Arena;

  /** @param clock  nanoseconds of virtual time */
  constructor(assembly: Assembly, arena: Arena, clock: () => number) {
    this.arena = arena;
    for (const { from, to, carries, shape } of assembly.graph.edges) {
      if (shape === undefined) continue;
      const channel = localChannel({
        capacity: Number.POSITIVE_INFINITY,
        slot: () => microbatchIn(arena, shape),
      });
      for (const end of [`from ${from}`, `to ${to}`]) this.channels.set(`${carries} ${end}`, channel);
    }
    this.entry = this.sender('activity', 'source') as ChannelSender;
    this.exit = this.receiver('activity', 'sink') as ChannelReceiver;
    const gone = (one: Microbatch, into: number): void => void this.spareFor(into).push(one);
    const onward = (one: Microbatch, into: number): void => {
      const edge = this.sender('activity', into - 1) as ChannelSender;
      copy(one, edge.claim() as Microbatch);
      edge.send();
      gone(one, into);
    };
    this.edges = VirtualEdges.of<Microbatch>(assembly, { onward, gone }, clock);
  }

  endsOf(stage: number): StageEnds {
    const out = this.sender('activity', stage) as ChannelSender;
    const lossy = this.edges?.lossy.has(stage + 1) ?? false;
    return {
      activityIn: this.receiver('activity', stage) as ChannelReceiver,
      activityOut: lossy ? this.waitingFor(out, stage + 1) : out,
      gradientIn: this.receiver('gradient', stage),
      gradientOut: this.sender('gradient', stage),
      topDownIn: this.receiver('top-down', stage),
      topDownOut: this.sender('top-down', stage),
    };
  }

  /** A sender whose microbatches to learn from wait until the simulation lets them go on; predictions take no time. */
  private waitingFor(edge: ChannelSender, into: number): ChannelSender {
    const spare = this.spareFor(into);
    const shape = (edge.claim() as Microbatch).shape;
    let claimed: Microbatch | undefined;
    return {
      ...{ credits: edge.credits, credit: Number.POSITIVE_INFINITY },
      claim: (purpose: Purpose = 'learn') => {
        if (purpose !== 'learn') return edge.claim(purpose);
        claimed ??= spare.pop() ?? microbatchIn(this.arena, shape);
        return claimed;
      },
      send: () => {
        if (claimed) this.edges?.begin(claimed, into);
        else edge.send();
        claimed = undefined;
      },
      sleep: () => edge.sleep(),
      close: () => edge.close(),
      release: () => edge.release(),
    };
  }

  private spareFor(into: number): Microbatch[] {
    const spare = this.spare.get(into) ?? [];
    this.spare.set(into, spare);
    return spare;
  }

  private sender(carries: Edge['carries'], from: Edge['from']): ChannelSender | undefined {
    return this.channels.get(`${carries} from ${from}`)?.sender;
  }

  private receiver(carries: Edge['carries'], to: Edge['to']): ChannelReceiver | undefined {
    return this.channels.get(`${carries} to ${to}`)?.receiver;
  }
}
