import { parentPort, workerData } from 'node:worker_threads';
import { Arena } from '../../src/core/arena.ts';
import { make, type Plan } from '../../src/core/plan.ts';
import type { TileMaker } from '../../src/tiles/tile.ts';
import { type Case, threeProducts } from './tile-products.ts';

const { plan, of } = workerData as { plan: Plan<TileMaker>; of: Case };
const maker = await make(plan, Arena.over());
parentPort?.postMessage(threeProducts(maker, of));
