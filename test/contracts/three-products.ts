import { matrix } from '../../src/core/matrix.ts';
import type { ProductsMaker } from '../../src/products/product.ts';

/** One products with its operands: W [inputs × units], x [rows × inputs], delta [rows × units]. */
export interface Case {
  readonly rows: number;
  readonly inputs: number;
  readonly units: number;
  readonly w: Float32Array;
  readonly x: Float32Array;
  readonly delta: Float32Array;
}

export interface Answers {
  readonly z: Float32Array;
  readonly dx: Float32Array;
  readonly g: Float32Array;
}

/** The three products as a maker's products gives them, into arrays that `room` makes and whose content must not matter. */
export function threeProducts(
  maker: ProductsMaker,
  { rows, inputs, units, w, x, delta }: Case,
  room = (length: number): Float32Array => new Float32Array(length).fill(Number.NaN),
): Answers {
  const products = maker.products(inputs, units);
  products.weights.set(w);
  products.written();
  const z = matrix(rows, units, room(rows * units));
  const dx = matrix(rows, inputs, room(rows * inputs));
  const g = matrix(inputs, units, room(inputs * units));
  products.read(matrix(rows, inputs, x), z);
  products.readBack(matrix(rows, units, delta), dx);
  products.correlate(matrix(rows, inputs, x), matrix(rows, units, delta), g);
  products.dispose();
  return { z: z.data, dx: dx.data, g: g.data };
}

/** One product in float64: `sum` of its terms, and the `size` those terms add up to without their signs. */
export interface Reference {
  readonly sum: Float64Array;
  readonly size: Float64Array;
}

/** The three products by their definition, in float64. */
export function references({ rows, inputs, units, w, x, delta }: Case) {
  const z = product(rows, units, inputs, (b, j, i) => x[b * inputs + i] * w[i * units + j]);
  const dx = product(rows, inputs, units, (b, i, j) => delta[b * units + j] * w[i * units + j]);
  const g = product(inputs, units, rows, (i, j, b) => x[b * inputs + i] * delta[b * units + j]);
  return { z, dx, g };
}

function product(
  rows: number,
  columns: number,
  terms: number,
  term: (row: number, column: number, k: number) => number,
): Reference {
  const sum = new Float64Array(rows * columns);
  const size = new Float64Array(rows * columns);
  for (let at = 0; at < rows * columns; at++) {
    for (let k = 0; k < terms; k++) {
      const value = term(Math.floor(at / columns), at % columns, k);
      sum[at] += value;
      size[at] += Math.abs(value);
    }
  }
  return { sum, size };
}
