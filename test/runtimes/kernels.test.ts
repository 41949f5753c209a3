import { expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { simdKernels } from '../../src/kernels/simd.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blockingBackprop, hard, hashOf, traceOf, train, uniform } from './runs.ts';

const pipelines: readonly [string, Pipeline][] = [
  ['Forward-Forward with hard labels and a readout', hard],
  ['Forward-Forward with uniform labels', { ...uniform, optimiser: adam({ learningRate: 2e-3 }) }],
  ['blocking backprop', { ...blockingBackprop, optimiser: adam({ learningRate: 5e-3 }) }],
];

/** mean loss of each layer that has one, over the last epoch */
function lossesOf(trace: readonly TraceEvent[]): number[] {
  const sums = new Map<number, number[]>();
  for (const event of trace) {
    if (event.kind !== 'op' || event.loss === undefined) continue;
    sums.set(event.stage, [...(sums.get(event.stage) ?? []), event.loss]);
  }
  return [...sums.keys()].sort().map((stage) => {
    const all = sums.get(stage) ?? [];
    const last = all.slice(-all.length / 3);
    return last.reduce((sum, loss) => sum + loss, 0) / last.length;
  });
}

function accuracyOf(trace: readonly TraceEvent[]): number {
  const tested = trace.flatMap((event) =>
    event.kind === 'prediction' && event.of === 'test' ? [event] : [],
  );
  const total = (of: (event: (typeof tested)[number]) => number) =>
    tested.reduce((sum, event) => sum + of(event), 0);
  return total(({ correct }) => correct) / total(({ rows }) => rows);
}

test.each(pipelines)('%s learns alike with plain kernels and with SIMD', async (_name, pipeline) => {
  const longer = { ...pipeline, samples: train, epochs: 3 };
  const [plain, simd] = [
    await traceOf({ ...longer, kernels: plainKernels() }, inline()),
    await traceOf({ ...longer, kernels: simdKernels() }, workers()),
  ];
  expect(plain[0]).toMatchObject({ kind: 'start', kernels: 'plain TypeScript' });
  expect(simd[0]).toMatchObject({ kind: 'start', kernels: 'WebAssembly SIMD' });
  const [expected, losses] = [lossesOf(plain), lossesOf(simd)];
  expect(losses.length).toBe(expected.length);
  for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(0.03);
  expect(Math.abs(accuracyOf(simd) - accuracyOf(plain))).toBeLessThanOrEqual(0.06);
  expect(accuracyOf(plain)).toBeGreaterThan(0.5);
  expect(hashOf(simd)).not.toBe(hashOf(plain));
});

test('a pipeline that names no kernels runs on the fastest, to the same bits as when it names them', async () => {
  const [left, named] = [
    await traceOf(uniform, inline()),
    await traceOf({ ...uniform, kernels: simdKernels() }, inline()),
  ];
  expect(left[0]).toMatchObject({ kernels: 'WebAssembly SIMD' });
  expect(hashOf(left)).toBe(hashOf(named));
});

test('the weights that a run reports are copies, which do not keep its memory', async () => {
  const trace = await traceOf(uniform, inline());
  const parameters = trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));
  expect(parameters).toHaveLength(4);
  for (const { data } of parameters) expect(data.buffer.byteLength).toBe(data.byteLength);
});
