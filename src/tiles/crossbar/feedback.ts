import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import type { Products, ProductsMaker } from '../../products/product.ts';
import type { CrossbarArray } from './array.ts';

/**
 * A fixed random matrix in the place of Wᵀ, as great as the weights to begin with.
 *
 * @param weights  [inputs × units]
 * @see Lillicrap et al. 2016, feedback alignment
 */
export function randomFeedback(
  inputs: number,
  units: number,
  weights: Float32Array,
  random: Random,
  maker: ProductsMaker,
): Products {
  const square = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length;
  const deviation = square > 0 ? Math.sqrt(square) : 1 / Math.sqrt(units);
  const products = maker.products(inputs, units);
  for (let i = 0; i < products.weights.length; i++) products.weights[i] = deviation * random.normal();
  products.written();
  return products;
}

/** Reads backward by the weights that the cells hold, exactly, whatever reads make of them. */
export function readModel(arrays: readonly CrossbarArray[], delta: Matrix, dx: Matrix): void {
  if (arrays.length === 1) {
    arrays[0].cells.readBack(delta, dx);
    return;
  }
  dx.data.fill(0, 0, dx.rows * dx.columns);
  for (const { block: at, cells: part } of arrays) {
    const from = matrix(delta.rows, at.units);
    for (let r = 0; r < delta.rows; r++) {
      const start = r * delta.columns + at.firstUnit;
      from.data.set(delta.data.subarray(start, start + at.units), r * at.units);
    }
    const to = matrix(dx.rows, at.inputs);
    part.readBack(from, to);
    for (let r = 0; r < dx.rows; r++)
      for (let j = 0; j < at.inputs; j++)
        dx.data[r * dx.columns + at.firstInput + j] += to.data[r * at.inputs + j];
  }
}
