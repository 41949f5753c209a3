import { arrays, type State, type Stateful } from '../../core/state.ts';

export interface AdwinOptions {
  /** how likely a false detection may be, above 0 and at most 1; left out, 0.002 */
  readonly delta?: number;
  /** values between two looks; left out, 32 */
  readonly clock?: number;
  /** buckets of one size, ≥ 2; left out, 5 */
  readonly buckets?: number;
  /** values of a part of the window, at least; left out, 5 */
  readonly least?: number;
  /** values that the window must exceed before a look; left out, 10 */
  readonly grace?: number;
}

/** sizes of buckets, 2⁰ … 2⁴⁷: more than any stream fills */
const sizes = 48;
/** where the window's numbers lie */
const [total, variance, width, updates, rows, drifted] = [0, 1, 2, 3, 4, 5];

/**
 * ADWIN's window as an exponential histogram: row k holds buckets of 2^k values, oldest first, each with its sum and its sum of
 * squared deviations. Where a row is over-full its two oldest buckets become one of the next row.
 *
 * @see Bifet and Gavaldà 2007, section 4
 */
export class AdaptiveWindow implements Stateful {
  private readonly options: Required<AdwinOptions>;
  private readonly numbers = new Float64Array(6);
  private readonly counts = new Int32Array(sizes);
  /** [sizes × (buckets + 1)] */
  private readonly sums: Float64Array;
  private readonly deviations: Float64Array;
  private readonly columns: number;
  private readonly stored: Stateful;

  constructor(options: Required<AdwinOptions>) {
    this.options = options;
    this.columns = options.buckets + 1;
    this.sums = new Float64Array(sizes * this.columns);
    this.deviations = new Float64Array(sizes * this.columns);
    const { numbers, counts, sums, deviations } = this;
    this.stored = arrays({ numbers, counts, sums, deviations });
    this.begin();
  }

  /** @returns whether the mean has changed */
  update(value: number): boolean {
    if (this.numbers[drifted] === 1) this.begin();
    this.insert(value);
    const { numbers, options } = this;
    numbers[updates]++;
    let changed = false;
    if (numbers[updates] % options.clock === 0 && numbers[width] > options.grace)
      while (this.hasCut()) {
        changed = true;
        this.deleteOldest();
      }
    numbers[drifted] = changed ? 1 : 0;
    return changed;
  }

  state(): State {
    return this.stored.state();
  }

  restore(state: State): void {
    this.stored.restore(state);
  }

  private begin(): void {
    this.numbers.fill(0);
    this.numbers[rows] = 1;
    this.counts.fill(0);
  }

  private push(row: number, sum: number, deviation: number): void {
    const at = row * this.columns + this.counts[row]++;
    this.sums[at] = sum;
    this.deviations[at] = deviation;
  }

  private insert(value: number): void {
    const { numbers } = this;
    this.push(0, value, 0);
    numbers[width]++;
    if (numbers[width] > 1) {
      const away = value - numbers[total] / (numbers[width] - 1);
      numbers[variance] += ((numbers[width] - 1) * away * away) / numbers[width];
    }
    numbers[total] += value;
    for (let row = 0; this.counts[row] === this.columns; row++) this.merge(row);
  }

  private merge(row: number): void {
    const { sums, deviations, numbers } = this;
    const size = 2 ** row;
    const at = row * this.columns;
    const apart = sums[at] / size - sums[at + 1] / size;
    const between = (size / 2) * apart * apart;
    if (row + 1 === numbers[rows]) numbers[rows]++;
    this.push(row + 1, sums[at] + sums[at + 1], deviations[at] + deviations[at + 1] + between);
    this.shift(row, 2);
  }

  private shift(row: number, by: number): void {
    const at = row * this.columns;
    this.sums.copyWithin(at, at + by, at + this.counts[row]);
    this.deviations.copyWithin(at, at + by, at + this.counts[row]);
    this.counts[row] -= by;
  }

  private deleteOldest(): void {
    const { numbers } = this;
    const row = numbers[rows] - 1;
    const at = row * this.columns;
    const size = 2 ** row;
    numbers[width] -= size;
    numbers[total] -= this.sums[at];
    const apart = this.sums[at] / size - numbers[total] / numbers[width];
    numbers[variance] -=
      this.deviations[at] + (size * numbers[width] * apart * apart) / (size + numbers[width]);
    this.shift(row, 1);
    if (this.counts[row] === 0) numbers[rows]--;
  }

  /** Whether the window falls, at the end of one of its buckets, into two parts whose means differ. */
  private hasCut(): boolean {
    const { numbers, counts, sums, columns } = this;
    const { least } = this.options;
    let [n0, n1, sum0, sum1] = [0, numbers[width], 0, numbers[total]];
    const bound = Math.log((2 * Math.log(numbers[width])) / this.options.delta);
    const spread = numbers[variance] / numbers[width];
    for (let row = numbers[rows] - 1; row >= 0; row--) {
      const size = 2 ** row;
      for (let k = 0; k < counts[row]; k++) {
        n0 += size;
        n1 -= size;
        sum0 += sums[row * columns + k];
        sum1 -= sums[row * columns + k];
        if (row === 0 && k === counts[0] - 1) return false;
        if (n1 < least || n0 < least) continue;
        const m = 1 / (n0 - least + 1) + 1 / (n1 - least + 1);
        const epsilon = Math.sqrt(2 * m * spread * bound) + (2 / 3) * bound * m;
        if (Math.abs(sum0 / n0 - sum1 / n1) > epsilon) return true;
      }
    }
    return false;
  }
}
