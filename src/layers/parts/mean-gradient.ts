import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Workplace } from '../../kernels/kernel.ts';

/** The gradients of a layer's weights [inputs × units] and biases [units]. */
export interface Gradients {
  readonly weights: Matrix;
  readonly biases: Float32Array;
}

/**
 * The mean over the microbatches behind one update: (1/k) Σᵢ gᵢ, summed in the order in which they come.
 *
 * The first microbatch's gradients are written where the sum is: a layer that updates with each adds and copies nothing,
 * and has no room for a second one.
 */
export class MeanGradient {
  private readonly inputs: number;
  private readonly units: number;
  private readonly place: Workplace;
  private readonly sum: Gradients;
  private later: Gradients | undefined;
  /** 1/k, once a row [inputs] */
  private shares: Float32Array | undefined;
  private count = 0;

  constructor(inputs: number, units: number, place: Workplace) {
    this.inputs = inputs;
    this.units = units;
    this.place = place;
    this.sum = this.room();
  }

  /** where the next microbatch's gradients go; written anew, whatever stands there */
  get next(): Gradients {
    if (this.count === 0) return this.sum;
    this.later ??= this.room();
    return this.later;
  }

  /** Takes what was written to `next` into the sum. */
  take(): void {
    const { sum, later, inputs, units } = this;
    if (this.count++ === 0 || later === undefined) return;
    const { kernels } = this.place;
    kernels.add(sum.weights.data, later.weights.data, sum.weights.data, inputs * units);
    kernels.add(sum.biases, later.biases, sum.biases, units);
  }

  /** The mean of what was taken, or what stands in `next` where nothing was; the sum starts anew. */
  mean(): Gradients {
    const { sum, count, inputs, units } = this;
    if (count > 1) {
      const { arena, kernels } = this.place;
      this.shares ??= arena.floats(inputs);
      this.shares.fill(1 / count);
      kernels.scaleRows(sum.weights.data, this.shares, inputs, units);
      kernels.scaleRows(sum.biases, this.shares, 1, units);
    }
    this.count = 0;
    return sum;
  }

  private room(): Gradients {
    const { arena } = this.place;
    const { inputs, units } = this;
    return { weights: matrix(inputs, units, arena.floats(inputs * units)), biases: arena.floats(units) };
  }
}
