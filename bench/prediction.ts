import { Arena } from '../src/core/memory/arena.ts';
import { microbatchIn } from '../src/data/microbatch.ts';
import { make, matrix, moduleOf, type ProductsPlan, random, wallNanoseconds } from '../src/extend.ts';
import { adam, digital, forwardForward, labelOverlay, mnist, wrongLabel } from '../src/index.ts';
import { fastestKernels } from '../src/kernels/fastest.ts';
import type { LayerContext, LayerModule } from '../src/layers/layer.ts';
import { type Spread, show, spread } from './figures.ts';

const [inputs, units, rows, classes] = [784, 500, 20, 10];

/** How many times faster the first layer tries ten labels than ten full passes would. */
export async function tenLabels(products: ProductsPlan, rounds: number): Promise<Spread> {
  const arena = Arena.over();
  const kernels = await make(fastestKernels().plan, arena);
  const maker = await make(products, arena);
  const tiles = await make(digital(), { arena, kernels, products: maker });
  const input = {
    ...{ rows: 100, goodnessRows: rows, width: inputs, streams: 1, candidates: 1, features: 0, classes },
  };
  const plan = forwardForward({ units });
  const output = ((await moduleOf(plan)) as unknown as LayerModule).emits(plan.options, input);
  const context: LayerContext = {
    ...{ index: 0, input, output, arena, kernels, tiles, horizon: 1, clock: () => 0, random: random(1) },
    negatives: await make(wrongLabel()),
    optimiser: await make(adam()),
  };
  const layer = await make(plan, context);
  const [from, to] = [microbatchIn(arena, input), microbatchIn(arena, output)];
  Object.assign(from, { sequence: 0, purpose: 'goodness', rows });
  const { images } = await mnist('test');
  for (let r = 0; r < rows; r++) {
    const row = from.activity.subarray(r * inputs, (r + 1) * inputs);
    from.amplitude[r] = labelOverlay().encode(images, r, row);
  }
  const one = maker.products(inputs, units);
  const [squares, bias] = [arena.floats(rows), arena.floats(units)];
  const x = matrix(rows, inputs, from.activity.subarray(0, rows * inputs));
  const h = matrix(rows, units, arena.floats(rows * units));
  const tenPasses = (): void => {
    for (let c = 0; c < classes; c++) {
      one.read(x, h);
      kernels.rectify(h.data, bias, squares, rows, units);
      kernels.normalise(h.data, squares, h.data, rows, units);
    }
  };
  const gains: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const slow = timeOf(tenPasses);
    gains.push(slow / timeOf(() => layer.predict(from, to)));
  }
  return spread(gains);
}

/** ns of one call, the quickest of many */
function timeOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200; i++) {
    const start = wallNanoseconds();
    work();
    best = Math.min(best, wallNanoseconds() - start);
  }
  return best;
}

export function predictionText(gain: Spread): string {
  return `\nten labels in the first layer: ${show(gain, 1)} × as fast as ten full passes\n`;
}
