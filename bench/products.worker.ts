import { Arena, make, matrix, type ProductsPlan, wallNanoseconds } from '../src/extend.ts';

export interface ProductTask {
  readonly maker: ProductsPlan;
  /** the products of one microbatch */
  readonly products: readonly Product[];
  readonly seconds: number;
}

export interface Product {
  readonly kind: 'read' | 'readBack' | 'correlate';
  readonly rows: number;
  readonly inputs: number;
  readonly units: number;
}

/**
 * Makes the matrix products of microbatches and nothing else, for `seconds`.
 *
 * @returns microbatches a second
 */
export default async function productsOnly({ maker: plan, products, seconds }: ProductTask): Promise<number> {
  const arena = Arena.over();
  const maker = await make(plan, arena);
  const steps = products.map(({ kind, rows, inputs, units }) => {
    const one = maker.products(inputs, units);
    one.weights.fill(0.01);
    one.written();
    const x = matrix(rows, inputs, arena.floats(rows * inputs).fill(0.5));
    const z = matrix(rows, units, arena.floats(rows * units));
    const g = matrix(inputs, units, arena.floats(inputs * units));
    if (kind === 'read') return () => one.read(x, z);
    if (kind === 'readBack') return () => one.readBack(z, x);
    return () => one.correlate(x, z, g);
  });
  const all = () => {
    for (const step of steps) step();
  };
  all();
  const start = wallNanoseconds();
  let count = 0;
  let end = start;
  for (; end - start < seconds * 1e9; count++) {
    all();
    end = wallNanoseconds();
  }
  return count / ((end - start) / 1e9);
}
