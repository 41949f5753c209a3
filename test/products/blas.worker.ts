import { parentPort, workerData } from 'node:worker_threads';
import { matrix } from '../../src/core/matrix.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { blas } from '../../src/products/blas.ts';

// Makes one product again and again, and counts how often it comes out otherwise than the first time.

const { library, times } = workerData as { library: string; times: number };
const products = (await make(blas({ library }), Arena.over())).products(300, 200);
for (let i = 0; i < products.weights.length; i++) products.weights[i] = Math.sin(i);
products.written();
const x = matrix(
  60,
  300,
  Float32Array.from({ length: 60 * 300 }, (_, i) => Math.cos(i)),
);
const [first, again] = [matrix(60, 200), matrix(60, 200)];
products.read(x, first);
const expected = Buffer.from(first.data.buffer);
let wrong = 0;
for (let i = 0; i < times; i++) {
  products.read(x, again);
  if (!expected.equals(Buffer.from(again.data.buffer))) wrong++;
}
parentPort?.postMessage(wrong);
