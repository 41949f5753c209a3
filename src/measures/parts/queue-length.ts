/** changes of the length that are sorted at a time: events of several stages are told out of order by fewer */
const batch = 4096;

/** How long a queue was over time, from when each entered and left it, told in any order near in time. */
export class QueueLength {
  private changes: { readonly at: number; readonly by: 1 | -1 }[] = [];
  /** nanoseconds at each length */
  private readonly spent: number[] = [];
  private length = 0;
  private until: number | undefined;

  add(entered: number, left: number): void {
    this.changes.push({ at: entered, by: 1 }, { at: Math.max(entered, left), by: -1 });
    if (this.changes.length >= 2 * batch) this.settle(batch);
  }

  /** The least length that is not exceeded during 99 % of the time. */
  p99(): number {
    this.settle(this.changes.length);
    const all = this.spent.reduce((sum, time) => sum + time, 0);
    let below = 0;
    for (const [length, time] of this.spent.entries()) {
      below += time;
      if (below >= 0.99 * all) return length;
    }
    return 0;
  }

  private settle(count: number): void {
    this.changes.sort((one, other) => one.at - other.at || one.by - other.by);
    for (const { at, by } of this.changes.splice(0, count)) {
      const length = Math.max(0, this.length);
      while (this.spent.length <= length) this.spent.push(0);
      this.spent[length] += Math.max(0, at - (this.until ?? at));
      this.until = Math.max(at, this.until ?? at);
      this.length += by;
    }
  }
}
