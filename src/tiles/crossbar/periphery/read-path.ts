import { type Matrix, matrix } from '../../../core/matrix.ts';
import type { Random } from '../../../core/random.ts';
import type { Workplace } from '../../../kernels/kernel.ts';
import type { ReadTally } from '../counts.ts';
import type { Noise } from '../noise.ts';
import { Room } from '../room.ts';
import { addSums, convert, roundAtRandom } from './conversion.ts';
import { type Rows, scales, worstCase } from './noise-management.ts';
import { distort, type Outputs, offsetVoltages, outputsOf } from './outputs.ts';
import { isTransparent, type Periphery } from './periphery.ts';
import { addWeightNoise, addWeightVariance, dropVoltage, type ReadArray } from './wires.ts';

/** What one read draws from, and writes down in. */
export interface Reading {
  readonly noise: Noise;
  readonly tally: ReadTally;
  /** the running mean of `average-abs-max` [1] */
  readonly average: Float32Array;
}

export interface ReadPathContext extends Workplace {
  readonly periphery: Periphery;
  /** arrays whose currents are added before they reach the converters, one or more */
  readonly arrays: readonly ReadArray[];
  readonly outputs: number;
  /** variation from converter to converter */
  readonly chip: Random;
  /** forward reads are managed by their bounds, and read rows of zeros where their inputs are noisy */
  readonly forward: boolean;
}

/**
 * One set of converters: noise management, DAC, input noise, product, what wires and cells do to it, output noise, ADC, and
 * bound management, in this order.
 *
 * All rows are read as one product. Rows whose outputs were clipped are gathered and read again, with fresh noise.
 */
export class ReadPath {
  readonly inputs: number;
  readonly outputs: number;
  readonly #c: ReadPathContext;
  readonly #chip: Outputs;
  readonly #transparent: boolean;
  readonly #x: Room[];
  readonly #rooms: Readonly<Record<'alpha' | 'factors' | 'scales' | 'sums' | 'variance' | 'part', Room>>;
  readonly #again: { readonly x: Room; readonly y: Room };
  readonly #scratch: { readonly x: Room; readonly y: Room; readonly z: Room };
  #clipped: Uint32Array;

  constructor(context: ReadPathContext) {
    const { arena, periphery, arrays, outputs, chip } = context;
    const room = () => new Room(arena);
    this.#c = context;
    this.inputs = arrays.reduce((sum, { lines }) => sum + lines, 0);
    this.outputs = outputs;
    this.#chip = outputsOf(periphery, chip, arena.floats(outputs));
    this.#transparent = isTransparent(periphery);
    this.#x = arrays.map(room);
    this.#rooms = {
      ...{ alpha: room(), factors: room(), scales: room() },
      ...{ sums: room(), variance: room(), part: room() },
    };
    this.#again = { x: room(), y: room() };
    this.#scratch = { x: room(), y: room(), z: room() };
    this.#clipped = arena.words(0);
  }

  /**
   * @param x  in the arena [rows × inputs]
   * @param y  in the arena, overwritten [rows × outputs]
   */
  read(x: Rows, y: Matrix, reading: Reading): void {
    if (x.rows === 0) return;
    if (this.#transparent) this.#readExactly(x, y, reading);
    else this.#readByConverters(x, y, reading);
  }

  #readByConverters(x: Rows, y: Matrix, reading: Reading): void {
    const { periphery: p, kernels } = this.#c;
    const alpha = this.#rooms.alpha.floats(x.rows);
    scales(x, p, alpha, reading.average, kernels);
    this.#pass(x, alpha, 1, y, reading);
    if (!this.#c.forward || p.boundManagement === 'none') return;
    let clipped = this.#clippedOf([...Array(x.rows).keys()]);
    const most = p.dacStep > 0 ? p.boundManagementResolution / p.dacStep : Infinity;
    let beta = 1;
    if (p.boundManagement === 'iterative-worst-case' && clipped.length > 0) {
      kernels.largest(x.data, alpha, x.stride, x.rows, x.columns);
      worstCase(x, p, alpha);
      clipped = this.#redraw(x, clipped, alpha, 1, y, reading);
    }
    while (clipped.length > 0 && beta <= Math.min(p.boundManagementFactor, most)) {
      beta *= 2;
      clipped = this.#redraw(x, clipped, alpha, beta, y, reading);
    }
  }

  #readExactly(x: Rows, y: Matrix, { tally }: Reading): void {
    const { arrays } = this.#c;
    for (const [k, array] of arrays.entries()) {
      this.#onto(k, y, this.#lines(k, x));
      this.#count(tally, x.rows, array);
    }
    tally.adcs += x.rows * this.outputs;
  }

  /** What lies on the lines of array k: the rows themselves, where it has all of them. */
  #lines(k: number, x: Rows): Matrix {
    const { first, lines } = this.#c.arrays[k];
    if (x.stride === lines) return matrix(x.rows, lines, x.data);
    const own = this.#x[k].floats(x.rows * lines);
    for (let r = 0; r < x.rows; r++) {
      const at = r * x.stride + first;
      own.set(x.data.subarray(at, at + lines), r * lines);
    }
    return matrix(x.rows, lines, own);
  }

  /** Adds the product of array k to y, or sets y to the first. */
  #onto(k: number, y: Matrix, x: Matrix, change?: (y: Matrix) => void): void {
    const part = k === 0 ? y : { ...y, data: this.#rooms.part.floats(y.rows * y.columns) };
    this.#c.arrays[k].product(x, part);
    change?.(part);
    if (k > 0) this.#c.kernels.add(y.data, part.data, y.data, y.rows * y.columns);
  }

  #count(tally: ReadTally, rows: number, { lines }: ReadArray): void {
    tally.reads += rows;
    tally.dacs += rows * lines;
    tally.cells += rows * lines * this.outputs;
  }

  /** One read of all rows: x / (α β) goes in, and y · α β comes out. */
  #pass(x: Rows, alpha: Float32Array, beta: number, y: Matrix, reading: Reading): void {
    const { periphery: p, arrays, kernels, arena } = this.#c;
    const { rows } = x;
    const { tally, noise } = reading;
    const [factors, back] = [this.#rooms.factors.floats(rows), this.#rooms.scales.floats(rows)];
    for (let r = 0; r < rows; r++) {
      // a row of zeros is read where there is noise to be read
      const divisor = alpha[r] > 0 || Number.isNaN(alpha[r]) ? Math.fround(alpha[r] * beta) : 0;
      factors[r] = divisor === 0 ? 0 : 1 / divisor;
      back[r] = p.outputScale * (divisor === 0 && p.inputNoise > 0 && this.#c.forward ? 1 : divisor);
    }
    const wants = { variance: p.weightNoise > 0, sums: p.voltageOffset > 0 || p.seriesResistance > 0 };
    const variance = wants.variance ? this.#rooms.variance.floats(rows * this.outputs) : undefined;
    const sums = wants.sums ? this.#rooms.sums.floats(rows) : undefined;
    const by = { p, scratch: this.#scratch, kernels };
    variance?.fill(0);
    sums?.fill(0);
    for (const [k, array] of arrays.entries()) {
      const own = matrix(rows, array.lines, this.#x[k].floats(rows * array.lines));
      convert(x, array.first, factors, own, p, kernels, reading);
      this.#onto(
        k,
        y,
        own,
        p.irDrop > 0 ? (part) => dropVoltage(array, own, part, p, this.#scratch) : undefined,
      );
      if (variance) addWeightVariance(array, own, this.outputs, variance, by);
      if (sums) addSums(own, sums);
      this.#count(tally, rows, array);
    }
    if (sums) offsetVoltages(y.data, rows, p, this.#chip, sums);
    if (variance) addWeightNoise(y, variance, noise.normals(rows * this.outputs), p, kernels);
    if (p.outputNonlinearity > 0 || p.outputAsymmetry > 0 || this.#chip.slope !== 1)
      distort(y.data, rows, p, this.#chip);
    if (this.#clipped.length < rows) this.#clipped = arena.words(rows);
    const drawn = p.outputNoise > 0 ? noise.normals(rows * this.outputs) : undefined;
    let step = p.adcStep;
    if (p.adcRounding === 'stochastic' && step > 0) {
      const { noise: deviations } = this.#chip;
      roundAtRandom(y.data, drawn, deviations, rows, step, noise);
      step = 0;
    }
    tally.outputsClipped += kernels.decode(
      ...([y.data, step === p.adcStep ? drawn : undefined, this.#chip.noise, back, this.#clipped] as const),
      ...([rows, this.outputs, step, p.outputBound] as const),
    );
    tally.adcs += rows * this.outputs;
  }

  /** Reads rows again. @returns those that are clipped still */
  #redraw(
    x: Rows,
    which: readonly number[],
    alpha: Float32Array,
    beta: number,
    y: Matrix,
    reading: Reading,
  ): number[] {
    const { columns, stride, data } = x;
    const rows = which.length;
    const gathered = this.#again.x.floats(rows * columns);
    const read = { rows, columns: y.columns, data: this.#again.y.floats(rows * y.columns) };
    const own = Float32Array.from(which, (r) => alpha[r]);
    for (const [k, r] of which.entries())
      gathered.set(data.subarray(r * stride, r * stride + columns), k * columns);
    this.#pass({ rows, columns, stride: columns, data: gathered }, own, beta, read, reading);
    for (const [k, r] of which.entries())
      y.data.set(read.data.subarray(k * y.columns, (k + 1) * y.columns), r * y.columns);
    reading.tally.redraws += rows;
    return this.#clippedOf(which);
  }

  /** Of rows just read, those where an output was clipped. */
  #clippedOf(which: readonly number[]): number[] {
    return which.filter((_, k) => this.#clipped[k] > 0);
  }
}
