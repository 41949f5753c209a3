import type { Products } from '../../products/product.ts';
import type { ReadArray } from './periphery/wires.ts';

/** Weights as reads in one direction see them; what follows from the cells is computed when it is first read. */
export class Seen {
  readonly #cells: Products;
  readonly #altered:
    | { products: Products; alter: (from: Float32Array, into: Float32Array) => void }
    | undefined;
  readonly #another: () => Products;
  #magnitudes: Products | undefined;
  #fresh = { weights: false, magnitudes: false };

  constructor(
    cells: Products,
    altered: { products: Products; alter: (from: Float32Array, into: Float32Array) => void } | undefined,
    another: () => Products,
  ) {
    this.#cells = cells;
    this.#altered = altered;
    this.#another = another;
  }

  stale(): void {
    this.#fresh = { weights: false, magnitudes: false };
  }

  lines(first: number, lines: number, direction: 'forward' | 'backward'): ReadArray {
    const read = direction === 'forward' ? 'read' : 'readBack';
    return {
      first,
      lines,
      product: (x, y) => this.#weights()[read](x, y),
      magnitudes: (x, y) => this.#sizes()[read](x, y),
    };
  }

  #weights(): Products {
    if (this.#altered === undefined) return this.#cells;
    const { products, alter } = this.#altered;
    if (!this.#fresh.weights) {
      alter(this.#cells.weights, products.weights);
      products.written();
      this.#fresh.weights = true;
    }
    return products;
  }

  #sizes(): Products {
    this.#magnitudes ??= this.#another();
    if (!this.#fresh.magnitudes) {
      const { weights } = this.#weights();
      for (let i = 0; i < weights.length; i++) this.#magnitudes.weights[i] = Math.abs(weights[i]);
      this.#magnitudes.written();
      this.#fresh.magnitudes = true;
    }
    return this.#magnitudes;
  }
}
