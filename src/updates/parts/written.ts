import type { Cells } from '../../cells/cell.ts';
import type { Products } from '../../products/product.ts';
import type { Updater } from '../update.ts';

/** What an updater with one array of cells passes on to them, telling the products that weights have changed. */
export function written(cells: Cells, products: Products): Pick<Updater, 'program' | 'age' | 'break'> {
  const { age, break: damage } = cells;
  return {
    program(weights) {
      cells.program(weights);
      products.written();
    },
    ...(age && {
      age(nanoseconds: number) {
        age.call(cells, nanoseconds);
        products.written();
      },
    }),
    ...(damage && { break: damage.bind(cells) }),
  };
}
