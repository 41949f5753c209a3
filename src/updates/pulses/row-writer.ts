import type { Cells } from '../../cells/cell.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import type { BernoulliWords } from './bernoulli.ts';
import { countAsked } from './counts.ts';
import { planTrains, type TrainPlan } from './train-plan.ts';
import type { WriterContext } from './writer-context.ts';

/** most rows whose pulses are carried out at once */
const mostRows = 128;

/** Writes the outer products of many rows: all their trains are drawn, then the cells carry them out at once. */
export class RowWriter {
  private readonly cells: Cells & Required<Pick<Cells, 'coincideRows'>>;
  private readonly context: WriterContext;
  private readonly bits: BernoulliWords;
  private readonly granularity: number;
  private readonly words: { readonly inputs: Uint32Array; readonly units: Uint32Array };
  private readonly most: { readonly inputs: Float32Array; readonly units: Float32Array };
  private readonly rooms: { x: Float32Array; delta: Float32Array };
  private readonly plan: TrainPlan = { slots: 1, input: 0, unit: 0 };

  /** @returns undefined where the cells, or trains of this kind, can only be written row by row */
  static over(cells: Cells, context: WriterContext, bits: BernoulliWords): RowWriter | undefined {
    const { pulses, slots, length, inputStep, unitStep } = context.pulses;
    const fits = pulses === 'stochastic' && slots < 32 && length !== 'by-rate' && inputStep + unitStep === 0;
    const { coincideRows } = cells;
    return fits && coincideRows ? new RowWriter({ ...cells, coincideRows }, context, bits) : undefined;
  }

  private constructor(cells: RowWriter['cells'], context: WriterContext, bits: BernoulliWords) {
    const { arena } = context.place;
    this.cells = cells;
    this.context = context;
    this.bits = bits;
    this.granularity = context.granularity ?? cells.granularity;
    this.words = { inputs: arena.words(mostRows * cells.inputs), units: arena.words(mostRows * cells.units) };
    this.most = { inputs: arena.floats(mostRows), units: arena.floats(mostRows) };
    this.rooms = { x: arena.floats(0), delta: arena.floats(0) };
  }

  /**
   * W ← W − rate · Σ x δᵀ over the rows, in the mean.
   *
   * @param x      [rows × inputs]
   * @param delta  [rows × units]
   */
  write(x: Matrix, delta: Matrix, rate: number): void {
    if (rate === 0) return;
    const { arena } = this.context.place;
    for (const [name, m] of [
      ['x', x],
      ['delta', delta],
    ] as const) {
      const size = m.rows * m.columns;
      if (arena.holds(m.data)) continue;
      if (this.rooms[name].length < size) this.rooms[name] = arena.floats(size);
      this.rooms[name].set(m.data.subarray(0, size));
    }
    const inside = (m: Matrix, room: Float32Array): Matrix =>
      arena.holds(m.data) ? m : matrix(m.rows, m.columns, room);
    const [from, taught] = [inside(x, this.rooms.x), inside(delta, this.rooms.delta)];
    for (let first = 0; first < x.rows; first += mostRows)
      this.some(part(from, first), part(taught, first), rate);
  }

  private some(x: Matrix, delta: Matrix, rate: number): void {
    const { cells, words, most } = this;
    const { place, tally } = this.context;
    place.kernels.largest(x.data, most.inputs, x.columns, x.rows, x.columns);
    place.kernels.largest(delta.data, most.units, delta.columns, x.rows, delta.columns);
    let filled = 0;
    for (let r = 0; r < x.rows; r++) if (this.draw(x, delta, r, rate, filled)) filled++;
    if (filled === 0) return;
    const [inputs, units] = [
      words.inputs.subarray(0, filled * x.columns),
      words.units.subarray(0, filled * delta.columns),
    ];
    tally.pulses += cells.coincideRows({ rows: filled, inputs, units });
  }

  /** Draws the trains of row r, as row `into` of those that are gathered. @returns whether both sides fire */
  private draw(x: Matrix, delta: Matrix, r: number, rate: number, into: number): boolean {
    const { plan, bits, words, granularity } = this;
    const { pulses, tally } = this.context;
    const [most, mostDelta] = [this.most.inputs[r], this.most.units[r]];
    if (!(most > 0 && mostDelta > 0)) return false;
    const size = Math.abs(rate);
    planTrains(pulses, size, granularity, most, mostDelta, plan);
    const row = (m: Matrix) => m.data.subarray(r * m.columns, (r + 1) * m.columns);
    const word = (of: Uint32Array, columns: number) => of.subarray(into * columns, (into + 1) * columns);
    const [numbers, deltas] = [row(x), row(delta)];
    const inputs = bits.drawSigned(numbers, plan.input, 0, word(words.inputs, x.columns), plan.slots, tally);
    const flip = rate > 0 ? 1 : 0;
    const units = bits.drawSigned(
      deltas,
      plan.unit,
      flip,
      word(words.units, delta.columns),
      plan.slots,
      tally,
    );
    const lines = { inputs: inputs.lines, units: units.lines };
    const product = most * mostDelta;
    countAsked(tally, numbers, 0, x.columns, deltas, 0, delta.columns, lines, product, size / granularity);
    return inputs.fires && units.fires;
  }
}

function part({ rows, columns, data }: Matrix, first: number): Matrix {
  const end = Math.min(rows, first + mostRows);
  return matrix(end - first, columns, data.subarray(first * columns, end * columns));
}
