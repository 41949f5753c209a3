import { byteLoops } from '../core/bytes.ts';
import { plan } from '../core/plan.ts';
import { positivePart } from '../core/rows.ts';
import { converterLoops } from './analog/converters.ts';
import { normalLoops } from './analog/normals.ts';
import { pulseLoops } from './analog/pulse-loops.ts';
import { pulseRowLoops } from './analog/pulse-rows.ts';
import { trainLoops } from './analog/trains.ts';
import type { Kernels, KernelsPlan } from './kernel.ts';

/** The kernels as plain loops: need nothing, run everywhere, and are what the others are checked against. */
export function plainKernels(): KernelsPlan {
  return plan(import.meta.url, 'plain kernels');
}

/** What keeps a row of zeros finite when it is normalised: its mean square is taken as at least this. */
const tiny = 1e-12;

// Every loop takes what it needs as arguments or locals: on captured variables it would run at half the speed.

/** Makes what `plainKernels()` plans. */
export function create(): Kernels {
  return {
    name: 'plain',
    description: 'plain TypeScript',
    rectify,
    normalise,
    gather(m, which, into, count, columns) {
      for (let i = 0; i < count; i++) {
        const at = which[i] * columns;
        for (let j = 0; j < columns; j++) into[i * columns + j] = m[at + j];
      }
    },
    scaleRows,
    sumRows(m, sums, rows, columns) {
      sums.fill(0, 0, columns);
      for (let r = 0; r < rows; r++) addScaled(sums, 0, 1, m, r * columns, sums, 0, columns);
    },
    addRow(m, row, rows, columns) {
      for (let r = 0; r < rows; r++) addScaled(m, r * columns, 1, row, 0, m, r * columns, columns);
    },
    add: (x, y, into, count) => addScaled(x, 0, 1, y, 0, into, 0, count),
    gate(h, above, count) {
      for (let i = 0; i < count; i++) h[i] = h[i] > 0 ? above[i] : 0;
    },
    drop,
    addLabels(image, weights, labels, amplitude, z, rows, columns) {
      for (let r = 0, at = 0; r < rows; r++, at += columns) {
        addScaled(image, at, amplitude[r], weights, labels[r] * columns, z, at, columns);
      }
    },
    squaresOfLabels(image, weights, bias, amplitude, out, rows, columns, classes) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < classes; c++) {
          out[r * classes + c] = squares(
            image,
            r * columns,
            amplitude[r],
            weights,
            c * columns,
            bias,
            columns,
          );
        }
      }
    },
    correlateLabels(delta, labels, amplitude, g, rows, columns) {
      for (let r = 0; r < rows; r++) {
        const to = labels[r] * columns;
        addScaled(g, to, amplitude[r], delta, r * columns, g, to, columns);
      }
    },
    adam(weights, gradient, mean, square, count, { beta1, beta2, epsilon, stride, root, shrink }) {
      const [rest1, rest2] = [1 - beta1, 1 - beta2];
      for (let i = 0; i < count; i++) {
        const g = gradient[i];
        const m = beta1 * mean[i] + rest1 * g;
        const v = beta2 * square[i] + rest2 * g * g;
        mean[i] = m;
        square[i] = v;
        weights[i] = shrink * weights[i] - (stride * m) / (Math.sqrt(v) * root + epsilon);
      }
    },
    momentum(weights, gradient, velocity, count, { momentum, rate, shrink }) {
      for (let i = 0; i < count; i++) {
        const v = momentum * velocity[i] + gradient[i];
        velocity[i] = v;
        weights[i] = shrink * weights[i] - rate * v;
      }
    },
    ...byteLoops,
    ...normalLoops,
    ...trainLoops,
    ...pulseLoops,
    ...pulseRowLoops,
    ...converterLoops,
    settle(means, count) {
      for (let i = 0; i < count; i++) if (Math.abs(means[i]) < 2 ** -120) means[i] = 0;
    },
  };
}

function rectify(
  z: Float32Array,
  bias: Float32Array,
  squares: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const h = positivePart(z[at + j] + bias[j]);
      z[at + j] = h;
      sum += h * h;
    }
    squares[r] = sum;
  }
}

function normalise(
  h: Float32Array,
  squares: Float32Array,
  into: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    const scale = 1 / Math.sqrt(squares[r] / columns + tiny);
    for (let j = 0; j < columns; j++) into[at + j] = h[at + j] * scale;
  }
}

function scaleRows(h: Float32Array, slopes: Float32Array, rows: number, columns: number): void {
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    const slope = slopes[r];
    for (let j = 0; j < columns; j++) h[at + j] *= slope;
  }
}

/** into[at + j] = x[xAt + j] + a · y[yAt + j] for j < count */
function addScaled(
  x: Float32Array,
  xAt: number,
  a: number,
  y: Float32Array,
  yAt: number,
  into: Float32Array,
  at: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) into[at + j] = x[xAt + j] + a * y[yAt + j];
}

/** Σⱼ max(0, image[j] + a · w[j] + bias[j])², in two sums so that an addition need not wait for the one before. */
function squares(
  image: Float32Array,
  imageAt: number,
  a: number,
  w: Float32Array,
  wAt: number,
  bias: Float32Array,
  columns: number,
): number {
  let even = 0;
  let odd = 0;
  for (let j = 0; j + 1 < columns; j += 2) {
    const h = positivePart(image[imageAt + j] + a * w[wAt + j] + bias[j]);
    const k = positivePart(image[imageAt + j + 1] + a * w[wAt + j + 1] + bias[j + 1]);
    even += h * h;
    odd += k * k;
  }
  if (columns % 2 === 1) {
    const j = columns - 1;
    const h = positivePart(image[imageAt + j] + a * w[wAt + j] + bias[j]);
    even += h * h;
  }
  return even + odd;
}

/** Word `lane` of the four generators serves every fourth unit; a row takes a whole number of draws of each. */
function drop(
  h: Float32Array,
  squares: Float32Array,
  state: Uint32Array,
  keep: number,
  blocks: number,
  rows: number,
  columns: number,
): void {
  const below = Math.trunc(keep * 2 ** 31);
  const scale = Math.fround(1 / keep);
  squares.fill(0, 0, blocks * rows);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns || j % 4 !== 0; j++) {
      const kept = draw(state, j % 4) >>> 1 < below ? scale : 0;
      if (j >= columns) continue;
      for (let block = 0; block < blocks; block++) {
        const row = block * rows + r;
        const left = Math.fround(h[row * columns + j] * kept);
        h[row * columns + j] = left;
        squares[row] += left * left;
      }
    }
  }
}

/** The next word of one generator, xorshift128: words lane, lane + 4, lane + 8, lane + 12 of the state are its own. */
function draw(state: Uint32Array, lane: number): number {
  const t = state[lane] ^ (state[lane] << 11);
  const w = state[lane + 12];
  state[lane] = state[lane + 4];
  state[lane + 4] = state[lane + 8];
  state[lane + 8] = w;
  state[lane + 12] = w ^ (w >>> 19) ^ t ^ (t >>> 8);
  return state[lane + 12];
}
