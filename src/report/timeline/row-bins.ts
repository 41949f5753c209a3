import { firstWait, kinds, type Slice } from '../charts/timeline/timeline.ts';

/** The extremes that a bin remembers: the longest op, the shortest op, the longest wait. */
const extremes = 3;

/**
 * One row of a timeline in equal bins of time: the time that each kind took, and in each bin the longest op, the shortest
 * op and the longest wait that begin there. When time goes on, two bins become one: the sums add up and the extremes of
 * the two are compared, so what is longest and shortest of all is never lost.
 */
export class RowBins {
  readonly count: number;
  /** nanoseconds of each kind [bins × kinds] */
  readonly taken: Float64Array;
  readonly #extremes: (Slice | undefined)[];

  /** @param count  bins, an even number */
  constructor(count: number) {
    this.count = count;
    this.taken = new Float64Array(count * kinds.length);
    this.#extremes = new Array(count * extremes);
  }

  /** @param width  of a bin; the slice ends before the last bin does */
  add(slice: Slice, width: number): void {
    const { kind, start, end } = slice;
    const first = Math.floor(start / width);
    for (let bin = first; bin < this.count && bin * width < end; bin++) {
      const part = Math.min(end, (bin + 1) * width) - Math.max(start, bin * width);
      this.taken[bin * kinds.length + kind] += part;
    }
    this.#compare(first, slice);
  }

  /** Each bin becomes twice as wide. */
  halve(): void {
    const { length } = kinds;
    const old = this.#extremes.slice();
    this.#extremes.fill(undefined);
    for (let bin = 0; bin < this.count; bin++) {
      for (let kind = 0; kind < length; kind++) {
        const both = this.taken[2 * bin * length + kind] + this.taken[(2 * bin + 1) * length + kind];
        this.taken[bin * length + kind] = 2 * bin < this.count ? both : 0;
      }
      for (let i = 0; i < extremes; i++) {
        const one = old[bin * extremes + i];
        if (one) this.#compare(bin >> 1, one);
      }
    }
  }

  /** Every extreme once, in the order of the bins. */
  extremes(): Slice[] {
    return [...new Set(this.#extremes.filter((one) => one !== undefined))];
  }

  #compare(bin: number, slice: Slice): void {
    const at = bin * extremes;
    const long = slice.end - slice.start;
    const [longest, shortest, wait] = [this.#extremes[at], this.#extremes[at + 1], this.#extremes[at + 2]];
    if (slice.kind >= firstWait) {
      if (wait === undefined || wait.end - wait.start < long) this.#extremes[at + 2] = slice;
      return;
    }
    if (longest === undefined || longest.end - longest.start < long) this.#extremes[at] = slice;
    if (shortest === undefined || shortest.end - shortest.start > long) this.#extremes[at + 1] = slice;
  }
}
