import type { ArrivalEvent, LostEvent, OpEvent, PredictionEvent } from '../../core/trace.ts';
import { arrow, type ChromeEvent, type Frame, type Point } from './chrome-event.ts';

/** A microbatch on its way through the stages. */
interface Passage {
  readonly arrival: ArrivalEvent;
  readonly points: Point[];
  /** stages whose F has been reported */
  forwarded: number;
}

/**
 * Arrows from the arrival of a microbatch through each of its F slices. An arrow is drawn when the last F has been
 * reported, so that none is without its end: not in a run that was interrupted, nor in a file that took only a part.
 */
export class MicrobatchArrows {
  private readonly stages: number;
  private readonly frame: Frame;
  /** by microbatch; as many as there are in the pipeline */
  private readonly passages = new Map<number, Passage>();

  constructor(stages: number, frame: Frame) {
    this.stages = stages;
    this.frame = frame;
  }

  /** @param point  in the arrival's slice; undefined where it has none */
  arrived(arrival: ArrivalEvent, point: Point | undefined): void {
    this.passages.set(arrival.microbatch, { arrival, points: point ? [point] : [], forwarded: 0 });
  }

  /**
   * F of a stage has ended. Stages report in batches, so one may be ahead of those before it.
   *
   * @param point  in the slice of F; undefined where it has none
   * @returns the arrow, once every stage has forwarded
   */
  forwarded({ microbatch }: OpEvent, point: Point | undefined): ChromeEvent[] {
    const passage = this.passages.get(microbatch);
    if (passage === undefined) return [];
    if (point) passage.points.push(point);
    if (++passage.forwarded < this.stages) return [];
    this.passages.delete(microbatch);
    const points = passage.points.sort((a, b) => a.at - b.at);
    if (points.length < 2) return [];
    const cat = `run ${this.frame.pid} ${passage.arrival.purpose}`;
    return arrow('microbatch', cat, microbatch, points, this.frame);
  }

  /** What is lost between two stages passes no F of the others: it gets no arrow. */
  lost({ microbatch }: LostEvent): void {
    if (microbatch !== undefined) this.passages.delete(microbatch);
  }

  /** A prediction that took no time, as in virtual time, has passed no F that could be drawn: it gets no arrow. */
  predicted({ microbatch, start }: PredictionEvent): void {
    if (this.passages.get(microbatch)?.arrival.start === start) this.passages.delete(microbatch);
  }
}
