import { parentPort, workerData } from 'node:worker_threads';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import type { ProductsPlan } from '../../src/products/product.ts';
import { type Case, threeProducts } from './three-products.ts';

const { plan, of } = workerData as { plan: ProductsPlan; of: Case };
const maker = await make(plan, Arena.over());
parentPort?.postMessage(threeProducts(maker, of));
