import { must, mustBeWhole } from '../core/check.ts';
import { arrayIn, type State, type Stateful } from '../core/state.ts';

export interface ScalerOptions {
  /** factor by which each sample makes those before it count less: above 0 and at most 1, where all count alike; left out, 1 */
  readonly forgetting?: number | undefined;
  /** standard deviations from the mean beyond which a feature is cut off, above 0; left out, 5 */
  readonly clip?: number | undefined;
}

/**
 * Brings each feature to mean 0 and standard deviation 1 of the samples that were learned from before, never of those to come.
 *
 *     z[j] = (x[j] − mean[j]) / √variance[j],   cut off at ±clip
 *
 * Mean and population variance are Welford's, with forgetting: W ← λW + 1, δ = x − mean, mean ← mean + δ/W,
 * M ← λM + δ·(x − mean), variance = M / W. A feature that has not varied gives 0, and so does all before anything was learned. What is
 * learned counts from `commit` on: a microbatch is scaled by one and the same mean and variance, in prediction and in learning.
 *
 * @see Welford 1962, Note on a method for calculating corrected sums of squares and products
 */
export class RunningScaler implements Stateful {
  readonly width: number;
  private readonly forgetting: number;
  private readonly clip: number;
  /** W, of the samples learned */
  private weight = 0;
  /** [width] */
  private readonly mean: Float64Array;
  /** M, the sums of squared deviations [width] */
  private readonly squares: Float64Array;
  /** by which samples are scaled until the next commit [width] */
  private readonly centre: Float64Array;
  private readonly factor: Float64Array;

  /** @throws {RangeError} when the width is no whole number, or an option is out of range */
  constructor(width: number, { forgetting = 1, clip = 5 }: ScalerOptions = {}) {
    mustBeWhole(width, 'width of a scaler', 1, 'features');
    must(forgetting > 0 && forgetting <= 1, 'forgetting of a scaler', 'above 0 and at most 1', forgetting);
    must(clip > 0, 'clip of a scaler', 'a number of standard deviations above 0', clip);
    this.width = width;
    this.forgetting = forgetting;
    this.clip = clip;
    this.mean = new Float64Array(width);
    this.squares = new Float64Array(width);
    this.centre = new Float64Array(width);
    this.factor = new Float64Array(width);
  }

  /**
   * Writes a scaled sample. What is not finite becomes NaN, so that nobody takes it for a value that was cut off.
   *
   * @param samples  [count × width]
   * @param index    which of them
   * @param into     [width]
   */
  scale(samples: Float32Array, index: number, into: Float32Array): void {
    const { width, centre, factor, clip } = this;
    const start = index * width;
    for (let j = 0; j < width; j++) {
      const off = samples[start + j] - centre[j];
      const z = off * factor[j];
      // + 0 makes −0 a 0
      into[j] = off - off !== 0 ? Number.NaN : Math.max(-clip, Math.min(clip, z)) + 0;
    }
  }

  /** Takes in a sample, all finite, as it was before it was scaled. It counts from the next commit on. */
  learn(samples: Float32Array, index: number): void {
    const { width, mean, squares, forgetting } = this;
    this.weight = forgetting * this.weight + 1;
    const start = index * width;
    for (let j = 0; j < width; j++) {
      const x = samples[start + j];
      const off = x - mean[j];
      mean[j] += off / this.weight;
      squares[j] = forgetting * squares[j] + off * (x - mean[j]);
    }
  }

  /** What was learned counts from here on. */
  commit(): void {
    for (let j = 0; j < this.width; j++) {
      this.centre[j] = this.mean[j];
      const deviation = Math.sqrt(this.squares[j] / this.weight);
      this.factor[j] = deviation > 0 ? 1 / deviation : 0;
    }
  }

  /** Taken right after a commit: what was learned since then counts in whoever restores it. */
  state(): State {
    return {
      weight: Float64Array.of(this.weight),
      mean: this.mean.slice(),
      squares: this.squares.slice(),
    };
  }

  restore(state: State): void {
    [this.weight] = arrayIn(state, 'weight', 1);
    this.mean.set(arrayIn(state, 'mean', this.width));
    this.squares.set(arrayIn(state, 'squares', this.width));
    if (this.weight > 0) this.commit();
  }
}
