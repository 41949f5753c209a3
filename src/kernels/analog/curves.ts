import { logarithm } from './normals.ts';
import type { Curve, StepArrays } from './pulses.ts';

/** How far one pulse moves a weight without noise, from the cell's index, the direction, the cell's size and the weight. */
export type CurveStep = (cell: number, isUp: boolean, size: number, w: number) => number;

/** A curve as a function; the same bits as that of WebAssembly. */
export function stepOf({ lower, upper }: StepArrays, curve: Curve): CurveStep {
  if (curve.kind === 'linear') {
    const { up, down } = curve;
    return (cell, isUp, size, w) => size + (isUp ? up[cell] : down[cell]) * w;
  }
  if (curve.kind === 'exponential') {
    const { up, down, upRate, downRate, slope, offset } = curve;
    return (cell, isUp, size, w) => {
      const range = upper[cell] - lower[cell];
      const z = range > 0 ? (2 * slope * w) / range + offset : offset;
      return (
        size * Math.max(1 - (isUp ? up * exponential(upRate * z) : down * exponential(-downRate * z)), 0)
      );
    };
  }
  const { up, down } = curve;
  if (curve.kind === 'power') {
    return (cell, isUp, size, w) => {
      const range = upper[cell] - lower[cell];
      if (!(range > 0)) return 0;
      return isUp
        ? size * power((upper[cell] - w) / range, up[cell])
        : size * power((w - lower[cell]) / range, down[cell]);
    };
  }
  const last = up.length - 1;
  return (cell, isUp, size, w) => {
    const range = upper[cell] - lower[cell];
    const place = range > 0 ? ((w - lower[cell]) / range) * last : 0;
    const left = Math.min(Math.max(Math.floor(place), 0), last - 1);
    const nodes = isUp ? up : down;
    return size * (nodes[left] + (place - left) * (nodes[left + 1] - nodes[left]));
  };
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** eˣ, x cut to ±700: 2ᵏ times a Taylor series, the same on every engine */
export function exponential(x: number): number {
  const cut = Math.min(Math.max(x, -700), 700);
  const k = Math.floor(cut / Math.LN2 + 0.5);
  const r = cut - k * Math.LN2;
  let sum = 1;
  for (let n = 12; n > 0; n--) sum = 1 + (r / n) * sum;
  halves[0] = 0;
  halves[1] = (1023 + k) << 20;
  return sum * double[0];
}

/** x^g for 0 ≤ x ≤ 1 */
export function power(x: number, g: number): number {
  if (g === 1) return x;
  if (x <= 0) return 0;
  return x >= 1 ? 1 : exponential(g * logarithm(x));
}
