// How far pulses move weights, for each kind of cell. A hit on a cell that is not there, or without draws, is left out.

import { logarithm } from './normals';

/** up to this noise the pulses of one hit are drawn at once */
const drawnAtOnce: f64 = 0.33;

export function constantSteps(
  cells: usize,
  counts: usize,
  hits: usize,
  noise: usize,
  draws: usize,
  size: usize,
  weights: usize,
  lower: usize,
  upper: usize,
  up: usize,
  down: usize,
  sigma: f64,
): void {
  const atOnce = sigma <= drawnAtOnce;
  let drawn: usize = 0;
  for (let i: usize = 0; i < hits; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const n = load<i32>(counts + (i << 2));
    const many = abs<i32>(n);
    const needs: usize = atOnce ? 1 : many;
    if (cell >= size || drawn + needs > draws) continue;
    const at = cell << 2;
    const step = n < 0 ? -(<f64>load<f32>(down + at)) : <f64>load<f32>(up + at);
    const low = <f64>load<f32>(lower + at);
    const high = <f64>load<f32>(upper + at);
    let w = <f64>load<f32>(weights + at);
    if (sigma === 0) {
      w = within(w + step * <f64>many, low, high);
    } else if (atOnce) {
      const z = <f64>load<f32>(noise + (drawn << 2));
      w = within(w + step * (<f64>many + sigma * sqrt<f64>(<f64>many) * z), low, high);
    } else {
      for (let k = 0; k < many; k++) {
        const z = <f64>load<f32>(noise + ((drawn + k) << 2));
        w = within(w + step * (1 + sigma * z), low, high);
      }
    }
    drawn += needs;
    store<f32>(weights + at, <f32>w);
  }
}

/** w between the bounds; the upper one where they cross */
export function within(w: f64, low: f64, high: f64): f64 {
  const raised = w > low ? w : low;
  return raised < high ? raised : high;
}

/** The kind of a curve; ../analog/pulses.ts says what each is. */
const linear: i32 = 0;
const exponentialCurve: i32 = 1;
const powerCurve: i32 = 2;

export function curvedSteps(
  cells: usize,
  counts: usize,
  hits: usize,
  noise: usize,
  draws: usize,
  size: usize,
  weights: usize,
  lower: usize,
  upper: usize,
  up: usize,
  down: usize,
  ofStep: f64,
  ofSize: f64,
  constant: f64,
  ofWeight: f64,
  kind: i32,
  ups: usize,
  downs: usize,
  references: usize,
  nodes: i32,
  a: f64,
  b: f64,
  upRate: f64,
  downRate: f64,
  slope: f64,
  offset: f64,
): void {
  const noisy = ofStep + ofSize + constant + ofWeight > 0;
  const last = <f64>nodes - 1;
  let drawn: usize = 0;
  for (let i: usize = 0; i < hits; i++) {
    const cell = <usize>load<u32>(cells + (i << 2));
    const n = load<i32>(counts + (i << 2));
    const many = abs<i32>(n);
    if (cell >= size || (noisy && drawn + many > draws)) continue;
    const at = cell << 2;
    const isUp = n > 0;
    const s = <f64>load<f32>((n < 0 ? down : up) + at);
    const low = <f64>load<f32>(lower + at);
    const high = <f64>load<f32>(upper + at);
    const range = high - low;
    const shift = references === 0 ? 0 : <f64>load<f32>(references + at);
    const own: f64 = kind === linear || kind === powerCurve ? <f64>load<f32>((isUp ? ups : downs) + at) : 0;
    let w = <f64>load<f32>(weights + at) + shift;
    for (let k = 0; k < many; k++) {
      let by: f64;
      if (kind === linear) by = s + own * w;
      else if (kind === exponentialCurve) {
        const z = range > 0 ? (2 * slope * w) / range + offset : offset;
        by = s * max<f64>(1 - (isUp ? a * exponential(upRate * z) : b * exponential(-downRate * z)), 0);
      } else if (kind === powerCurve) {
        by = range > 0 ? s * power((isUp ? high - w : w - low) / range, own) : 0;
      } else by = s * between(isUp ? ups : downs, nodes - 1, range > 0 ? ((w - low) / range) * last : 0);
      if (noisy) {
        const deviation = ofStep * abs<f64>(by) + ofSize * s + constant + ofWeight * abs<f64>(w);
        by += deviation * <f64>load<f32>(noise + (drawn << 2));
        drawn++;
      }
      w = within(n < 0 ? w - by : w + by, low, high);
    }
    store<f32>(weights + at, <f32>(w - shift));
  }
}

/** the line through evenly spaced nodes */
function between(nodes: usize, last: i32, place: f64): f64 {
  const left = min<i32>(max<i32>(<i32>floor<f64>(place), 0), last - 1);
  const first = <f64>load<f32>(nodes + (left << 2));
  const second = <f64>load<f32>(nodes + (left << 2), 4);
  return first + (place - <f64>left) * (second - first);
}

/** eˣ, x cut to ±700: 2ᵏ times a Taylor series */
function exponential(x: f64): f64 {
  const cut = min<f64>(max<f64>(x, -700), 700);
  const k = floor<f64>(cut / Math.LN2 + 0.5);
  const r = cut - k * Math.LN2;
  let sum: f64 = 1;
  for (let n: f64 = 12; n > 0; n--) sum = 1 + (r / n) * sum;
  return sum * reinterpret<f64>((<i64>(1023 + <i32>k)) << 52);
}

/** x^g for 0 ≤ x ≤ 1 */
function power(x: f64, g: f64): f64 {
  if (g === 1) return x;
  if (x <= 0) return 0;
  return x >= 1 ? 1 : exponential(g * logarithm(x));
}
