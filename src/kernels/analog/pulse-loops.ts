import { stepOf } from './curves.ts';
import { drawnAtOnce, type Hits, mostSlots, type PulseKernels } from './pulses.ts';

/** The kernels of pulses as plain loops: the same bits as those of WebAssembly. */
export const pulseLoops: PulseKernels = {
  coincidences({ rows, rowSigns, columns, columnSigns }, from, { cells, counts, noise, tally }) {
    let fired = 0;
    for (let j = 0; j < columns.length; j++) if (columns[j] !== 0) fired++;
    let [hit, pulses, row] = [0, 0, from];
    for (; row < rows.length; row++) {
      if (rows[row] === 0) continue;
      if (hit + fired > cells.length || pulses + fired * mostSlots > noise.length) break;
      for (let j = 0; j < columns.length; j++) {
        const both = rows[row] & columns[j];
        if (both === 0) continue;
        const n = onesIn(both);
        cells[hit] = row * columns.length + j;
        counts[hit++] = (rowSigns[row] ^ columnSigns[j]) & 1 ? -n : n;
        pulses += n;
      }
    }
    tally[0] = hit;
    tally[1] = pulses;
    return row;
  },
  constantSteps(hits, { weights, lower, upper, up, down }, sigma) {
    if (sigma > drawnAtOnce) {
      eachPulse(hits, weights, lower, upper, (w, cell, isUp, z) =>
        isUp ? w + up[cell] * (1 + sigma * z) : w - down[cell] * (1 + sigma * z),
      );
      return;
    }
    const { cells, counts, noise, tally } = hits;
    for (let i = 0; i < tally[0]; i++) {
      const [cell, n] = [cells[i], counts[i]];
      if (cell >= weights.length) continue;
      const size = n < 0 ? -down[cell] : up[cell];
      const many = Math.abs(n);
      const w = weights[cell] + size * (sigma === 0 ? many : many + sigma * Math.sqrt(many) * noise[i]);
      weights[cell] = Math.min(Math.max(w, lower[cell]), upper[cell]);
    }
  },
  curvedSteps({ cells, counts, noise, tally }, at, curve, { ofStep, ofSize, constant, ofWeight }) {
    const { weights, lower, upper, up, down } = at;
    const reference = curve.kind === 'linear' ? curve.reference : undefined;
    const noisy = ofStep + ofSize + constant + ofWeight > 0;
    const step = stepOf(at, curve);
    let drawn = 0;
    for (let i = 0; i < tally[0]; i++) {
      const [cell, n, many] = [cells[i], counts[i], Math.abs(counts[i])];
      if (cell >= weights.length || (noisy && drawn + many > noise.length)) continue;
      const size = n < 0 ? down[cell] : up[cell];
      const shift = reference === undefined ? 0 : reference[cell];
      let w = weights[cell] + shift;
      for (let k = 0; k < many; k++) {
        let by = step(cell, n > 0, size, w);
        if (noisy) {
          const deviation = ofStep * Math.abs(by) + ofSize * size + constant + ofWeight * Math.abs(w);
          by += deviation * noise[drawn++];
        }
        w = Math.min(Math.max(n < 0 ? w - by : w + by, lower[cell]), upper[cell]);
      }
      weights[cell] = w - shift;
    }
  },
};

/** One pulse after the other: `step` gives the weight after it, which then lies between the bounds. */
export function eachPulse(
  { cells, counts, noise, tally }: Hits,
  weights: Float32Array,
  lower: Float32Array,
  upper: Float32Array,
  step: (weight: number, cell: number, isUp: boolean, z: number) => number,
): void {
  let drawn = 0;
  for (let i = 0; i < tally[0]; i++) {
    const [cell, isUp, many] = [cells[i], counts[i] > 0, Math.abs(counts[i])];
    if (cell >= weights.length || drawn + many > noise.length) continue;
    let w = weights[cell];
    for (let k = 0; k < many; k++)
      w = Math.min(Math.max(step(w, cell, isUp, noise[drawn++]), lower[cell]), upper[cell]);
    weights[cell] = w;
  }
}

/** ones of a word */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
