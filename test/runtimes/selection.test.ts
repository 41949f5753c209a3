import { expect, test } from 'vitest';
import type { OpEvent } from '../../src/core/trace.ts';
import { constant } from '../../src/distributions/constant.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { selectivity } from '../../src/measures/selectivity.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { partime } from '../../src/schedules/partime.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { above } from '../../src/selections/above.ts';
import { sampled } from '../../src/selections/sampled.ts';
import { blockingBackprop, hashOf, local, traceOf, uniform } from './runs.ts';

const select = above(0.45);
const drawn = sampled(1);
const hidden = [backprop({ units: 24 }), backprop({ units: 16 })];
const pipelines: readonly [string, Pipeline, Pipeline][] = [
  [
    'Forward-Forward',
    {
      ...uniform,
      layers: [forwardForward({ units: 24, select }), forwardForward({ units: 16, select: drawn })],
    },
    uniform,
  ],
  [
    'Mono-Forward',
    {
      ...local,
      layers: [
        monoForward({ units: 24, select, dropout: 0.2 }),
        monoForward({ units: 16, select: drawn, dropout: 0.2 }),
      ],
    },
    local,
  ],
  [
    'blocking backprop',
    { ...blockingBackprop, layers: [...hidden, crossEntropyHead({ select: above(0.8) })] },
    blockingBackprop,
  ],
  [
    'backprop under 1F1B',
    {
      ...blockingBackprop,
      layers: [...hidden, crossEntropyHead({ select: drawn })],
      schedule: oneFOneB(),
      flush: 4,
    },
    blockingBackprop,
  ],
  [
    'backprop under zero-bubble',
    {
      ...blockingBackprop,
      layers: [...hidden, crossEntropyHead({ select: above(0.8) })],
      schedule: zbH1(),
      flush: 4,
    },
    blockingBackprop,
  ],
];

test.each(pipelines)(
  '%s that selects ends with the same bits, however it is run',
  { timeout: 60_000 },
  async (_name, pipeline, without) => {
    const reference = await traceOf(pipeline, inline());
    for (const capacity of [1, 2, 8]) {
      const at = { ...pipeline, capacity };
      expect(hashOf(await traceOf(at, workers())), `workers, capacity ${capacity}`).toBe(hashOf(reference));
      expect(hashOf(await traceOf(at, virtual())), `virtual, capacity ${capacity}`).toBe(hashOf(reference));
    }
    expect(hashOf(await traceOf(without, inline()))).not.toBe(hashOf(reference));
  },
);

test.each(pipelines)(
  '%s that selects tells what it kept, and makes fewer products for it',
  { timeout: 60_000 },
  async (_name, pipeline) => {
    const trace = await traceOf({ ...pipeline, runningEvery: 0 }, inline());
    const ops = trace.filter((event): event is OpEvent => event.kind === 'op' && event.op === 'W');
    const measure = selectivity();
    let [kept, rows] = [0, 0];
    for (const op of ops) {
      measure.add(op);
      rows += op.rows * (op.layers?.length ?? 0);
      for (const layer of op.layers ?? []) kept += layer.kept ?? 0;
      const own = op.layers?.[0]?.kept;
      if (own === 0) expect(op.macs).toBe(0);
      else expect(op.macs).toBeGreaterThan(0);
    }
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(rows);
    const { layers } = measure.value();
    expect(layers.length).toBe(pipeline.layers.length);
    for (const { layer, kept: share, parts } of layers) {
      const own = ops.flatMap((op) => {
        const said = op.layers?.find((one) => one.layer === layer)?.kept;
        return op.stage === layer ? [[said ?? op.rows, op.rows]] : [];
      });
      const sums = own.reduce(([a, b], [c, d]) => [a + c, b + d]);
      expect(share).toBeCloseTo(sums[0] / sums[1], 12);
      expect(parts.length).toBe(12);
    }
  },
);

test.each(pipelines)(
  '%s that selects takes so much of the time of B and W in virtual time as it keeps',
  { timeout: 60_000 },
  async (_name, pipeline) => {
    const costs = { F: constant(1e6), B: constant(3e6), W: constant(2e6) };
    const machine = virtual({ devices: pipeline.layers.length, costs });
    const trace = await traceOf({ ...pipeline, runningEvery: 0 }, machine);
    const ops = trace.filter((event): event is OpEvent => event.kind === 'op' && event.op !== 'U');
    const seen = new Set<string>();
    for (const { op, start, end, rows, layers = [] } of ops) {
      const kept = op === 'F' ? rows : (layers[0]?.kept ?? rows);
      const whole = { F: 1e6, B: 3e6, W: 2e6, U: 0 }[op];
      expect(Math.abs(end - start - (whole * kept) / rows)).toBeLessThanOrEqual(1);
      if (kept < rows) seen.add(op);
    }
    expect([...seen].sort()).toEqual(pipeline.layers[0].learns === 'locally' ? ['W'] : ['B', 'W']);
  },
);

test('a head that leaves samples out needs layers and a schedule that can go back without them', async () => {
  const head = crossEntropyHead({ select: above(0.5) });
  const { takesChosen: _, ...stubborn } = hidden[0];
  await expect(traceOf({ ...blockingBackprop, layers: [stubborn, head] }, inline())).rejects.toThrow(
    "layers below a head that leaves samples out must be able to go back for some samples alone (takesChosen); got 'backprop'",
  );
  const late = { ...blockingBackprop, layers: [...hidden, head], schedule: partime() };
  await expect(traceOf(late, inline())).rejects.toThrow(
    'schedule must be one whose gradients meet their own microbatch, where a head leaves samples out; got',
  );
});
