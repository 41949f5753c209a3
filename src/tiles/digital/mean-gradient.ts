import { arrayIn, type State, type Stateful } from '../../core/state.ts';
import type { Workplace } from '../../kernels/kernel.ts';

/**
 * The mean gradient of the microbatches behind one update: (1/k) Σᵢ gᵢ, summed in the order in which they come.
 *
 * The first gradient is written where the sum is: with one microbatch an update, nothing is added or copied, and there is
 * no second array.
 */
export class MeanGradient implements Stateful {
  private readonly size: number;
  private readonly place: Workplace;
  private readonly sum: Float32Array;
  private later: Float32Array | undefined;
  /** 1/k [1] */
  private share: Float32Array | undefined;
  /** microbatches */
  private count = 0;
  /** those of them whose gradient was made */
  private made = 0;

  /** @param size  numbers of the gradient */
  constructor(size: number, place: Workplace) {
    this.size = size;
    this.place = place;
    this.sum = place.arena.floats(size);
  }

  /** where the next microbatch's gradient goes, to be overwritten [size] */
  get next(): Float32Array {
    if (this.made === 0) return this.sum;
    this.later ??= this.place.arena.floats(this.size);
    return this.later;
  }

  /** Adds what was written to `next` to the sum. */
  take(): void {
    const { sum, later, size } = this;
    this.count++;
    if (this.made++ > 0 && later) this.place.kernels.add(sum, later, sum, size);
  }

  /** Counts a microbatch none of whose samples is learned from: zeros, which nobody makes. */
  takeNothing(): void {
    this.count++;
  }

  /** whether no gradient was made since the last update */
  get empty(): boolean {
    return this.made === 0;
  }

  /** Forgets what was counted; the sum starts anew. */
  clear(): void {
    this.count = 0;
    this.made = 0;
  }

  /** The mean of what was taken; zeros where nothing was. The sum starts anew. */
  mean(): Float32Array {
    const { sum, count, size } = this;
    if (this.made === 0) sum.fill(0);
    if (count > 1) {
      const { arena, kernels } = this.place;
      this.share ??= arena.floats(1);
      this.share[0] = 1 / count;
      kernels.scaleRows(sum, this.share, 1, size);
    }
    this.clear();
    return sum;
  }

  state(): State {
    const { count, made, sum } = this;
    return {
      count: Float64Array.of(count),
      made: Float64Array.of(made),
      ...(made > 0 && { sum: sum.slice() }),
    };
  }

  restore(state: State): void {
    this.count = arrayIn(state, 'count', 1)[0];
    this.made = arrayIn(state, 'made', 1)[0];
    if (this.made > 0) this.sum.set(arrayIn(state, 'sum', this.size));
  }
}
