import { random } from '../core/random.ts';
import type { LostEvent, TraceEvent } from '../core/trace.ts';
import type { LossyEdge } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';
import { LossyQueue } from '../work/channels/lossy-queue.ts';

/** What is known of a microbatch on its way. */
export interface Passing {
  readonly sequence: number;
  readonly rows: number;
  /** when its last sample was to come, in nanoseconds */
  readonly intended: number;
}

/** Where what waits in front of an edge goes. */
export interface Ways<T> {
  /** it goes on */
  onward(one: T, into: number): void;
  /** it is lost */
  gone?(one: T, into: number): void;
}

/** The edges that lose something, in virtual time: which microbatches wait in front of them, and which are lost. */
export class VirtualEdges<T extends Passing> {
  /** by the stage that each leads into */
  readonly lossy: ReadonlyMap<number, LossyEdge>;
  /** what a stage has begun to make, oldest first, by the stage that its edge leads into */
  private readonly begun = new Map<number, T[]>();
  private lost: LostEvent[] = [];

  private constructor({ graph, pipeline }: Assembly, ways: Ways<T>, clock: () => number) {
    const lossy = new Map<number, LossyEdge>();
    for (const { to: into, drops } of graph.edges) {
      if (drops === undefined || typeof into !== 'number') continue;
      const { reason = 'drop-newest' } = drops.overflow;
      const queue = new LossyQueue<T>({
        ...drops,
        random: random(pipeline.seed).fork(`overflow of edge ${into}`),
        intended: ({ intended }) => intended,
        lost: (one, start) => {
          const { rows, sequence: microbatch } = one;
          this.lost.push({ kind: 'lost', rows, reason, stage: into, microbatch, start });
          ways.gone?.(one, into);
        },
      });
      const begun: T[] = [];
      this.begun.set(into, begun);
      lossy.set(into, {
        get waiting() {
          return queue.items.length;
        },
        made: () => queue.add(begun.shift() as T, clock()),
        expire: () => queue.expire(clock()),
        sent: () => ways.onward(queue.items.shift() as T, into),
      });
    }
    this.lossy = lossy;
  }

  /** @returns undefined where no edge loses anything */
  static of<T extends Passing>(
    assembly: Assembly,
    ways: Ways<T>,
    clock: () => number,
  ): VirtualEdges<T> | undefined {
    const edges = new VirtualEdges(assembly, ways, clock);
    return edges.lossy.size > 0 ? edges : undefined;
  }

  /** A stage has begun to make what goes to the next one. @returns whether the edge between them may lose it */
  begin(one: T, into: number): boolean {
    const begun = this.begun.get(into);
    begun?.push(one);
    return begun !== undefined;
  }

  /** Tells what was lost since the last call, behind the op in which that befell it. */
  tell(emit: (event: TraceEvent) => void): void {
    if (this.lost.length === 0) return;
    const { lost } = this;
    this.lost = [];
    for (const event of lost) emit(event);
  }
}
