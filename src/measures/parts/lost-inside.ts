import type { LostEvent } from '../../core/trace.ts';
import type { Learning } from './learned.ts';

/** Counts what is lost on edges between stages, and checks it against what the stages have learned from. */
export class LostInside {
  /** samples */
  rows = 0;
  /** samples lost on the edge into each stage [stages] */
  private readonly into: number[] = [];
  /** losses of what was not on its way: lost twice, or learned from by every stage */
  private wrong = 0;

  /** @param learning  as it was before the loss */
  add({ microbatch, rows = 0, stage = 0 }: LostEvent, { inside }: Learning): void {
    if (microbatch === undefined || inside.get(microbatch)?.arrival.rows !== rows) this.wrong++;
    this.rows += rows;
    this.into[stage] = (this.into[stage] ?? 0) + rows;
  }

  /**
   * Whether each stage has learned from no more than what went in and was not lost on its way there; once nothing is inside, from
   * all of that.
   *
   * @param entered  samples that went in
   * @param learned  samples that each stage has learned from [stages]
   * @param under    samples that are inside
   */
  agrees(entered: number, learned: readonly number[], under: number): boolean {
    if (this.wrong > 0) return false;
    let came = entered;
    for (let stage = 0; stage < learned.length; stage++) {
      came -= this.into[stage] ?? 0;
      const has = learned[stage] ?? 0;
      // what was lost above may not be learned from here yet: it is inside no more, though it is on its way here
      if (under === 0 && this.into.slice(stage + 1).every((lost) => !lost) ? has !== came : has > came)
        return false;
    }
    return true;
  }
}
