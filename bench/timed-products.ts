import type { Arena } from '../src/core/memory/arena.ts';
import {
  make,
  type Products,
  type ProductsMaker,
  type ProductsPlan,
  plan,
  wallNanoseconds,
} from '../src/extend.ts';

/** Nanoseconds spent in matrix products, one number for each products that was made, in the order in which they were. */
export interface ProductClock {
  /** [0] counts the matrices, then one number for each */
  readonly times: BigInt64Array<SharedArrayBuffer>;
}

export function productClock(matrices = 64): ProductClock {
  return { times: new BigInt64Array(new SharedArrayBuffer(8 * (matrices + 1))) };
}

/** Another kind of products, whose products are timed. */
export function timed(of: ProductsPlan, clock: ProductClock): ProductsPlan {
  return { ...plan(import.meta.url, `timed ${of.name}`, { of, times: clock.times }) };
}

/** Makes what `timed` plans. */
export async function create(
  { of, times }: { of: ProductsPlan; times: BigInt64Array<SharedArrayBuffer> },
  arena: Arena,
): Promise<ProductsMaker> {
  const maker = await make(of, arena);
  return {
    ...maker,
    products(inputs, units) {
      const at = Number(Atomics.add(times, 0, 1n)) + 1;
      return clocked(maker.products(inputs, units), (start) => {
        Atomics.add(times, at, BigInt(wallNanoseconds() - start));
      });
    },
  };
}

function clocked(products: Products, stop: (start: number) => void): Products {
  return {
    inputs: products.inputs,
    units: products.units,
    weights: products.weights,
    written: () => products.written(),
    read(x, z) {
      const start = wallNanoseconds();
      products.read(x, z);
      stop(start);
    },
    readBack(delta, dx) {
      const start = wallNanoseconds();
      products.readBack(delta, dx);
      stop(start);
    },
    correlate(x, delta, g) {
      const start = wallNanoseconds();
      products.correlate(x, delta, g);
      stop(start);
    },
    get macs() {
      return products.macs;
    },
    dispose: () => products.dispose(),
  };
}
