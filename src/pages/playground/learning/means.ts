import type { LayerFigures } from '../../../extend.ts';
import type { GoodnessPoint } from './messages.ts';

/** Means of goodness over some microbatches, told a few at a time. */
export class Means {
  private readonly over: number;
  private readonly tell: (points: readonly GoodnessPoint[]) => void;
  private readonly sums = new Map<number, { positive: number; negative: number; count: number }>();
  private readonly learned = new Map<number, number>();
  private readonly from: number;
  private points: GoodnessPoint[] = [];

  /**
   * @param over  microbatches of one point
   * @param from  microbatches that were learned from before
   */
  constructor(over: number, from: number, tell: (points: readonly GoodnessPoint[]) => void) {
    this.over = over;
    this.from = from;
    this.tell = tell;
  }

  add(figures: readonly LayerFigures[]): void {
    for (const { layer, positiveGoodness, negativeGoodness } of figures) {
      if (positiveGoodness === undefined || negativeGoodness === undefined) continue;
      const microbatch = (this.learned.get(layer) ?? this.from) + 1;
      this.learned.set(layer, microbatch);
      const sum = this.sums.get(layer) ?? { positive: 0, negative: 0, count: 0 };
      this.sums.set(layer, sum);
      sum.positive += positiveGoodness;
      sum.negative += negativeGoodness;
      if (++sum.count < this.over) continue;
      const { positive, negative, count } = sum;
      this.points.push({ layer, microbatch, positive: positive / count, negative: negative / count });
      this.sums.delete(layer);
    }
    if (this.points.length >= 4) this.flush();
  }

  flush(): void {
    if (this.points.length > 0) this.tell(this.points);
    this.points = [];
  }
}
