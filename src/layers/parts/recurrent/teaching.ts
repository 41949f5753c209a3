import { type Matrix, matrix } from '../../../core/matrix.ts';
import { goodnessCounts } from '../../../core/trace/goodness-counts.ts';
import type { LayerFigures } from '../../../core/trace.ts';
import type { Microbatch } from '../../../data/microbatch.ts';
import type { Loss } from '../../../losses/loss.ts';
import type { LayerContext } from '../../layer.ts';
import type { FilledRecurrent } from './options.ts';

/** One iteration, behind its arithmetic: rows are the positive ones, then the negative ones [2 · rows]. */
interface Taken {
  readonly below: Microbatch;
  readonly above: Microbatch | undefined;
  /** h(t) [2 · rows × units], and Σ h² of each row */
  readonly h: Float32Array;
  readonly squares: Float32Array;
  /** above 0 where the ReLU is open [2 · rows × units] */
  readonly open: Float32Array;
}

/** What one microbatch teaches a recurrent layer: ∂L/∂z of each iteration that teaches, one above the other, and what was read at it. */
export class Teaching {
  readonly bytes: number;
  private readonly options: FilledRecurrent;
  private readonly weight: number;
  private readonly lossOf: Loss;
  private readonly deltas: Float32Array;
  private readonly belows: Float32Array;
  private readonly aboves: Float32Array;
  private readonly widths: { readonly below: number; readonly above: number };
  private readonly goodness: readonly [Float32Array, Float32Array];
  private readonly slopes: readonly [Float32Array, Float32Array];
  private readonly sums = [0, 0, 0, 0];
  private rows = 0;

  /** @param from  width of what is read from above and kept; 0 where none is */
  constructor(
    options: FilledRecurrent,
    { arena, input, index }: LayerContext,
    { weight, loss, from }: { readonly weight: number; readonly loss: Loss; readonly from: number },
  ) {
    this.options = options;
    this.weight = weight;
    this.lossOf = loss;
    // the first layer reads the image at every iteration
    this.widths = { below: index === 0 ? 0 : input.width, above: from };
    const rows = this.blocks * input.rows;
    this.deltas = arena.floats(rows * options.units);
    this.belows = arena.floats(rows * this.widths.below);
    this.aboves = arena.floats(rows * this.widths.above);
    this.bytes = this.deltas.byteLength + this.belows.byteLength + this.aboves.byteLength;
    const each = (): [Float32Array, Float32Array] => [
      new Float32Array(input.rows),
      new Float32Array(input.rows),
    ];
    this.goodness = each();
    this.slopes = each();
  }

  /** blocks of rows that teach: two an iteration */
  get blocks(): number {
    const [first, last] = this.options.learned;
    return 2 * (last - first + 1);
  }

  begin(rows: number): void {
    this.rows = rows;
    this.sums.fill(0);
  }

  /** Takes what an iteration teaches, if it does. */
  take(t: number, { below, above, h, squares, open }: Taken): void {
    const [first, last] = this.options.learned;
    if (t < first || t > last) return;
    const { rows, goodness, slopes, weight, sums } = this;
    const { units, damping } = this.options;
    const block = 2 * (t - first) * rows;
    const keep = (from: Microbatch, into: Float32Array, width: number): void =>
      into.set(from.activity.subarray(0, 2 * rows * width), block * width);
    if (this.widths.below > 0) keep(below, this.belows, this.widths.below);
    if (above && this.widths.above > 0) keep(above, this.aboves, this.widths.above);
    for (let r = 0; r < rows; r++) {
      goodness[0][r] = weight * squares[r];
      goodness[1][r] = weight * squares[rows + r];
      sums[1] += goodness[0][r];
      sums[2] += goodness[1][r];
      if (goodness[0][r] > goodness[1][r]) sums[3]++;
    }
    sums[0] += this.lossOf.slopes(goodness[0], goodness[1], rows, slopes[0], slopes[1]);
    const pull = (4 * weight * (1 - damping)) / (rows * this.blocks);
    for (let r = 0; r < 2 * rows; r++) {
      const slope = pull * slopes[r < rows ? 0 : 1][r % rows];
      // a row that has been learned: as 0 it spares the products its subnormal numbers
      const scale = Math.abs(slope) < 1e-30 ? 0 : slope;
      const into = (block + r) * units;
      for (let j = 0, i = r * units; j < units; j++, i++)
        this.deltas[into + j] = open[i] > 0 ? scale * h[i] : 0;
    }
  }

  /** mean over the samples and the iterations */
  get loss(): number {
    return this.mean(0);
  }

  figures(): Omit<LayerFigures, 'layer' | 'loss'> {
    return {
      positiveGoodness: this.mean(1),
      negativeGoodness: this.mean(2),
      accuracy: this.mean(3),
    };
  }

  /** Rows by their goodness at the last iteration that teaches. */
  counts(): Required<Pick<LayerFigures, 'positiveCounts' | 'negativeCounts'>> {
    const [positive, negative] = this.goodness;
    const of = (goodness: Float32Array): number[] => goodnessCounts(goodness, 0, this.rows, 1);
    return { positiveCounts: of(positive), negativeCounts: of(negative) };
  }

  /** ∂L/∂z of all iterations [blocks · rows × units] */
  delta(): Matrix {
    return matrix(this.blocks * this.rows, this.options.units, this.deltas);
  }

  /** what was read from below at them [blocks · rows × inputs] */
  below(): Matrix {
    return matrix(this.blocks * this.rows, this.widths.below, this.belows);
  }

  /** what was read from above at them [blocks · rows × width of the layer above] */
  above(): Matrix {
    return matrix(this.blocks * this.rows, this.widths.above, this.aboves);
  }

  /**
   * ∂L/∂z summed over all blocks but the last `blocks` [blocks · rows × units].
   *
   * @param into  receives the sum
   */
  summed(blocks: 1 | 2, into: Float32Array): Matrix {
    const length = blocks * this.rows * this.options.units;
    into.set(this.deltas.subarray(0, length));
    for (let at = length; at < this.blocks * this.rows * this.options.units; at += length)
      for (let i = 0; i < length; i++) into[i] += this.deltas[at + i];
    return matrix(blocks * this.rows, this.options.units, into);
  }

  private mean(of: number): number {
    return (2 * this.sums[of]) / (this.blocks * this.rows);
  }
}
