import { type Matrix, matrix } from '../../src/core/matrix.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { addBias, softmaxCrossEntropy } from '../../src/core/rows.ts';
import type { Parameter } from '../../src/core/trace.ts';
import { blocks, epochOrder } from '../../src/data/microbatches.ts';
import { fastestKernels } from '../../src/kernels/fastest.ts';
import type { DatasetPipeline, Pipeline } from '../../src/pipeline/pipeline.ts';

// Backprop in one loop, from products, kernels and steppers alone: no stage, link, schedule or layer. Which weights a
// microbatch sees is said by a function, so it is the reference of flushes and of weights that are some updates old.

export interface Rule {
  /** microbatches behind one update */
  readonly flush: number;
  /** updates behind the weights with which layer `layer` takes microbatch `i`, forward and back */
  version(i: number, layer: number): number;
  /** the same of its way back, where that is another; left out, it goes back as it went forward */
  back?(i: number, layer: number): number;
  /** microbatches between a layer's and the one whose gradient comes down to it; left out, 0 */
  delay?(layer: number): number;
  /** microbatches after which the run is aborted; left out, never */
  readonly until?: number;
}

export const flushing = (flush: number): Rule => ({ flush, version: (i) => Math.floor(i / flush) });

interface Weights {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** What the pipeline's layers have learned when it is over. */
export async function plainLoop(
  given: Pipeline,
  { flush, version, back = version, delay = () => 0, until }: Rule,
): Promise<Parameter[]> {
  const pipeline = given as DatasetPipeline;
  const { samples, encoding, seed = 1, epochs = 1, microbatch = 100 } = pipeline;
  const arena = Arena.over();
  const kernels = await make(fastestKernels().plan, arena);
  const maker = await make(pipeline.products, arena);
  const optimiser = await make(pipeline.optimiser);
  const widths = [samples.width, ...pipeline.layers.map(({ options }) => options.units)];
  const total = epochs * Math.ceil(samples.count / microbatch);
  const end = until ?? total;
  const steps = Math.ceil(total / flush);
  const top = pipeline.layers.length - 1;
  const layers = pipeline.layers.map((_, l) => {
    const [inputs, units] = [widths[l], widths[l + 1]];
    const draw = random(seed).fork(`layer ${l}`).fork('weights');
    const deviation = Math.sqrt((l === top ? 1 : 2) / inputs);
    const weight = arena.floats(inputs * units).map(() => deviation * draw.normal());
    const place = { arena, kernels };
    return {
      ...{ inputs, units, tile: maker.products(inputs, units), bias: arena.floats(units) },
      history: [{ weight: weight.slice(), bias: new Float32Array(units) }] as Weights[],
      gradient: matrix(inputs, units, arena.floats(inputs * units)),
      biasGradient: arena.floats(units),
      sum: { weight: arena.floats(inputs * units), bias: arena.floats(units) },
      steppers: [optimiser.stepper(inputs * units, place), optimiser.stepper(units, place, 'biases')],
      x: arena.floats(microbatch * inputs),
      h: arena.floats(microbatch * units),
      dx: arena.floats(microbatch * inputs),
    };
  });
  const learned = (): Parameter[] =>
    layers.flatMap(({ inputs, units, history }, l) => [
      { name: `layer${l}.weight`, shape: [inputs, units], data: history[history.length - 1].weight },
      { name: `layer${l}.bias`, shape: [units], data: history[history.length - 1].bias },
    ]);
  const see = (l: number, of: number): void => {
    const { tile, bias, history } = layers[l];
    tile.weights.set(history[of].weight);
    tile.written();
    bias.set(history[of].bias);
  };
  /** what each layer sent down, of each microbatch */
  const sent: Float32Array[][] = layers.map(() => []);
  const squares = arena.floats(microbatch);
  const labels = new Uint16Array(microbatch);
  let i = 0;
  let behind = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
    for (const indices of blocks(order, microbatch)) {
      const rows = indices.length;
      const of = (data: Float32Array, width: number): Matrix =>
        matrix(rows, width, data.subarray(0, rows * width));
      indices.forEach((index, row) => {
        labels[row] = samples.labels[index];
        encoding.encode(samples.images, index, layers[0].x.subarray(row * widths[0], (row + 1) * widths[0]));
      });
      for (const [l, { inputs, units, tile, bias, x, h }] of layers.entries()) {
        see(l, version(i, l));
        tile.read(of(x, inputs), of(h, units));
        if (l === top) {
          addBias(of(h, units), bias);
          softmaxCrossEntropy(of(h, units), labels);
        } else {
          kernels.rectify(h, bias, squares, rows, units);
          layers[l + 1].x.set(h.subarray(0, rows * units));
        }
      }
      for (let l = top; l >= 0; l--) {
        const { inputs, units, tile, h, dx } = layers[l];
        see(l, back(i, l));
        if (l < top) {
          const late = delay(l);
          // rows that another microbatch does not have, and microbatches before the first, send zeros down
          if (late > 0) layers[l + 1].dx.fill(0).set(sent[l + 1][i - late] ?? []);
          kernels.gate(h, layers[l + 1].dx, rows * units);
        }
        if (l === 0) continue;
        tile.readBack(of(h, units), of(dx, inputs));
        sent[l].push(dx.slice(0, rows * inputs));
      }
      behind++;
      for (const { inputs, units, tile, x, h, gradient, biasGradient, sum } of layers) {
        kernels.sumRows(h, biasGradient, rows, units);
        tile.correlate(of(x, inputs), of(h, units), gradient);
        add(sum.weight, gradient.data, behind === 1);
        add(sum.bias, biasGradient, behind === 1);
      }
      if (++i % flush > 0 && i < end) continue;
      const rate = optimiser.rate(layers[0].history.length - 1, steps);
      for (const [l, { tile, bias, steppers, sum, history }] of layers.entries()) {
        see(l, history.length - 1);
        if (behind > 1) for (const one of [sum.weight, sum.bias]) share(one, behind);
        steppers[0].step(tile.weights, sum.weight, rate);
        steppers[1].step(bias, sum.bias, rate);
        history.push({ weight: tile.weights.slice(), bias: bias.slice() });
      }
      behind = 0;
      if (i === end) return learned();
    }
  }
  return learned();
}

function add(sum: Float32Array, gradient: Float32Array, first: boolean): void {
  for (let j = 0; j < sum.length; j++) sum[j] = first ? gradient[j] : sum[j] + gradient[j];
}

/** The mean: the sum times 1/k, in fp32. */
function share(sum: Float32Array, k: number): void {
  const part = Math.fround(1 / k);
  for (let j = 0; j < sum.length; j++) sum[j] *= part;
}
