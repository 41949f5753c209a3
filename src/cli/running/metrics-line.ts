import type { Figures } from './figures.ts';

type HeldOut = Figures['heldOut'];

/**
 * Makes the lines of `metrics.jsonl` for one run: the figures so far, but of the held-out curve only the points that are
 * new or have changed since the line before. So each line is about as long as the first.
 */
export class MetricsLines {
  readonly #rule: string;
  #told: HeldOut = [];

  constructor(rule: string) {
    this.#rule = rule;
  }

  /** @param seconds  since the run began */
  next(seconds: number, figures: Figures): object {
    const { heldOut } = figures;
    // points are added at the end, and only the last one still changes
    const same = Math.max(0, this.#told.length - 1);
    const changed = heldOut.slice(same).filter((point, i) => !equal(point, this.#told[same + i]));
    this.#told = heldOut;
    return { rule: this.#rule, seconds, ...figures, heldOut: changed };
  }
}

function equal(point: HeldOut[number], before: HeldOut[number] | undefined): boolean {
  return before !== undefined && point.epoch === before.epoch && point.samples === before.samples;
}
