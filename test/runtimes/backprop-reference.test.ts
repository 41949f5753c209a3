import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make, moduleOf } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { type Microbatch, microbatchIn, type Shape } from '../../src/data/microbatch.ts';
import { blocks, epochOrder } from '../../src/data/microbatches.ts';
import { fastestKernels } from '../../src/kernels/fastest.ts';
import type { Layer, LayerContext, LayerModule } from '../../src/layers/layer.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { digital } from '../../src/tiles/digital.ts';
import { blockingBackprop, hashOf, traceOf } from './runs.ts';

test('blocking backprop on workers equals a plain loop over its layers, bit for bit', async () => {
  const { samples, encoding, layers: plans, products, optimiser, seed = 1 } = blockingBackprop;
  const rows = blockingBackprop.microbatch ?? 100;
  const shapes: Shape[] = [
    { rows, goodnessRows: 4, width: 784, streams: 1, candidates: 1, features: 0, classes: 10 },
  ];
  const layers: Layer[] = [];
  const arena = Arena.over();
  const kernels = await make(fastestKernels().plan, arena);
  for (const [index, plan] of plans.entries()) {
    const { emits } = (await moduleOf(plan)) as unknown as LayerModule;
    shapes.push(emits(plan.options, shapes[index]));
    const context: LayerContext = {
      index,
      input: shapes[index],
      output: shapes[index + 1],
      clock: () => 0,
      arena,
      kernels,
      tiles: await make(digital(), { arena, kernels, products: await make(products, arena) }),
      negatives: undefined,
      optimiser: await make(optimiser),
      random: random(seed).fork(`layer ${index}`),
      horizon: Math.ceil(samples.count / rows),
    };
    layers.push(await make(plan, context));
  }
  const activity = shapes.map((shape) => microbatchIn(arena, shape));
  const gradients = shapes.map((shape) => microbatchIn(arena, shape));
  const memories = layers.map((layer) => layer.memory());
  const order = epochOrder(samples.count, random(seed).fork('epoch 0').fork('order'));
  for (const indices of blocks(order, rows)) {
    for (const m of [...activity, ...gradients]) Object.assign(m, { purpose: 'learn', rows: indices.length });
    indices.forEach((index, row) => {
      activity[0].labels[row] = samples.labels[index];
      encoding.encode(samples.images, index, activity[0].activity.subarray(row * 784, (row + 1) * 784));
    });
    const top = layers.length - 1;
    const to = (i: number): Microbatch | undefined => (i < top ? activity[i + 1] : undefined);
    for (const [i, layer] of layers.entries()) layer.forward(activity[i], to(i), memories[i]);
    for (let i = top; i >= 0; i--) {
      layers[i].backward?.(
        i < top ? gradients[i + 1] : undefined,
        i > 0 ? gradients[i] : undefined,
        memories[i],
      );
    }
    for (const [i, layer] of layers.entries()) layer.gradient(activity[i], memories[i]);
    for (const layer of layers) layer.update();
  }
  const reference = weightsHash(layers.flatMap((layer) => layer.parameters()));
  expect(hashOf(await traceOf({ ...blockingBackprop, runningEvery: 0 }, workers()))).toBe(reference);
});
