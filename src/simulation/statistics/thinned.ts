/** values that are kept at most: 1 MiB, which is taken at once */
const mostKept = 2 ** 17;

/**
 * A long series in little memory: every value of a short one, of a longer one each second, each fourth and so on. What is
 * kept depends on places only, never on values, so any part of the series is fairly represented.
 */
export class Thinned {
  /** values so far */
  count = 0;
  private readonly kept: Float64Array<ArrayBuffer>;
  private size = 0;
  /** values behind one that is kept */
  private every = 1;

  /** @param expected  how many values will come, where that is known */
  constructor(expected = Number.POSITIVE_INFINITY) {
    this.kept = new Float64Array(2 * Math.ceil(Math.min(mostKept, Math.max(2, expected)) / 2));
  }

  add(value: number): void {
    if (this.count++ % this.every !== 0) return;
    if (this.size === this.kept.length) {
      this.size /= 2;
      this.every *= 2;
      for (let i = 0; i < this.size; i++) this.kept[i] = this.kept[2 * i];
    }
    this.kept[this.size++] = value;
  }

  /** How many values of a series that never falls are at most `limit`; where not all are kept, to within one in those kept. */
  upTo(limit: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.kept[middle] <= limit) low = middle + 1;
      else high = middle;
    }
    return Math.min(this.count, low * this.every);
  }

  /**
   * Percentiles by the nearest rank, of the values from place `from` on.
   *
   * @param shares  0 to 1 each
   * @returns  one for each; NaN where there is no value
   */
  percentiles(shares: readonly number[], from = 0): number[] {
    const sorted = this.kept.slice(Math.ceil(from / this.every), this.size).sort();
    return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
  }
}
