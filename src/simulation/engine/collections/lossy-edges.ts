import type { LossyEdge } from '../../onlooker.ts';
import { W } from '../durations.ts';
import type { Stages } from '../stages.ts';

/** The edges that lose something rather than keep their sender waiting. */
export class LossyEdges {
  private readonly edges: ReadonlyMap<number, LossyEdge>;
  private readonly stages: Stages;
  /** microbatches that each stage has made and handed over, lost ones included [stages] */
  private readonly made: Int32Array;

  /** @param edges  by the stage that each leads into */
  constructor(edges: ReadonlyMap<number, LossyEdge>, stages: Stages) {
    this.edges = edges;
    this.stages = stages;
    this.made = new Int32Array(stages.count);
  }

  /** whether the edge into a stage is one of them */
  leadInto(stage: number): boolean {
    return this.edges.has(stage);
  }

  /**
   * Lets what a stage has made go on, as far as there is credit; what finds no room is lost.
   *
   * @param made  microbatches that it has made so far
   * @param credit  whether one more may go
   * @returns microbatches that were lost
   */
  pass(stage: number, made: number, credit: () => boolean, send: () => void): number {
    const edge = this.edges.get(this.stages.next[stage]) as LossyEdge;
    let lost = edge.waiting + made - this.made[stage];
    for (; this.made[stage] < made; this.made[stage]++) edge.made();
    edge.expire();
    for (; edge.waiting > 0 && credit(); lost--) {
      edge.sent();
      send();
    }
    return lost - edge.waiting;
  }

  /**
   * Whether a stage has learned from all that comes to it.
   *
   * @param done  microbatches through each op so far [stages × 4]
   * @param sent  messages into its link [stages]
   */
  over(stage: number, done: Int32Array, sent: Int32Array): boolean {
    const learned = done[4 * stage + W];
    const edge = this.edges.get(stage);
    if (edge) return edge.waiting === 0 && learned >= sent[stage];
    const below = this.stages.previous[stage];
    return learned >= done[4 * (below === -1 ? stage : below)];
  }
}
