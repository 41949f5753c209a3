import { must } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { type Dataset, dataset } from '../data/dataset.ts';
import { blocks, microbatchIn } from '../data/microbatch.ts';
import { shapesOf } from '../graph/shapes.ts';
import { fastestKernels } from '../kernels/fastest.ts';
import type { DatasetPipeline, Pipeline } from '../pipeline/pipeline.ts';
import { labelNegativesOf, resolve } from '../pipeline/resolve.ts';
import { makeChain } from '../work/make-chain.ts';

export interface ActivitiesOptions {
  /** of which layers, from 0; left out, of all that send an activity */
  readonly layers?: readonly number[] | undefined;
  /** one data set of all of them, side by side in a row; left out, one a layer */
  readonly together?: boolean | undefined;
}

/**
 * What each layer sends for samples, by the weights that `pipeline.weights` gives: one pass, nothing is learned. Layers that
 * compare labels see the neutral one, so no label can leak into what they send.
 *
 * A data set that comes out can be learned from like any other, with `pixels()`: a linear probe of a layer is
 * `[crossEntropyHead()]` on it.
 *
 * @param pipeline  its layers, encoding and products; what it would learn from is not looked at
 * @param samples   as wide as the pipeline's [count × width]
 * @returns  a data set for each layer in their order, with the labels of `samples` [count × units]; `together`, a single one
 *           [count × units of all]
 * @throws {RangeError} when a layer asked for sends no activity, or samples have another width
 * @see Alain and Bengio 2016, arXiv 1610.01644, for linear probes
 */
export async function activities(
  pipeline: Pipeline,
  samples: Dataset,
  { layers, together = false }: ActivitiesOptions = {},
): Promise<readonly Dataset[]> {
  const resolved = resolve(pipeline, pipeline.kernels ?? fastestKernels().plan);
  const { shapes } = await shapesOf(resolved);
  const senders = resolved.layers.flatMap((_, index) => (shapes[index + 1].width > 0 ? [index] : []));
  const wanted = layers ?? senders;
  for (const index of wanted) must(senders.includes(index), 'layer', `one of ${senders.join(', ')}`, index);
  const { width, count, classes, labels, name } = samples;
  must(width === shapes[0].width, 'width of the samples', `${shapes[0].width}`, width);
  const arena = Arena.over();
  const kernels = await make(resolved.kernels, arena);
  const products = await make(resolved.products, arena);
  const workshop = { arena, kernels, tiles: await make(resolved.tile, { arena, kernels, products }) };
  const negatives = labelNegativesOf(resolved);
  const { optimiser, seed, microbatchTime, weights } = resolved;
  const start = { from: 0, begun: { learned: 0, predicted: 0 }, state: undefined, steps: 1 };
  const shared = { negatives, optimiser, seed, microbatchTime, weights, ...start };
  const top = Math.max(...wanted);
  const units = wanted.map((index) => shapes[index + 1].width);
  const found = together ? [matrix(count, sum(units))] : units.map((one) => matrix(count, one));
  const places = new Map(
    wanted.map((index, k) => {
      const left = together ? sum(units.slice(0, k)) : 0;
      return [index, { into: found[together ? 0 : k], left }] as const;
    }),
  );
  const between = shapes.slice(0, top + 2).map((shape) => microbatchIn(arena, shape));
  const chains = [];
  try {
    for (const [index, plan] of resolved.layers.slice(0, top + 1).entries()) {
      const own = { index, plan, input: shapes[index], output: shapes[index + 1], above: undefined };
      chains.push(await makeChain({ ...shared, layers: [own], last: false, heardBelow: false }, workshop));
    }
    const [input] = between;
    for (let first = 0; first < count; first += shapes[0].rows) {
      const rows = Math.min(shapes[0].rows, count - first);
      Object.assign(input, { purpose: 'onePass', reason: 'test', rows });
      for (let r = 0; r < rows; r++) {
        const into = input.activity.subarray(r * width, (r + 1) * width);
        input.amplitude[r] = resolved.encoding.encode(samples.images, first + r, into);
        input.labels[r] = labels[first + r];
      }
      for (const [index, chain] of chains.entries()) {
        chain.predict(between[index], between[index + 1]);
        const place = places.get(index);
        if (place) copyRows(blocks(between[index + 1], 0, 1), place.into, first, place.left);
      }
    }
  } finally {
    for (const chain of chains) chain.dispose();
  }
  return found.map(({ columns: width, data }, k) =>
    dataset({
      name: `${name} behind layer ${together ? wanted.join(' and ') : wanted[k]}`,
      ...{ width, classes, labels, images: data },
    }),
  );
}

/**
 * A pipeline that learns from what layers send instead of from samples: a linear probe, where it is `[crossEntropyHead()]`.
 *
 * @param frozen    has learned already, as its `weights` say, and learns no more
 * @param layers    whose activities are read, side by side
 * @param pipeline  learns from activities for its own samples, and is tested on activities for its own test samples
 * @throws {RangeError} as `activities` does
 */
export async function onTopOf(
  frozen: Pipeline,
  layers: readonly number[],
  pipeline: DatasetPipeline,
): Promise<DatasetPipeline> {
  const sent = async (of: Dataset) => (await activities(frozen, of, { layers, together: true }))[0];
  const samples = await sent(pipeline.samples);
  return { ...pipeline, samples, ...(pipeline.test && { test: await sent(pipeline.test) }) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Writes rows of activity from row `first` and column `left` on. */
function copyRows({ rows, columns, data }: Matrix, into: Matrix, first: number, left: number): void {
  for (let r = 0; r < rows; r++)
    into.data.set(data.subarray(r * columns, (r + 1) * columns), (first + r) * into.columns + left);
}
