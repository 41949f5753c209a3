import type { ProductsPlan } from '../src/extend.ts';
import { type Dataset, firstOf, inline } from '../src/index.ts';
import { type Spread, show, spread } from './figures.ts';
import { ff, measured } from './networks.ts';
import { productClock, timed } from './timed-products.ts';

/** Of each stage the share of its working time that is not spent in matrix products: loops, draws, optimiser, trace. */
export async function elementwiseOf({
  all,
  products,
  units = [500, 500],
  microbatch = 100,
  rounds,
}: {
  all: Dataset;
  products: ProductsPlan;
  units?: readonly number[];
  microbatch?: number;
  rounds: number;
}): Promise<{ readonly network: string; readonly stages: readonly Spread[] }> {
  const shares: number[][] = units.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const clock = productClock();
    const ground = { samples: firstOf(all, 40_000), products: timed(products, clock), microbatch };
    const { stages, seconds } = await measured(ff(ground, units), inline());
    for (const [i, { busy }] of stages.entries()) {
      shares[i].push(1 - Number(clock.times[i + 1]) / (busy * seconds * 1e9));
    }
  }
  return { network: ['784', ...units].join('-'), stages: shares.map(spread) };
}

export function elementwiseText({ network, stages }: Awaited<ReturnType<typeof elementwiseOf>>): string {
  const list = stages.map((share, i) => `stage ${i}: ${show(share, 3)}`).join(', ');
  return `\n${network}: share of a stage's working time outside matrix products\n  ${list}\n`;
}
