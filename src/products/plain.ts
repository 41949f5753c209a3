import type { Arena } from '../core/memory/arena.ts';
import { plan } from '../core/plan.ts';
import { type BareProducts, type ProductsMaker, type ProductsPlan, productsOver } from './product.ts';

/** Products as plain loops: need nothing, run everywhere, and are what the others are checked against. */
export function plain(): ProductsPlan {
  return plan(import.meta.url, 'plain');
}

/** Makes what `plain()` plans. */
export function create(_options: unknown, arena: Arena): ProductsMaker {
  return {
    name: 'plain',
    description: 'plain TypeScript, 1 thread',
    products: (inputs, units) =>
      productsOver(arena, inputs, units, (weights) => loops(inputs, units, weights)),
  };
}

/** Rows of W that one pass of `read` goes over: 16 rows of 500 units are 32 kB, about what the nearest cache holds. */
const block = 16;

/**
 * The three products as loops, each in the order in which memory lies.
 *
 * Sums are rounded to fp32 at every step in `read` and `correlate`, once at the end in `readBack`. Activities after
 * ReLU are zero about half of the time, so both products that have X on the left skip its zeros.
 *
 * @param w  [inputs × units]
 */
function loops(inputs: number, units: number, w: Float32Array): BareProducts {
  return {
    read(rows, x, z) {
      z.fill(0, 0, rows * units);
      for (let start = 0; start < inputs; start += block) {
        const end = Math.min(start + block, inputs);
        for (let b = 0; b < rows; b++) {
          for (let i = start; i < end; i++) axpy(units, x[b * inputs + i], w, i * units, z, b * units);
        }
      }
    },
    readBack(rows, delta, dx) {
      for (let b = 0; b < rows; b++) {
        for (let i = 0; i < inputs; i++) dx[b * inputs + i] = dot(units, delta, b * units, w, i * units);
      }
    },
    correlate(rows, x, delta, g) {
      g.fill(0, 0, inputs * units);
      for (let i = 0; i < inputs; i++) {
        for (let b = 0; b < rows; b++) axpy(units, x[b * inputs + i], delta, b * units, g, i * units);
      }
    },
  };
}

/** y[j] += a · x[j] over `count` elements from `atX` and `atY` on. */
function axpy(count: number, a: number, x: Float32Array, atX: number, y: Float32Array, atY: number): void {
  if (a === 0) return;
  for (let j = 0; j < count; j++) y[atY + j] += a * x[atX + j];
}

/** Σⱼ x[j] · y[j] over `count` elements from `atX` and `atY` on. */
function dot(count: number, x: Float32Array, atX: number, y: Float32Array, atY: number): number {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += x[atX + j] * y[atY + j];
  return sum;
}
