import type { OpEvent, TraceEvent } from '../../core/trace.ts';

type Count = 'F' | 'B' | 'W' | 'U' | 'predicted';
type Counts = Record<Count, number>;

/** How far a stage's ops were told: those that it makes again after a restart are told as such, and its weights once. */
export class Told {
  /** ops told so far, by stage, and those that its present life has told or begun behind */
  private readonly told = new Map<number, Counts>();
  private readonly now = new Map<number, Counts>();
  private readonly weights = new Set<number>();

  /** A stage begins anew, behind so many microbatches, updates and predictions. */
  beginsAnew(stage: number, learned: number, updates: number, predicted: number): void {
    this.now.set(stage, { F: learned, B: learned, W: learned, U: updates, predicted });
  }

  /** The event as it is to be told; undefined where it was told and has no time of its own. */
  again(event: TraceEvent): TraceEvent | undefined {
    if (event.kind === 'op') return this.op(event);
    if (event.kind !== 'weights') return event;
    if (this.weights.has(event.layer)) return undefined;
    this.weights.add(event.layer);
    return event;
  }

  private op(event: OpEvent): OpEvent {
    const { stage } = event;
    const count: Count = event.purpose === 'learn' ? event.op : 'predicted';
    const told = countsOf(this.told, stage);
    const now = countsOf(this.now, stage);
    now[count]++;
    if (now[count] <= told[count]) return { ...event, again: true };
    told[count] = now[count];
    return event;
  }
}

function countsOf(map: Map<number, Counts>, stage: number): Counts {
  const counts = map.get(stage) ?? { F: 0, B: 0, W: 0, U: 0, predicted: 0 };
  map.set(stage, counts);
  return counts;
}
