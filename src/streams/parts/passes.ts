import type { Random } from '../../core/random.ts';
import { epochOrder } from '../../data/microbatches.ts';

/** orders that are kept: who asks for older samples, as a late label does, need not wait for them */
const kept = 4;

/**
 * Which sample of a dataset comes at an index of a stream that goes over it again and again, each pass in an order of its own.
 *
 * @param count  samples of the dataset, ≥ 1
 * @param world  the stream that orders are drawn from, by pass
 */
export function passes(count: number, world: Random): (index: number) => number {
  const orders = new Map<number, Uint32Array>();
  const orderOf = (pass: number): Uint32Array => {
    let order = orders.get(pass);
    if (order === undefined) {
      order = epochOrder(count, world.fork(`pass ${pass}`));
      if (orders.size === kept) orders.delete(orders.keys().next().value as number);
      orders.set(pass, order);
    }
    return order;
  };
  return (index) => {
    const pass = Math.floor(index / count);
    return orderOf(pass)[index - pass * count];
  };
}
