import { plan } from '../core/plan.ts';
import { joined } from '../core/state.ts';
import { written } from './parts/written.ts';
import { nothing } from './pulses/counts.ts';
import type { Update, UpdatePlan } from './update.ts';

/** No updates: weights stay as they were programmed, but for what time does to them. */
export function frozen(): UpdatePlan {
  return plan(import.meta.url, 'frozen');
}

/** Makes what `frozen()` plans. */
export function create(): Update {
  return {
    name: 'frozen',
    description: 'no updates',
    updater(context) {
      const { products } = context;
      const cells = context.cell.cells({ ...context, weights: products.weights });
      return {
        ...joined({ cells }),
        ...written(cells, products),
        weights: cells.weights,
        update() {},
        counts: nothing,
      };
    },
  };
}
