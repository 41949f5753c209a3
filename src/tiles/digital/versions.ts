import { must } from '../../core/check.ts';
import type { Products, ProductsMaker } from '../../products/product.ts';
import type { HeldWeights } from '../tile.ts';

/** Weights between two updates. */
interface Version {
  /** where they are: the newest products, or some of their own once those have been updated */
  products: Products;
  /** microbatches that hold them */
  readers: number;
}

/**
 * Weight stashing: a microbatch goes back by the weights with which it went forward, though they have been updated since.
 * An update copies the weights first where a microbatch still holds them, and only there.
 *
 * @see Narayanan 2019, PipeDream, section 3.3
 */
export class Versions {
  private readonly maker: ProductsMaker;
  private readonly newestProducts: Products;
  private newest: Version;
  /** products of older versions, in use or not */
  private readonly older: Products[] = [];
  private readonly spare: Products[] = [];

  /** @param products  those of the newest weights */
  constructor(products: Products, maker: ProductsMaker) {
    this.maker = maker;
    this.newestProducts = products;
    this.newest = { products, readers: 0 };
  }

  hold(): HeldWeights {
    const version = this.newest;
    version.readers++;
    let held = true;
    return {
      readBack(delta, dx) {
        must(held, 'weights to read back by', 'held', 'released ones');
        version.products.readBack(delta, dx);
      },
      release: () => {
        must(held, 'weights to release', 'held', 'released ones');
        held = false;
        if (--version.readers === 0 && version.products !== this.newestProducts)
          this.spare.push(version.products);
      },
    };
  }

  /** whether a microbatch holds weights, old or new */
  get held(): boolean {
    return this.newest.readers > 0 || this.spare.length < this.older.length;
  }

  /** Copies the weights for those that hold them: an update follows. */
  stash(): void {
    if (this.newest.readers === 0) return;
    const { inputs, units, weights } = this.newestProducts;
    let copy = this.spare.pop();
    if (copy === undefined) {
      copy = this.maker.products(inputs, units);
      this.older.push(copy);
    }
    copy.weights.set(weights);
    copy.written();
    this.newest.products = copy;
    this.newest = { products: this.newestProducts, readers: 0 };
  }

  /** multiply-accumulates executed so far, by all versions */
  get macs(): number {
    return this.older.reduce((sum, { macs }) => sum + macs, this.newestProducts.macs);
  }

  dispose(): void {
    for (const one of [this.newestProducts, ...this.older]) one.dispose();
  }
}
