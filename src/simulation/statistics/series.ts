/**
 * A long series in little memory: sums over batches of equal length. When the batches are full, neighbours are joined, so
 * there are always between 512 and 1,024 of them once there have been so many values.
 */
export class Series {
  /** values so far */
  count = 0;
  private readonly sums: number[] = [];
  private size = 1;
  private inLast = 0;

  add(value: number): void {
    this.count++;
    if (this.inLast === 0) {
      if (this.sums.length === 1024) this.join();
      this.sums.push(0);
    }
    this.sums[this.sums.length - 1] += value;
    this.inLast = (this.inLast + 1) % this.size;
  }

  /** The means of the batches that are full, in order, and how many values each has. */
  batches(): { readonly means: readonly number[]; readonly size: number } {
    const full = this.inLast === 0 ? this.sums : this.sums.slice(0, -1);
    return { means: full.map((sum) => sum / this.size), size: this.size };
  }

  private join(): void {
    for (let i = 0; i < 512; i++) this.sums[i] = this.sums[2 * i] + this.sums[2 * i + 1];
    this.sums.length = 512;
    this.size *= 2;
  }
}
