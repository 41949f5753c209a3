import { Piscina } from 'piscina';
import { threadArguments } from '../src/core/thread.ts';
import type { Product, ProductTask } from './products.worker.ts';

/**
 * The products that a Forward-Forward stream makes for one microbatch: of the first layer one forward and one gradient,
 * which the positive and the negative row of an image share; of every other layer both on twice the rows.
 */
export function productsOf(widths: readonly number[], microbatch: number): Product[] {
  return widths.slice(1).flatMap((units, i) => {
    const one = { rows: i === 0 ? microbatch : 2 * microbatch, inputs: widths[i], units };
    return [
      { kind: 'read' as const, ...one },
      { kind: 'correlate' as const, ...one },
    ];
  });
}

/** The matrix-product limit: samples/s if `threads` did nothing but these products, all at the same time. */
export async function productLimit(task: ProductTask, microbatch: number, threads: number): Promise<number> {
  const pool = new Piscina<ProductTask, number>({
    filename: new URL('./products.worker.ts', import.meta.url).href,
    execArgv: threadArguments(import.meta.url),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  try {
    const speeds = await Promise.all(Array.from({ length: threads }, () => pool.run(task)));
    return speeds.reduce((sum, speed) => sum + speed, 0) * microbatch;
  } finally {
    await pool.destroy();
  }
}
