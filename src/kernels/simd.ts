import type { Arena } from '../core/arena.ts';
import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { assembled } from './assembled.ts';
import type { Kernels, KernelsPlan } from './kernel.ts';

/** The kernels of WebAssembly SIMD: AssemblyScript of `assembly/`, four numbers at a time, on the run's memory. */
export function simdKernels(): KernelsPlan {
  return plan(import.meta.url, 'simd kernels');
}

/**
 * Makes what `simdKernels()` plans. Elementwise work is rounded the same on every engine.
 *
 * @throws {Error} when they have not been built; each kernel, when an array lies elsewhere or is too short
 */
export function create(_options: unknown, arena: Arena): Kernels {
  const wasm = assembled(arena);
  const at = (array: Float32Array | Uint8Array | Uint32Array, length: number): number => {
    if (!arena.holds(array))
      must(false, 'arrays of a kernel', 'in the memory of the run', array.constructor.name);
    if (array.length < length) must(false, 'array of a kernel', `${length} long or longer`, array.length);
    return array.byteOffset;
  };
  return {
    name: 'simd',
    description: 'WebAssembly SIMD',
    rectify: (z, bias, squares, rows, columns) =>
      wasm.rectify(at(z, rows * columns), at(bias, columns), at(squares, rows), rows, columns),
    normalise: (h, squares, into, rows, columns) =>
      wasm.normalise(at(h, rows * columns), at(squares, rows), at(into, rows * columns), rows, columns),
    scaleRows: (h, slopes, rows, columns) =>
      wasm.scaleRows(at(h, rows * columns), at(slopes, rows), rows, columns),
    sumRows: (m, sums, rows, columns) =>
      wasm.sumRows(at(m, rows * columns), at(sums, columns), rows, columns),
    addRow: (m, row, rows, columns) => wasm.addRow(at(m, rows * columns), at(row, columns), rows, columns),
    add: (x, y, into, count) => wasm.add(at(x, count), at(y, count), at(into, count), count),
    gate: (h, above, count) => wasm.gate(at(h, count), at(above, count), count),
    drop: (h, squares, state, keep, blocks, rows, columns) =>
      wasm.drop(
        at(h, blocks * rows * columns),
        at(squares, blocks * rows),
        at(state, 16),
        keep,
        blocks,
        rows,
        columns,
      ),
    addLabels: (image, weights, labels, amplitude, z, rows, columns) =>
      wasm.addLabels(
        at(image, rows * columns),
        at(weights, columns),
        at(labels, rows),
        at(amplitude, rows),
        at(z, rows * columns),
        rows,
        columns,
      ),
    squaresOfLabels: (image, weights, bias, amplitude, out, rows, columns, classes) =>
      wasm.squaresOfLabels(
        at(image, rows * columns),
        at(weights, classes * columns),
        at(bias, columns),
        at(amplitude, rows),
        at(out, rows * classes),
        rows,
        columns,
        classes,
      ),
    correlateLabels: (delta, labels, amplitude, g, rows, columns) =>
      wasm.correlateLabels(
        at(delta, rows * columns),
        at(labels, rows),
        at(amplitude, rows),
        at(g, columns),
        rows,
        columns,
      ),
    adam: (weights, gradient, mean, square, count, by) =>
      wasm.adam(
        at(weights, count),
        at(gradient, count),
        at(mean, count),
        at(square, count),
        count,
        by.beta1,
        1 - by.beta1,
        by.beta2,
        1 - by.beta2,
        by.epsilon,
        by.stride,
        by.root,
        by.shrink,
      ),
    momentum: (weights, gradient, velocity, count, by) =>
      wasm.momentum(
        at(weights, count),
        at(gradient, count),
        at(velocity, count),
        count,
        by.momentum,
        by.rate,
        by.shrink,
      ),
    squaresOfBytes: (bytes, first, end) => Number(wasm.squaresOfBytes(at(bytes, end), first, end)) >>> 0,
    scaleBytes: (bytes, into, factor, first, end) =>
      wasm.scaleBytes(at(bytes, end), at(into, end), factor, first, end),
    settle: (means, count) => wasm.settle(at(means, count), count),
  };
}
