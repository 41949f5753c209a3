// The cells of one line of inputs, and the vector updates in which that line fires. What is known of them lies in globals, for
// three files of loops need it.

import { normal } from '../normals';
import { within } from '../steps';

export let units: usize = 0;
export let count: usize = 0;
export let active: usize = 0;
export let state: usize = 0;
export let weights: usize = 0;
export let lower: usize = 0;
export let upper: usize = 0;
export let up: usize = 0;
export let down: usize = 0;
export let upSlopes: usize = 0;
export let downSlopes: usize = 0;
export let references: usize = 0;
export let stuck: usize = 0;
export let totals: usize = 0;
export let sigma: f32 = 0;
let eachPulse: bool = false;
let hasSlopes: bool = false;

/** What holds of all lines. */
export function begin(
  width: usize,
  totalsAt: usize,
  stateAt: usize,
  noise: f32,
  draws: bool,
  slopes: bool,
): void {
  units = width;
  totals = totalsAt;
  state = stateAt;
  sigma = noise;
  eachPulse = draws || slopes;
  hasSlopes = slopes;
}

/** The cells of a line. */
export function useCells(weightsAt: usize, lowerAt: usize, upperAt: usize, upAt: usize, downAt: usize): void {
  weights = weightsAt;
  lower = lowerAt;
  upper = upperAt;
  up = upAt;
  down = downAt;
}

/** What else these cells have: 0 for what they lack. */
export function useMore(upSlopesAt: usize, downSlopesAt: usize, referencesAt: usize, stuckAt: usize): void {
  upSlopes = upSlopesAt;
  downSlopes = downSlopesAt;
  references = referencesAt;
  stuck = stuckAt;
}

/** The updates that are carried out: for each the word of the line, the words of the units, and the line's sign. */
export function useUpdates(at: usize, many: usize): void {
  active = at;
  count = many;
}

/** ones of each word */
export function ones(words: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(words)));
}

/** lanes of four cells that can be pulsed */
export function free(cell: usize): v128 {
  if (stuck === 0) return i32x4.splat(-1);
  let bytes = i32x4.splat(<i32>load<u8>(stuck + cell));
  bytes = i32x4.replace_lane(bytes, 1, <i32>load<u8>(stuck + cell, 1));
  bytes = i32x4.replace_lane(bytes, 2, <i32>load<u8>(stuck + cell, 2));
  bytes = i32x4.replace_lane(bytes, 3, <i32>load<u8>(stuck + cell, 3));
  return i32x4.eq(bytes, i32x4.splat(0));
}

export function sumOf(four: v128): f64 {
  const pairs = i32x4.add(four, i32x4.shuffle(four, four, 2, 3, 0, 1));
  return <f64>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1));
}

/** Stores what four cells came to, and pulses those one by one that this does not hold of. */
export function settle(at: usize, total: v128, sound: v128, moved: v128, w: v128): void {
  const touched = i32x4.ne(total, i32x4.splat(0));
  v128.store(weights + at, v128.bitselect(moved, w, v128.and(sound, touched)));
  let mask = i32x4.bitmask(v128.andnot(touched, sound));
  for (; mask !== 0; mask &= mask - 1) pulse((at >> 2) + <usize>ctz<i32>(mask));
}

/** The last cells of a line. @returns pulses on them */
export function beside(from: usize): f64 {
  let pulses: f64 = 0;
  for (let j = from; j < units; j++) {
    let total = 0;
    for (let k: usize = 0, entry = active; k < count; k++, entry += 12)
      total += popcnt<u32>(load<u32>(<usize>load<u32>(entry, 4) + (j << 2)) & load<u32>(entry));
    pulses += <f64>total;
    if (stuck !== 0 && load<u8>(stuck + j) !== 0) total = 0;
    store<i32>(totals + (j << 2), load<i32>(totals + (j << 2)) + total);
    if (total > 0) pulse(j);
  }
  return pulses;
}

/** Carries out the pulses of one cell, one update after another. */
function pulse(j: usize): void {
  const at = j << 2;
  const low = <f64>load<f32>(lower + at);
  const high = <f64>load<f32>(upper + at);
  const shift: f64 = references === 0 ? 0 : <f64>load<f32>(references + at);
  const by = <f64>sigma;
  let w = <f64>load<f32>(weights + at) + shift;
  for (let k: usize = 0, entry = active; k < count; k++, entry += 12) {
    const word = load<u32>(<usize>load<u32>(entry, 4) + at);
    const n = popcnt<u32>(word & load<u32>(entry));
    if (n === 0) continue;
    const isDown = (word >> 31 !== 0) !== (load<i32>(entry, 8) !== 0);
    const s = <f64>load<f32>((isDown ? down : up) + at);
    if (eachPulse) {
      const slope: f64 = !hasSlopes ? 0 : <f64>load<f32>((isDown ? downSlopes : upSlopes) + at);
      for (let p: u32 = 0; p < n; p++) {
        const step = s + slope * w + by * s * <f64>normal(state);
        w = within(isDown ? w - step : w + step, low, high);
      }
    } else {
      const many = <f64>n;
      const size = sigma > 0 ? many + by * sqrt<f64>(many) * <f64>normal(state) : many;
      w = within(isDown ? w - s * size : w + s * size, low, high);
    }
  }
  store<f32>(weights + at, <f32>(w - shift));
}
