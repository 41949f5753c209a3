/** What stands between digital numbers and an analog array: converters, and the noise of their amplifiers. */
export interface ConverterKernels {
  /**
   * into[r] = maxⱼ |x[r,j]|; NaN where a row has one.
   *
   * @param x       rows that start `stride` numbers apart [rows × columns]
   * @param into    [rows], overwritten
   */
  largest(x: Float32Array, into: Float32Array, stride: number, rows: number, columns: number): void;
  /**
   * Digital to analog: x is scaled by row, rounded to whole steps (to even where two are as near), then clipped, all in fp32.
   *
   * @param x        rows that start `stride` numbers apart [rows × columns]
   * @param factors  [rows]
   * @param into     [rows × columns], overwritten
   * @param step     0 where nothing is rounded
   * @param bound    0 where nothing is clipped
   * @returns  numbers that were clipped, by more than rounding errors
   */
  encode(
    x: Float32Array,
    factors: Float32Array,
    into: Float32Array,
    stride: number,
    rows: number,
    columns: number,
    step: number,
    bound: number,
  ): number;
  /**
   * Analog to digital, in place: y + noise · deviation is rounded to whole steps, then clipped, then scaled by row.
   *
   * @param y           [rows × columns]
   * @param noise       standard normal [rows × columns]; left out, there is none
   * @param deviations  of the noise [columns]
   * @param scales      [rows]
   * @param clipped     numbers of the row that were clipped [rows], overwritten
   * @param step        0 where nothing is rounded
   * @param bound       0 where nothing is clipped
   * @returns  numbers that were clipped
   */
  decode(
    y: Float32Array,
    noise: Float32Array | undefined,
    deviations: Float32Array,
    scales: Float32Array,
    clipped: Uint32Array,
    rows: number,
    columns: number,
    step: number,
    bound: number,
  ): number;
  /**
   * x ← x + deviation · noise.
   *
   * @param x      [count], changed in place
   * @param noise  standard normal [count]
   */
  disturb(x: Float32Array, noise: Float32Array, deviation: number, count: number): void;
  /**
   * into[r] = Σⱼ x[r,j]².
   *
   * @param x     [rows × columns]
   * @param into  [rows], overwritten
   */
  squares(x: Float32Array, into: Float32Array, rows: number, columns: number): void;
}

const { fround } = Math;
/** half of what a double counts in whole numbers: added and taken away, it rounds to even */
const half = 1.5 * 2 ** 52;

/** As plain loops: the same bits as those of WebAssembly, but for the sign of 0. */
export const converterLoops: ConverterKernels = {
  largest(x, into, stride, rows, columns) {
    for (let r = 0; r < rows; r++) {
      let most = 0;
      for (let j = 0, at = r * stride; j < columns; j++, at++) most = Math.max(most, Math.abs(x[at]));
      into[r] = most;
    }
  },
  encode(x, factors, into, stride, rows, columns, step, bound) {
    const [by, top] = [fround(step), fround(bound)];
    const beyond = fround(top * fround(1.000001));
    let clipped = 0;
    for (let r = 0, to = 0; r < rows; r++) {
      const factor = factors[r];
      for (let j = 0, at = r * stride; j < columns; j++, at++, to++) {
        const v = rounded(fround(x[at] * factor), by);
        if (top > 0 && Math.abs(v) > beyond) clipped++;
        into[to] = within(v, top);
      }
    }
    return clipped;
  },
  decode(y, noise, deviations, scales, clipped, rows, columns, step, bound) {
    const [by, top] = [fround(step), fround(bound)];
    let all = 0;
    for (let r = 0, at = 0; r < rows; r++) {
      let count = 0;
      for (let j = 0; j < columns; j++, at++) {
        const added = noise === undefined ? 0 : fround(noise[at] * deviations[j]);
        const v = rounded(fround(y[at] + added), by);
        if (top > 0 && Math.abs(v) > top) count++;
        y[at] = within(v, top) * scales[r];
      }
      clipped[r] = count;
      all += count;
    }
    return all;
  },
  disturb(x, noise, deviation, count) {
    const by = fround(deviation);
    for (let i = 0; i < count; i++) x[i] = x[i] + fround(noise[i] * by);
  },
  squares(x, into, rows, columns) {
    const sums = new Float32Array(4);
    for (let r = 0, at = 0; r < rows; r++) {
      const wide = at + (columns & ~3);
      const end = at + columns;
      for (sums.fill(0); at < wide; at++) {
        const lane = (at - wide) & 3;
        sums[lane] = sums[lane] + fround(x[at] * x[at]);
      }
      let all = fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3]));
      for (; at < end; at++) all = fround(all + fround(x[at] * x[at]));
      into[r] = all;
    }
  },
};

/** To whole steps, with ties to even, as fp32 computes it. */
function rounded(v: number, step: number): number {
  if (!(step > 0)) return v;
  const codes = fround(v / step);
  const code = Math.abs(codes) < 2 ** 31 ? codes + half - half : codes;
  return fround(code * step);
}

function within(v: number, bound: number): number {
  if (!(bound > 0)) return v;
  return v > bound ? bound : v < -bound ? -bound : v;
}
