import { normal, normalLoops } from './normals.ts';
import type { StepArrays } from './pulses.ts';

/** The pulses of several vector updates, which come one after the other, on cells of which nothing is read in between. */
export interface PulseRowKernels {
  /**
   * Carries out the pulses of all updates: the same, in distribution, as those of one update after another.
   *
   * What a cell gets is counted first. Its weight then follows in one draw, for sums of normal draws are normal; of pulses
   * that get smaller in a straight line, v ← a + (1 + c) v + noise, mean and variance are carried along. A cell that could
   * come to a bound on the way, five deviations of its noise counted in, takes its pulses one update after another.
   *
   * @param sigma      noise of one pulse, in the cell's size of a pulse
   * @param eachPulse  whether, one after another, each pulse has a draw, or all of one update together; with slopes, each has
   * @returns  pulses on all cells
   */
  pulseRows(trains: TrainRows, cells: RowCells, sigma: number, eachPulse: boolean, work: RowWork): number;
}

/** Which lines fire when: bit 31 of a word says whether the line's number is negative, the others belong to time slots. */
export interface TrainRows {
  readonly rows: number;
  /** [rows × inputs] */
  readonly inputs: Uint32Array;
  /** [rows × units] */
  readonly units: Uint32Array;
}

/** Cells whose pulses have one size, or one that falls in a straight line. All arrays are [cells]. */
export interface RowCells extends StepArrays {
  /** d = s + k v for v = w + r; left out, d = s */
  readonly slopes?: {
    readonly up: Float32Array;
    readonly down: Float32Array;
    readonly reference?: Float32Array;
  };
  /** 1 where a cell takes no pulses; left out, all take them */
  readonly stuck?: Uint8Array;
  /** what a read sees of the weights that were moved, with noise that is drawn anew; left out, the weights themselves */
  readonly shown?: { readonly weights: Float32Array; readonly noise: number };
}

/** What is used on the way. */
export interface RowWork {
  /** [3 · rows] */
  readonly active: Uint32Array;
  /** [units] */
  readonly noise: Float32Array;
  /** [units] */
  readonly totals: Int32Array;
  /** of `normals`, moved on */
  readonly state: Uint32Array;
}

const { fround } = Math;
/** deviations of its noise that a cell must keep from its bounds to be written at once */
const margin = 5;
/** updates that are added up before a draw where pulses are noisy, so that fewer cells come near their bounds */
const few = 8;
/** slopes up to this are small: a sum of up to 31 powers is a cubic in them */
const small = fround(0.01);

/** As plain loops: the same bits as those of WebAssembly. */
export const pulseRowLoops: PulseRowKernels = {
  pulseRows(trains, cells, sigma, eachPulse, { noise, totals, state }) {
    const units = noise.length;
    const inputs = trains.inputs.length / trains.rows;
    const by = fround(sigma);
    let pulses = 0;
    for (let i = 0; i < inputs; i++) {
      const updates: number[] = [];
      for (let r = 0; r < trains.rows; r++)
        if ((trains.inputs[r * inputs + i] & 0x7fff_ffff) !== 0) updates.push(r);
      if (updates.length === 0) continue;
      totals.fill(0);
      const some = by > 1 ? few : trains.rows;
      for (let done = 0; done < updates.length; done += some) {
        const now = updates.slice(done, done + some);
        if (by > 0) normalLoops.normals(noise, units, state);
        for (let j = 0; j < units; j++) {
          const hits = hitsOf(trains, now, i, inputs, j, units);
          const cell = i * units + j;
          const total = hits.reduce((sum, n) => sum + Math.abs(n), 0);
          pulses += total;
          if (total === 0 || cells.stuck?.[cell]) continue;
          totals[j] += total;
          const isWide = j < (units & ~3);
          const first = i * units + (j & ~3);
          const weight = isWide ? atOnce(cells, cell, first, hits, by, by > 0 ? noise[j] : 0) : undefined;
          const single = eachPulse || cells.slopes !== undefined;
          cells.weights[cell] = weight ?? oneByOne(cells, cell, hits, by, single, state);
        }
      }
      show(cells, i * units, totals, noise, state);
    }
    return pulses;
  },
};

/** Pulses on one cell in each update, negative where they go down. */
function hitsOf(
  trains: TrainRows,
  updates: readonly number[],
  i: number,
  inputs: number,
  j: number,
  units: number,
): number[] {
  return updates.map((r) => {
    const [x, d] = [trains.inputs[r * inputs + i], trains.units[r * units + j]];
    let n = 0;
    for (let both = x & d & 0x7fff_ffff; both !== 0; both &= both - 1) n++;
    return x >>> 31 === d >>> 31 ? n : -n;
  });
}

/** The weight behind all updates, or undefined where it could come to a bound on the way. */
function atOnce(
  cells: RowCells,
  cell: number,
  first: number,
  hits: readonly number[],
  by: number,
  z: number,
): number | undefined {
  const [rise, fall, w] = [cells.up[cell], cells.down[cell], cells.weights[cell]];
  const [low, high] = [cells.lower[cell], cells.upper[cell]];
  if (cells.slopes) return sloped(cells, cell, hits, by, z, isGentle(cells.slopes, first));
  const [ups, downs] = [1, -1].map((way) => hits.reduce((sum, n) => sum + Math.max(way * n, 0), 0));
  const [raised, lowered] = [fround(rise * ups), fround(fall * downs)];
  const variance = fround(fround(rise * raised) + fround(fall * lowered));
  const deviation = fround(by * fround(Math.sqrt(Math.abs(variance))));
  const room = fround(margin * deviation);
  const fits = fround(fround(w + raised) + room) <= high && fround(fround(w - lowered) - room) >= low;
  if (!fits || !(rise >= 0 && fall >= 0)) return undefined;
  return fround(w + fround(fround(raised - lowered) + fround(deviation * z)));
}

/** Whether the slopes of four cells are small. */
function isGentle({ up, down }: NonNullable<RowCells['slopes']>, first: number): boolean {
  return [0, 1, 2, 3].every((k) => Math.abs(up[first + k]) <= small && Math.abs(down[first + k]) <= small);
}

function sloped(
  cells: RowCells,
  cell: number,
  hits: readonly number[],
  by: number,
  z: number,
  gentle: boolean,
): number | undefined {
  const [rise, fall] = [cells.up[cell], cells.down[cell]];
  const [risen, fallen] = [cells.slopes?.up[cell] ?? 0, cells.slopes?.down[cell] ?? 0];
  const shift = cells.slopes?.reference?.[cell] ?? 0;
  const [kept, keptToo] = [fround(1 + risen), fround(1 - fallen)];
  const square = (v: number) => fround(v * v);
  let mean = fround(cells.weights[cell] + shift);
  let [most, least, variance, all] = [mean, mean, 0, 0];
  for (const n of hits) {
    if (n === 0) continue;
    const [size, slope] = n < 0 ? [-fall, -fallen] : [rise, risen];
    const drawn = square(fround(by * (n < 0 ? fall : rise)));
    const m = Math.abs(n);
    all = fround(all + fround(m * drawn));
    if (gentle) {
      const second = fround((m - 1) * fround(0.5 * slope));
      const third = fround((m - 2) * fround(fround(1 / 3) * slope));
      const fourth = fround((m - 3) * fround(0.25 * slope));
      const inner = fround(1 + fround(third * fround(1 + fourth)));
      const powers = fround(m * fround(1 + fround(second * inner)));
      const step = fround(size + fround(slope * mean));
      const factor = fround(1 + fround(slope * powers));
      const added = fround(fround(m * drawn) * fround(1 + fround(second + second)));
      mean = fround(mean + fround(step * powers));
      variance = fround(fround(square(factor) * variance) + added);
    } else {
      const grown = square(n < 0 ? keptToo : kept);
      for (let k = 0; k < m; k++) {
        mean = fround(mean + fround(size + fround(slope * mean)));
        variance = fround(fround(grown * variance) + drawn);
      }
    }
    most = Math.max(most, mean);
    least = Math.min(least, mean);
  }
  const room = fround(margin * fround(Math.sqrt(all)));
  const fits = fround(most + room) <= cells.upper[cell] && fround(least - room) >= cells.lower[cell];
  const shrinks = kept >= 0 && kept <= 1 && keptToo >= 0 && keptToo <= 1;
  if (!fits || !shrinks) return undefined;
  return fround(fround(mean + fround(fround(Math.sqrt(variance)) * z)) - shift);
}

/** The weight behind the pulses of one update after another. */
function oneByOne(
  { weights, lower, upper, up, down, slopes }: RowCells,
  cell: number,
  hits: readonly number[],
  by: number,
  eachPulse: boolean,
  state: Uint32Array,
): number {
  const shift = slopes?.reference?.[cell] ?? 0;
  const within = (v: number) => Math.min(Math.max(v, lower[cell]), upper[cell]);
  let w = weights[cell] + shift;
  for (const hit of hits) {
    const [n, isDown] = [Math.abs(hit), hit < 0];
    if (n === 0) continue;
    const s = isDown ? down[cell] : up[cell];
    if (eachPulse) {
      const slope = slopes ? (isDown ? slopes.down : slopes.up)[cell] : 0;
      for (let p = 0; p < n; p++) {
        const step = s + slope * w + by * s * normal(state);
        w = within(isDown ? w - step : w + step);
      }
    } else {
      const size = by > 0 ? n + by * Math.sqrt(n) * normal(state) : n;
      w = within(isDown ? w - s * size : w + s * size);
    }
  }
  return w - shift;
}

/** Shows the cells of one line that were pulsed. */
function show(cells: RowCells, first: number, totals: Int32Array, noise: Float32Array, state: Uint32Array) {
  if (cells.shown === undefined) return;
  normalLoops.normals(noise, totals.length, state);
  const { weights, noise: deviation } = cells.shown;
  for (let j = 0; j < totals.length; j++)
    if (totals[j] !== 0)
      weights[first + j] = fround(cells.weights[first + j] + fround(fround(deviation) * noise[j]));
}
