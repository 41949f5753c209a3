import { must } from '../core/check.ts';
import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { normalWords } from './analog/normals.ts';
import { simdPulses } from './analog/simd-pulses.ts';
import { trainWords } from './analog/trains.ts';
import { assembled } from './assembled.ts';
import type { Kernels, KernelsPlan } from './kernel.ts';

/** The kernels of WebAssembly SIMD: AssemblyScript of `assembly/`, four numbers at a time, on the run's memory. */
export function simdKernels(): KernelsPlan {
  return plan(import.meta.url, 'simd kernels');
}

type Operand = Float32Array | Uint8Array | Uint16Array | Uint32Array | Int32Array;

/** @throws {RangeError} unless each is a whole number, 0 or more: products of such can't hide a negative one */
function count(a: number, b = 0, c = 0): void {
  if ((a | 0) === a && (b | 0) === b && (c | 0) === c && (a | b | c) >= 0) return;
  must(false, 'counts of a kernel', 'whole numbers, 0 or more', [a, b, c]);
}

/** numbers from the first of rows that start `stride` apart to the last */
function span(stride: number, rows: number, columns: number): number {
  return rows === 0 ? 0 : (rows - 1) * stride + columns;
}

/** rows that a matrix must have where these are named, such as rows of W by labels */
function rowsNamed(labels: Uint16Array | Uint32Array, rows: number): number {
  let top = -1;
  for (let r = 0; r < rows; r++) if (labels[r] > top) top = labels[r];
  return top + 1;
}

/**
 * Makes what `simdKernels()` plans. Elementwise work is rounded the same on every engine.
 *
 * @throws {Error} when they have not been built; each kernel, when an array lies elsewhere or is too short
 */
export function create(_options: unknown, arena: Arena): Kernels {
  const wasm = assembled(arena);
  /** The address of an array: the checks stand between a wrong length and WebAssembly that writes beside it. */
  const at = (array: Operand, length: number, width = 4): number => {
    if (!arena.holds(array))
      must(false, 'arrays of a kernel', 'in the memory of the run', array.constructor.name);
    if (array.BYTES_PER_ELEMENT !== width)
      must(false, 'array of a kernel', `of ${width} bytes a number`, array.constructor.name);
    if (array.length < length) must(false, 'array of a kernel', `${length} long or longer`, array.length);
    return array.byteOffset;
  };
  return {
    name: 'simd',
    description: 'WebAssembly SIMD',
    rectify(z, bias, squares, rows, columns) {
      count(rows, columns);
      wasm.rectify(at(z, rows * columns), at(bias, columns), at(squares, rows), rows, columns);
    },
    normalise(h, squares, into, rows, columns) {
      count(rows, columns);
      wasm.normalise(at(h, rows * columns), at(squares, rows), at(into, rows * columns), rows, columns);
    },
    gather(m, which, into, length, columns) {
      count(length, columns);
      const [from, rows] = [at(m, rowsNamed(which, length) * columns), at(which, length)];
      wasm.gather(from, rows, at(into, length * columns), length, columns);
    },
    scaleRows(h, slopes, rows, columns) {
      count(rows, columns);
      wasm.scaleRows(at(h, rows * columns), at(slopes, rows), rows, columns);
    },
    sumRows(m, sums, rows, columns) {
      count(rows, columns);
      wasm.sumRows(at(m, rows * columns), at(sums, columns), rows, columns);
    },
    addRow(m, row, rows, columns) {
      count(rows, columns);
      wasm.addRow(at(m, rows * columns), at(row, columns), rows, columns);
    },
    add(x, y, into, length) {
      count(length);
      wasm.add(at(x, length), at(y, length), at(into, length), length);
    },
    gate(h, above, length) {
      count(length);
      wasm.gate(at(h, length), at(above, length), length);
    },
    drop(h, squares, state, keep, blocks, rows, columns) {
      count(blocks, rows, columns);
      const [all, each] = [at(h, blocks * rows * columns), at(squares, blocks * rows)];
      wasm.drop(all, each, at(state, 16), keep, blocks, rows, columns);
    },
    addLabels(image, weights, labels, amplitude, z, rows, columns) {
      count(rows, columns);
      const [i, l, a] = [at(image, rows * columns), at(labels, rows, 2), at(amplitude, rows)];
      const w = at(weights, rowsNamed(labels, rows) * columns);
      wasm.addLabels(i, w, l, a, at(z, rows * columns), rows, columns);
    },
    squaresOfLabels(image, weights, bias, amplitude, out, rows, columns, classes) {
      count(rows, columns, classes);
      const [i, w, b] = [at(image, rows * columns), at(weights, classes * columns), at(bias, columns)];
      wasm.squaresOfLabels(i, w, b, at(amplitude, rows), at(out, rows * classes), rows, columns, classes);
    },
    correlateLabels(delta, labels, amplitude, g, rows, columns) {
      count(rows, columns);
      const [d, l, a] = [at(delta, rows * columns), at(labels, rows, 2), at(amplitude, rows)];
      wasm.correlateLabels(d, l, a, at(g, rowsNamed(labels, rows) * columns), rows, columns);
    },
    adam(weights, gradient, mean, square, length, { beta1, beta2, epsilon, stride, root, shrink }) {
      count(length);
      const [w, g, m, v] = [at(weights, length), at(gradient, length), at(mean, length), at(square, length)];
      wasm.adam(w, g, m, v, length, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stride, root, shrink);
    },
    momentum(weights, gradient, velocity, length, { momentum, rate, shrink }) {
      count(length);
      const [w, g, v] = [at(weights, length), at(gradient, length), at(velocity, length)];
      wasm.momentum(w, g, v, length, momentum, rate, shrink);
    },
    squaresOfBytes(bytes, first, end) {
      count(first, end);
      return Number(wasm.squaresOfBytes(at(bytes, end, 1), first, end)) >>> 0;
    },
    scaleBytes(bytes, into, factor, first, end) {
      count(first, end);
      wasm.scaleBytes(at(bytes, end, 1), at(into, end), factor, first, end);
    },
    normals(into, length, state) {
      count(length);
      wasm.normals(at(into, length), length, at(state, normalWords));
    },
    trains(shares, words, state, slots, length) {
      count(length);
      must(
        slots >= 0 && slots <= 32 && slots % 1 === 0,
        'slots of a train',
        'a whole number, 0 to 32',
        slots,
      );
      return Number(wasm.trains(at(shares, length), at(words, length), at(state, trainWords), slots, length));
    },
    signedTrains(numbers, factor, flip, words, state, slots, tally) {
      const length = numbers.length;
      if (!(slots >= 0 && slots <= 31 && slots % 1 === 0))
        must(false, 'slots of signed trains', 'a whole number, 0 to 31', slots);
      const [from, into, rest] = [at(numbers, length), at(words, length), at(state, trainWords)];
      return Number(wasm.signedTrains(from, factor, flip, into, rest, slots, length, at(tally, 2)));
    },
    ...simdPulses(wasm, at),
    largest(x, into, stride, rows, columns) {
      count(stride, rows, columns);
      wasm.largest(at(x, span(stride, rows, columns)), at(into, rows), stride, rows, columns);
    },
    encode(x, factors, into, stride, rows, columns, step, bound) {
      count(stride, rows, columns);
      const [from, by] = [at(x, span(stride, rows, columns)), at(factors, rows)];
      return (
        Number(wasm.encode(from, by, at(into, rows * columns), stride, rows, columns, step, bound)) >>> 0
      );
    },
    decode(y, noise, deviations, scales, clipped, rows, columns, step, bound) {
      count(rows, columns);
      const [from, drawn] = [at(y, rows * columns), noise === undefined ? 0 : at(noise, rows * columns)];
      const [sd, by, counts] = [at(deviations, columns), at(scales, rows), at(clipped, rows)];
      return Number(wasm.decode(from, drawn, sd, by, counts, rows, columns, step, bound)) >>> 0;
    },
    disturb(x, noise, deviation, length) {
      count(length);
      wasm.disturb(at(x, length), at(noise, length), deviation, length);
    },
    squares(x, into, rows, columns) {
      count(rows, columns);
      wasm.squares(at(x, rows * columns), at(into, rows), rows, columns);
    },
    settle(means, length) {
      count(length);
      wasm.settle(at(means, length), length);
    },
  };
}
