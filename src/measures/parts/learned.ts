import type { ArrivalEvent, OpEvent, TraceEvent } from '../../core/trace.ts';

/** A microbatch that not every stage has learned from. */
export interface Inside {
  readonly arrival: ArrivalEvent;
  /** its place among those sent in to be learned from, from 0 */
  readonly rank: number;
  /** stages that have yet to learn from it */
  left: number;
  /** end of the last update so far, nanoseconds */
  end: number;
}

/**
 * Follows what is sent in to be learned from until every stage has learned from it, or it is lost on its way. What a restarted stage
 * does again does not count.
 */
export class Learning {
  /** microbatches and samples sent in, and samples that every stage has learned from */
  microbatches = 0;
  sent = 0;
  learned = 0;
  readonly inside = new Map<number, Inside>();
  /** microbatches that each stage has learned from [stages] */
  readonly byStage: number[] = [];
  private readonly updated: number[] = [];
  private stages = 1;
  /** whether some edge may lose what it carries: then an update is of its own microbatch alone */
  private lossy = false;
  private readonly done: (microbatch: Inside) => void;

  /** @param done  every stage has learned from this microbatch */
  constructor(done: (microbatch: Inside) => void = () => {}) {
    this.done = done;
  }

  add(event: TraceEvent): void {
    if (event.kind === 'start') {
      this.stages = event.stages;
      this.lossy = event.drops !== undefined;
    } else if (event.kind === 'lost' && event.microbatch !== undefined) this.inside.delete(event.microbatch);
    else if (event.kind === 'arrival' && event.purpose === 'learn') {
      const rank = this.microbatches++;
      this.inside.set(event.microbatch, { arrival: event, rank, left: this.stages, end: 0 });
      this.sent += event.rows;
    } else if (event.kind === 'op' && event.op === 'U' && !event.again) this.update(event);
  }

  private update({ stage, microbatch, end }: OpEvent): void {
    if (this.lossy) {
      const one = this.inside.get(microbatch);
      if (one) this.learnedBy(stage, microbatch, one, end);
      return;
    }
    const before = this.updated[stage] ?? -1;
    this.updated[stage] = microbatch;
    for (const [sequence, one] of this.inside) {
      if (sequence > microbatch) break;
      if (sequence <= before) continue;
      this.learnedBy(stage, sequence, one, end);
    }
  }

  private learnedBy(stage: number, sequence: number, one: Inside, end: number): void {
    this.byStage[stage] = one.rank + 1;
    one.end = Math.max(one.end, end);
    if (--one.left > 0) return;
    this.inside.delete(sequence);
    this.learned += one.arrival.rows;
    this.done(one);
  }
}
