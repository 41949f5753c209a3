/** Numbers in order, for one reader who asks for them in order: those it has passed are dropped now and then. */
export class Backlog {
  /** numbers that have come so far */
  count = 0;
  private readonly values: number[] = [];
  /** numbers dropped */
  private dropped = 0;
  private readonly kept: boolean;

  /** @param kept  whether anybody reads them; else they are only counted */
  constructor(kept = true) {
    this.kept = kept;
  }

  push(value: number): void {
    this.count++;
    if (this.kept) this.values.push(value);
  }

  /** The i-th, from 0; undefined where it has not come yet. Smaller ones are not asked for any more. */
  at(i: number): number | undefined {
    if (i - this.dropped >= 1024) {
      this.values.splice(0, i - this.dropped);
      this.dropped = i;
    }
    return this.values[i - this.dropped];
  }
}
