/** Numbers over time in 128 equal bins, which become twice as wide, two by two, when time goes on behind the last. */
export class TimeBins {
  static readonly count = 128;
  /** nanoseconds */
  width = 1;
  readonly #each: number;
  readonly #values: Float64Array;
  readonly #join: (a: number, b: number) => number;

  /**
   * @param each  numbers in a bin
   * @param join  makes one number of two, 0 where there was none; left out, their sum
   */
  constructor(each: number, join = (a: number, b: number): number => a + b) {
    this.#each = each;
    this.#values = new Float64Array(TimeBins.count * each);
    this.#join = join;
  }

  /** @param at  nanoseconds, 0 or more */
  add(at: number, index: number, value: number): void {
    this.#reach(at);
    this.#put(Math.max(0, Math.floor(at / this.width)), index, value);
  }

  /** Shares `value` out over the bins from `start` to `end`, by the time of each that lies between. */
  spread(start: number, end: number, index: number, value: number): void {
    if (end <= start) this.add(end, index, value);
    else this.#over(start, end, (bin, time) => this.#put(bin, index, (value * time) / (end - start)));
  }

  /** Adds `value` to each bin that some of the time from `start` to `end` lies in. */
  hold(start: number, end: number, index: number, value: number): void {
    this.#over(start, end, (bin) => this.#put(bin, index, value));
  }

  at(bin: number, index = 0): number {
    return this.#values[bin * this.#each + index];
  }

  /** @param width  a power of two */
  widen(width: number): void {
    while (this.width < width) this.#double();
  }

  #over(start: number, end: number, put: (bin: number, time: number) => void): void {
    this.#reach(end);
    const { width } = this;
    for (let bin = Math.max(0, Math.floor(start / width)); bin * width < end; bin++)
      put(bin, Math.min(end, (bin + 1) * width) - Math.max(start, bin * width));
  }

  #put(bin: number, index: number, value: number): void {
    const place = bin * this.#each + index;
    this.#values[place] = this.#join(this.#values[place], value);
  }

  #reach(at: number): void {
    while (at >= TimeBins.count * this.width) this.#double();
  }

  #double(): void {
    const { count } = TimeBins;
    for (let bin = 0; bin < count; bin++) {
      for (let i = 0; i < this.#each; i++) {
        const from = 2 * bin * this.#each + i;
        const both = 2 * bin < count ? this.#join(this.#values[from], this.#values[from + this.#each]) : 0;
        this.#values[bin * this.#each + i] = both;
      }
    }
    this.width *= 2;
  }
}
