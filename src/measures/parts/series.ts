/** Points of a course without end: where there are too many, every other one goes, and only every other one is taken from then on. */
export class Series<T = object> {
  points: T[] = [];
  private readonly most: number;
  private every = 1;

  /** @param most  points that are kept, ≥ 2 */
  constructor(most: number) {
    this.most = most;
  }

  /** Whether the point of this index is one of those that are kept. @param index  of all that there would be, from 0 */
  wants(index: number): boolean {
    return index % this.every === 0;
  }

  add(point: T): void {
    this.points.push(point);
    if (this.points.length <= this.most) return;
    this.points = this.points.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }
}
