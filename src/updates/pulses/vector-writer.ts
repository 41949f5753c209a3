import type { Cells, Trains } from '../../cells/cell.ts';
import type { Matrix } from '../../core/matrix.ts';
import type { Stateful } from '../../core/state.ts';
import { BernoulliWords } from './bernoulli.ts';
import { countAsked, type Tally } from './counts.ts';
import type { ResolvedPulses } from './pulse-options.ts';
import { RowWriter } from './row-writer.ts';
import { largest, type Side, shareOut, side } from './side.ts';
import { planTrains, type TrainPlan } from './train-plan.ts';
import { wholePulses } from './whole-pulses.ts';
import type { WriterContext } from './writer-context.ts';

/**
 * Writes outer products of two vectors to an array of cells by pulses on its lines.
 *
 * The train of a line follows its |number|; where both lines of a cell fire in a slot, the cell gets a pulse. E[ΔW] is
 * −rate · x δᵀ where no line saturates.
 */
export class VectorWriter implements Stateful {
  private readonly cells: Cells;
  private readonly pulses: ResolvedPulses;
  private readonly tally: Tally;
  private readonly granularity: number;
  private readonly bits: BernoulliWords;
  private readonly inputs: Side;
  private readonly units: Side;
  private readonly plan: TrainPlan = { slots: 1, input: 0, unit: 0 };
  private readonly trains: { -readonly [Name in keyof Trains]: Trains[Name] };
  private counts: Int32Array | undefined;
  private readonly rows: RowWriter | undefined;

  constructor(cells: Cells, context: WriterContext) {
    const { place, pulses, random, tally, granularity } = context;
    this.cells = cells;
    this.pulses = pulses;
    this.tally = tally;
    this.granularity = granularity ?? cells.granularity;
    this.bits = new BernoulliWords(random, place);
    this.inputs = side(place.arena, cells.inputs, pulses.inputStep);
    this.units = side(place.arena, cells.units, pulses.unitStep);
    const [inputs, units] = [this.inputs.words, this.units.words];
    const [inputSigns, unitSigns] = [this.inputs.signs, this.units.signs];
    this.trains = { slots: 1, inputs, inputSigns, units, unitSigns };
    this.rows = RowWriter.over(cells, context, this.bits);
  }

  state = () => this.bits.state();
  restore: Stateful['restore'] = (state) => this.bits.restore(state);

  /**
   * W ← W − rate · x δᵀ, in the mean.
   *
   * @param x      holds the numbers of the inputs from `xAt` on
   * @param delta  holds the numbers of the units from `deltaAt` on
   */
  write(x: Float32Array, xAt: number, delta: Float32Array, deltaAt: number, rate: number): void {
    const { plan, inputs, units, tally, granularity } = this;
    const size = Math.abs(rate);
    const [most, mostDelta] = [largest(x, xAt, inputs.lines), largest(delta, deltaAt, units.lines)];
    if (most === 0 || mostDelta === 0 || size === 0) return;
    planTrains(this.pulses, size, granularity, most, mostDelta, plan);
    const lines = {
      inputs: shareOut(x, xAt, plan.input, 0, inputs, tally),
      units: shareOut(delta, deltaAt, plan.unit, rate > 0 ? 1 : 0, units, tally),
    };
    const product = most * mostDelta;
    const scale = size / granularity;
    countAsked(tally, x, xAt, inputs.lines, delta, deltaAt, units.lines, lines, product, scale);
    if (this.pulses.pulses === 'stochastic') this.fire(plan.slots);
    else this.count(plan.slots);
  }

  /**
   * W ← W − rate · Σ x δᵀ over the rows, in the mean: the pulses of one row after another, at once where the cells can.
   *
   * @param x      [rows × inputs]
   * @param delta  [rows × units]
   */
  writeRows(x: Matrix, delta: Matrix, rate: number): void {
    if (this.rows) this.rows.write(x, delta, rate);
    else
      for (let r = 0; r < x.rows; r++) this.write(x.data, r * x.columns, delta.data, r * delta.columns, rate);
  }

  private fire(slots: number): void {
    const { bits, cells, inputs, units, tally, trains } = this;
    for (let left = slots; left > 0; left -= 32) {
      const now = Math.min(left, 32);
      trains.slots = now;
      const fired = bits.draw(inputs.shares, now, inputs.words, tally);
      const firedToo = bits.draw(units.shares, now, units.words, tally);
      if (fired && firedToo) tally.pulses += cells.coincide(trains);
    }
  }

  private count(slots: number): void {
    const { cells, inputs, units, tally, pulses } = this;
    this.counts ??= new Int32Array(inputs.lines * units.lines);
    wholePulses(inputs, units, slots, pulses.pulses === 'mean-count', this.counts, tally);
    tally.pulses += cells.pulse(this.counts);
  }
}
