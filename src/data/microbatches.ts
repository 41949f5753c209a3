import { mustBeWhole } from '../core/check.ts';
import { permutation, type Random } from '../core/random.ts';

/**
 * The order in which one pass goes over the samples.
 *
 * @param count  samples, ≥ 1
 * @param draw   a stream forked for this epoch alone
 * @returns      0 … count − 1, each once  [count]
 * @throws {RangeError} when there is no sample
 */
export function epochOrder(count: number, draw: Random): Uint32Array {
  mustBeWhole(count, 'count', 1, 'samples');
  return permutation(count, draw);
}

/**
 * Cuts an order into microbatches: views, not copies. The last one is shorter when `size` does not divide the count.
 *
 * @param order  indices of samples        [count]
 * @param size   samples a microbatch, ≥ 1
 * @throws {RangeError} when `size` is below 1 or not whole; thrown at the call, not at the first block
 */
export function blocks<T extends Uint32Array | Float64Array>(
  order: T,
  size: number,
): Generator<T, void, undefined> {
  mustBeWhole(size, 'microbatch', 1, 'samples');
  return cut(order, size);
}

function* cut<T extends Uint32Array | Float64Array>(order: T, size: number): Generator<T, void, undefined> {
  for (let start = 0; start < order.length; start += size) yield order.subarray(start, start + size) as T;
}
