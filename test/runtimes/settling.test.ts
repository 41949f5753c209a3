import { expect, test } from 'vitest';
import type { OpEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { labelOverlay, pixels } from '../../src/data/encoding.ts';
import { constant } from '../../src/distributions/constant.ts';
import { graphText } from '../../src/graph/draw.ts';
import { recurrent } from '../../src/layers/recurrent.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { limitsOfPipeline } from '../../src/run/limits.ts';
import { planRun } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { pffSingleLayer } from '../../src/schedules/pff-single-layer.ts';
import { hashOf, predictionsOf, test as testSet, traceOf, train, uniform } from './runs.ts';

const { optimiser, ...rest } = uniform;
const span = { learned: [2, 4], scored: [2, 3] } as const;
/** 784-14-12-10, the label above. */
const net: Pipeline = {
  ...{ ...rest, optimiser, encoding: pixels(), negatives: hardLabel() },
  ...{ samples: firstOf(train, 110), test: firstOf(testSet, 20) },
  layers: [14, 12, 10].map((units) => recurrent({ units, ...span })),
};

test('their stages are joined both ways, by edges on which the pass from the bottom up leaves one message', async () => {
  const { graph } = await planRun(net, workers());
  expect(
    graph.edges.map(({ from, to, carries, delay, capacity }) => [from, to, carries, delay, capacity]),
  ).toEqual([
    ['source', 0, 'activity', 0, 2],
    [0, 1, 'activity', 1, 2],
    [1, 2, 'activity', 1, 2],
    [2, 'sink', 'activity', 0, 2],
    [1, 0, 'top-down', 1, 2],
    [2, 1, 'top-down', 1, 2],
  ]);
  expect(graphText(graph)).toContain('  ↓ activity, capacity 2, delay 1\n  ↑ top-down, capacity 2, delay 1');
});

test('a microbatch takes the pass through all stages and then all iterations, in which stages work side by side', async () => {
  const { test: _, ...learning } = { ...net, runningEvery: 0 };
  const costs = { F: constant(2_000), W: constant(5_000), U: constant(1_000) };
  // 3 stages: the pass takes 3 F, 4 iterations take 4; then W and U; another pass may begin as stage 0 is free
  const { limits } = await limitsOfPipeline(learning, virtual(), {
    times: Array.from({ length: 3 }, () => ({ F: 2_000, B: 0, W: 5_000, U: 1_000 })),
  });
  expect(limits).toMatchObject({ periodSeconds: 20e-6 });
  for (const runtime of [virtual({ costs }), virtual({ costs, learning: false })]) {
    const trace = await traceOf(learning, runtime);
    const updates = trace.filter((event) => event.kind === 'op' && event.op === 'U' && event.stage === 2);
    const ends = updates.map((event) => (event as OpEvent).end);
    expect(ends).toHaveLength(6);
    expect(ends[0]).toBe(20_000);
    for (let k = 1; k < ends.length; k++) expect(ends[k] - ends[k - 1]).toBe(20_000);
    const forwards = trace.filter(
      (event) => event.kind === 'op' && event.op === 'F' && event.microbatch === 3,
    );
    expect(forwards).toHaveLength(3 * 5);
  }
});

test('what can not keep both neighbours in step is refused', async () => {
  const failing = (change: Partial<Pipeline>, options = {}) =>
    planRun({ ...net, ...change }, workers(), options);
  await expect(failing({}, { supervision: {} })).rejects.toThrow(
    'supervision of layers that settle, as recurrent must be left out: iterations are not made again; got true',
  );
  await expect(failing({ schedule: pffSingleLayer() })).rejects.toThrow(/^schedule/);
  const [first, second] = net.layers;
  const longer = recurrent({ units: 10, learned: [2, 5], scored: [2, 3] });
  await expect(failing({ layers: [first, second, longer] })).rejects.toThrow(
    "layers must be all settling in as many iterations, or none; got '4 and 3 iterations, 4 and 3 iterations, 5 and 3 iterations'",
  );
  const { negatives: __, ...without } = net;
  await expect(planRun(without, workers())).rejects.toThrow(
    'negatives must be given for layers that reject, as recurrent',
  );
  await expect(failing({ encoding: labelOverlay() })).rejects.toThrow(/^encoding must be pixels\(\)/);
});

test('a run goes on from a checkpoint to the same bits', async () => {
  const events = await traceOf(net, inline(), { checkpointEvery: 5 });
  const from = events.find((event) => event.kind === 'checkpoint');
  expect(from?.microbatch).toBe(5);
  for (const runtime of [inline({ stages: 1 }), virtual()])
    expect(hashOf(await traceOf(net, runtime, { from }))).toBe(hashOf(events));
});

test('layers that settle learn and predict to equal bits, however they are run', async () => {
  const whole = await traceOf(net, inline());
  for (const [runtime, capacity] of [
    [inline({ stages: 1 }), 2],
    [workers(), 1],
    [workers(), 8],
    [workers({ count: 2 }), 2],
    [virtual(), 2],
    [virtual({ devices: 2 }), 2],
  ] as const) {
    const trace = await traceOf({ ...net, capacity }, runtime);
    expect(hashOf(trace)).toBe(hashOf(whole));
    expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
  }
});

test('wrong labels that the source draws from what the settled net scores come up to the layer under the label', async () => {
  const lagged = { ...net, negatives: laggedLabel({ lag: 2 }), runningEvery: 0 };
  const whole = hashOf(await traceOf(lagged, inline()));
  expect(hashOf(await traceOf(lagged, workers({ count: 2 })))).toBe(whole);
  expect(hashOf(await traceOf({ ...lagged, negatives: laggedLabel({ lag: 1 }) }, inline()))).not.toBe(whole);
});
