// Pulses of several vector updates at once: what each cell gets is counted in registers and added to its weight in one draw.
// A cell that may reach a bound on the way, and those beside the last four of a line, take their pulses one update after another.

import { normals } from '../normals';
import { begin, useCells, useMore, useUpdates } from './line';
import { sloped, straight } from './sums';

/** updates that are added up before a draw where pulses are noisy, so that fewer cells come near their bounds */
const few: usize = 8;
const sign: u32 = 0x8000_0000;

/**
 * ../../analog/pulse-rows.ts says what it does.
 *
 * @returns  pulses on all cells
 */
export function pulseRows(
  rows: usize,
  inputs: usize,
  units: usize,
  inputWords: usize,
  unitWords: usize,
  active: usize,
  noise: usize,
  totals: usize,
  state: usize,
  weights: usize,
  lower: usize,
  upper: usize,
  up: usize,
  down: usize,
  upSlopesAt: usize,
  downSlopesAt: usize,
  references: usize,
  stuck: usize,
  sigmaOfSize: f64,
  drawsEachPulse: i32,
  shown: usize,
  writeNoise: f64,
): f64 {
  const noisy = sigmaOfSize > 0;
  const slopes = upSlopesAt !== 0;
  begin(units, totals, state, <f32>sigmaOfSize, drawsEachPulse !== 0, slopes);
  const some: usize = sigmaOfSize > 1 ? few : rows;
  let pulses: f64 = 0;
  for (let i: usize = 0; i < inputs; i++) {
    const all = gather(inputWords + (i << 2), inputs << 2, unitWords, units << 2, rows, active);
    if (all === 0) continue;
    const first = (i * units) << 2;
    useCells(weights + first, lower + first, upper + first, up + first, down + first);
    useMore(
      upSlopesAt + first,
      downSlopesAt + first,
      references === 0 ? 0 : references + first,
      stuck === 0 ? 0 : stuck + i * units,
    );
    memory.fill(totals, 0, units << 2);
    for (let done: usize = 0; done < all; done += some) {
      useUpdates(active + done * 12, min<usize>(all - done, some));
      if (noisy) normals(noise, units, state);
      pulses += slopes ? sloped(noise) : straight(noise);
    }
    if (shown === 0) continue;
    normals(noise, units, state);
    for (let j: usize = 0; j < units; j++) {
      const at = j << 2;
      if (load<i32>(totals + at) === 0) continue;
      const seen = load<f32>(weights + first + at) + <f32>writeNoise * load<f32>(noise + at);
      store<f32>(shown + first + at, seen);
    }
  }
  return pulses;
}

/**
 * Finds the updates in which the line of an input fires: its word without its sign, the words of the units, and its sign.
 *
 * @returns  how many
 */
function gather(
  word: usize,
  stride: usize,
  unitWords: usize,
  width: usize,
  rows: usize,
  active: usize,
): usize {
  let at = active;
  for (let r: usize = 0; r < rows; r++) {
    const own = load<u32>(word + r * stride);
    const fires = own & ~sign;
    if (fires === 0) continue;
    store<u32>(at, fires);
    store<u32>(at, <u32>(unitWords + r * width), 4);
    store<i32>(at, <i32>own >> 31, 8);
    at += 12;
  }
  return (at - active) / 12;
}
