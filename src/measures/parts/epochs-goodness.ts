import { goodnessBins } from '../../core/trace/goodness-counts.ts';

/** Rows of some epochs by their goodness; bins as `goodnessEdges` says. */
export interface EpochsGoodness {
  /** the first of the epochs and the last, from 0 */
  readonly from: number;
  readonly to: number;
  /** microbatches whose rows were counted */
  readonly microbatches: number;
  /** positive rows, and negative ones [goodnessBins] */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

export interface GoodnessHistogram {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** those in which rows were counted, in their order; each of one epoch unless there are too many */
  readonly epochs: readonly EpochsGoodness[];
}

interface Counts {
  microbatches: number;
  readonly positive: number[];
  readonly negative: number[];
}

/** Counts of rows by layer and epoch; where a layer would have more than `most` entries, two become one. */
export class EpochsCounts {
  private readonly most: number;
  /** epochs of an entry, a power of 2 */
  private length = 1;
  private readonly layers: (Counts | undefined)[][] = [];

  /** @param most  an even number */
  constructor(most: number, earlier: readonly GoodnessHistogram[] = []) {
    this.most = most;
    for (const { layer, epochs } of earlier) for (const one of epochs) this.add(layer, one.from, one);
  }

  add(layer: number, epoch: number, counts: Omit<EpochsGoodness, 'from' | 'to'>): void {
    while (epoch >= this.most * this.length) this.halve();
    const entry = Math.floor(epoch / this.length);
    this.layers[layer] ??= [];
    this.layers[layer][entry] ??= empty();
    sum(this.layers[layer][entry] as Counts, counts);
  }

  copy(): EpochsCounts {
    const copy = new EpochsCounts(this.most);
    copy.length = this.length;
    this.layers.forEach((entries, layer) => {
      copy.layers[layer] = entries.map((one) => one && sum(empty(), one));
    });
    return copy;
  }

  /** @param last  the newest epoch that has begun */
  value(last = Number.POSITIVE_INFINITY): GoodnessHistogram[] {
    const { length } = this;
    return this.layers.flatMap((entries, layer) => ({
      layer,
      epochs: entries.flatMap((one, i) => {
        const to = Math.min((i + 1) * length - 1, last);
        return one === undefined ? [] : { from: i * length, to, ...one };
      }),
    }));
  }

  private halve(): void {
    this.length *= 2;
    this.layers.forEach((entries, layer) => {
      const halves: (Counts | undefined)[] = [];
      for (const [i, one] of entries.entries()) {
        if (one === undefined) continue;
        halves[i >> 1] ??= empty();
        sum(halves[i >> 1] as Counts, one);
      }
      this.layers[layer] = halves;
    });
  }
}

function empty(): Counts {
  const zeros = (): number[] => new Array<number>(goodnessBins).fill(0);
  return { microbatches: 0, positive: zeros(), negative: zeros() };
}

function sum(into: Counts, one: Omit<EpochsGoodness, 'from' | 'to'>): Counts {
  into.microbatches += one.microbatches;
  for (let b = 0; b < goodnessBins; b++) {
    into.positive[b] += one.positive[b];
    into.negative[b] += one.negative[b];
  }
  return into;
}
