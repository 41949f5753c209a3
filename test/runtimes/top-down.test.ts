import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { pixels } from '../../src/data/encoding.ts';
import { constant } from '../../src/distributions/constant.ts';
import { bottleneckOf } from '../../src/graph/limits/bottleneck.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { planRun, run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { echo } from './echo-layer.ts';
import { traceOf, uniform } from './runs.ts';

const { negatives: _, test: __, ...rest } = uniform;
/** Two layers; the first hears what the second made of the microbatch before. */
const toy = {
  ...rest,
  encoding: pixels(),
  layers: [echo(12, true), echo(8, false)],
  runningEvery: 0,
  epochs: 2,
};

const hashOf = (trace: readonly TraceEvent[]): string =>
  weightsHash(
    trace.flatMap((event) =>
      event.kind === 'weights'
        ? event.parameters.map((one) => ({ ...one, name: `layer${event.layer}.${one.name}` }))
        : [],
    ),
  );

test('a top-down edge of delay 1 is an edge like others', async () => {
  const { graph } = await planRun(toy, workers({ count: 2 }));
  expect(graph.edges.map(({ from, to, carries, delay }) => ({ from, to, carries, delay }))).toEqual([
    { from: 'source', to: 0, carries: 'activity', delay: 0 },
    { from: 0, to: 1, carries: 'activity', delay: 0 },
    { from: 1, to: 'sink', carries: 'activity', delay: 0 },
    { from: 1, to: 0, carries: 'top-down', delay: 1 },
  ]);
});

test('what the layer above sent is heard one microbatch later: equal bits on every runtime, at any capacity', async () => {
  const whole = hashOf(await traceOf(toy, inline()));
  for (const capacity of [1, 2, 8]) {
    expect(hashOf(await traceOf({ ...toy, capacity }, workers({ count: 2 })))).toBe(whole);
    expect(hashOf(await traceOf({ ...toy, capacity }, inline({ stages: 1 })))).toBe(whole);
    expect(hashOf(await traceOf({ ...toy, capacity }, virtual()))).toBe(whole);
  }
  const deaf = { ...toy, layers: [echo(12, false), echo(8, false)] };
  expect(hashOf(await traceOf(deaf, inline()))).not.toBe(whole);
});

test('a run with a top-down edge goes on from a checkpoint, the microbatch on the edge included', async () => {
  const whole = hashOf(await traceOf(toy, inline()));
  for (const stages of [1, 2]) {
    const events = await lastValueFrom(run(toy, inline({ stages }), { checkpointEvery: 5 }).pipe(toArray()));
    const checkpoints = events.filter((event) => event.kind === 'checkpoint');
    expect(checkpoints.length).toBeGreaterThan(3);
    const from = checkpoints[1];
    const resumed = run(toy, inline({ stages: 3 - stages }), { from });
    expect(hashOf(await lastValueFrom(resumed.pipe(toArray())))).toBe(whole);
  }
});

test('its simulated period is the maximum cycle ratio', async () => {
  const costs = [
    { F: constant(7000), W: constant(1000) },
    { F: constant(5000), W: constant(4000) },
  ];
  for (const latency of [0, 3000]) {
    const runtime = virtual({ costs, link: { latency } });
    const ends = (await traceOf({ ...toy, epochs: 4 }, runtime))
      .filter((event): event is OpEvent => event.kind === 'op' && event.op === 'U' && event.stage === 1)
      .map(({ end }) => end);
    const { graph, schedule, microbatches } = await planRun(toy, runtime);
    const times = [
      { F: 7000, B: 0, W: 1000, U: 0 },
      { F: 5000, B: 0, W: 4000, U: 0 },
    ];
    const limits = bottleneckOf({ graph, schedule, microbatches, times, latency, blocking: 'before' });
    if ('reason' in limits) throw new Error(limits.reason);
    // F of both stages, down the edge and up again: 7 + 5 µs and two latencies
    expect(limits.periodSeconds).toBeCloseTo((12_000 + 2 * latency) / 1e9, 12);
    expect(limits.bottleneck.cycle.join()).toContain('delay 1 of edge top-down 1→0');
    expect((ends[40] - ends[20]) / 20 / 1e9).toBeCloseTo(limits.periodSeconds, 12);
  }
});
