import { describe, expect, test, vi } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import type { OpKind } from '../../src/core/trace.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { simd } from '../../src/products/simd.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { type VirtualOptions, virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import { hard, hashOf, local, moved, traceOf, uniform } from './runs.ts';

import { by, four, opsOf } from './virtual-runs.ts';

/** Machines that are unlike; what is learned must not tell them apart. */
const machines: readonly [string, VirtualOptions][] = [
  ['even devices', {}],
  ['one device', { devices: 1 }],
  ['fewer devices than layers', { devices: 2 }],
  ['jitter and latency', { jitter: lognormal(0.8), link: { latency: 50_000, jitter: exponential(1) } }],
  [
    'a slow device that pauses',
    { slow: [{ device: 0, factor: 5 }], pauses: { every: 2e5, lasts: exponential(1e5) } },
  ],
  ['devices that fail', { failures: { every: 1e6, restart: 1e5, checkpoint: 1e5 } }],
  ['blocking after service', { blocking: 'after', jitter: exponential(1) }],
];

describe.each<[string, Pipeline]>([
  ['Forward-Forward with hard labels and a readout', hard],
  ['Forward-Forward with uniform labels', uniform],
  ['Forward-Forward on moved images', moved],
  ['Mono-Forward with dropout', local],
])('%s', (_name, given) => {
  const pipeline = { ...given, products: simd() };

  test('ends with the bits of inline and workers, on whatever devices', async () => {
    const reference = await traceOf(pipeline, inline());
    expect(hashOf(await traceOf(pipeline, workers()))).toBe(hashOf(reference));
    for (const [i, [name, options]] of machines.entries()) {
      for (const capacity of i === 0 ? [1, 2, 8] : [i % 2 === 0 ? 1 : 8]) {
        const trace = await traceOf({ ...pipeline, capacity }, virtual(options));
        expect(hashOf(trace), `${name}, capacity ${capacity}`).toBe(hashOf(reference));
      }
    }
  });

  test('is the same run with the same seed, time included, and another with another', async () => {
    const options = { jitter: lognormal(0.5) };
    const [one, same] = [
      await traceOf(pipeline, virtual(options)),
      await traceOf(pipeline, virtual(options)),
    ];
    expect(opsOf(same)).toEqual(opsOf(one));
    const other = await traceOf({ ...pipeline, seed: 8 }, virtual(options));
    expect(hashOf(other)).not.toBe(hashOf(one));
    expect(opsOf(other)).not.toEqual(opsOf(one));
  });
});

describe.each<[string, SchedulePlan, number]>([
  ['blocking', blocking(), 1],
  ['GPipe', gpipe(), 4],
  ['GPipe, the last flush smaller', gpipe(), 5],
  ['1F1B', oneFOneB(), 4],
  ['1F1B, one flush', oneFOneB(), 12],
  ['ZB-H1', zbH1(), 4],
  ['ZB-H2', zbH2(), 6],
  ['PipeDream', pipedream(), 1],
])('%s', (_name, schedule, flush) => {
  test('ends with the bits of inline and workers', async () => {
    const pipeline = by(schedule, flush);
    const reference = await traceOf(pipeline, inline());
    expect(hashOf(await traceOf(pipeline, workers()))).toBe(hashOf(reference));
    for (const [name, options] of machines) {
      if (options.devices !== undefined || (name !== 'jitter and latency' && flush !== 6)) continue;
      expect(hashOf(await traceOf(pipeline, virtual(options))), name).toBe(hashOf(reference));
    }
    for (const stages of [1, 2]) {
      const fewer = hashOf(await traceOf(pipeline, inline({ stages })));
      expect(hashOf(await traceOf(pipeline, virtual({ devices: stages })))).toBe(fewer);
    }
  });

  test('learns from every microbatch once, in every stage, and its ops do not overlap', async () => {
    const trace = await traceOf(by(schedule, flush), virtual({ jitter: lognormal(0.5) }));
    expect(trace[0]).toMatchObject({ kind: 'start', stages: 3, start: 0 });
    for (const stage of [0, 1, 2]) {
      const own = opsOf(trace).filter((op) => op.stage === stage);
      let free = 0;
      for (const { start, end } of own) {
        expect(start).toBeGreaterThanOrEqual(free);
        free = end;
      }
      const of = (kind: OpKind) => own.filter(({ op }) => op === kind);
      for (const kind of ['F', 'B', 'W'] as const)
        expect(of(kind).map(({ microbatch }) => microbatch)).toEqual(Array.from({ length: 12 }, (_, i) => i));
      expect(of('U')).toHaveLength(Math.ceil(12 / flush));
      expect(own.reduce((sum, { held: bytes }) => Math.max(sum, bytes), 0)).toBeGreaterThan(0);
      expect(of('U').at(-1)?.held).toBe(0);
    }
  });
});

describe('a schedule with several stages a device', () => {
  test.each<[string, SchedulePlan, number]>([
    ['ZB-V', zbV(), 2],
    ['interleaved', interleaved({ chunks: 2 }), 2],
    ['interleaved, every wrap waited for', interleaved({ chunks: 2, wraps: 'all' }), 2],
    ['interleaved on one device', interleaved({ chunks: 4 }), 1],
  ])('%s ends with the bits of GPipe', async (_name, schedule, devices) => {
    const reference = hashOf(await traceOf(by(gpipe(), 4, four), inline()));
    for (const options of [{}, { devices }, { link: { latency: 30_000 }, jitter: lognormal(0.7) }]) {
      const trace = await traceOf(by(schedule, 4, four), virtual(options));
      expect(trace[0]).toMatchObject({ stages: 4 });
      expect(hashOf(trace)).toBe(reference);
    }
  });

  test('has as many devices as the layers fill, and stages that wait together', async () => {
    const trace = await traceOf(by(zbV(), 4, four), virtual());
    const waits = (stage: number) =>
      trace.flatMap((e) =>
        (e.kind === 'starved' || e.kind === 'blocked') && e.stage === stage ? [[e.start, e.end]] : [],
      );
    expect(waits(0)).toEqual(waits(3));
    expect(waits(1)).toEqual(waits(2));
    expect(waits(0)).not.toEqual(waits(1));
  });
});

test('PipeDream keeps p − s versions, its gradients are p − 1 − s updates old', async () => {
  const ops = opsOf(await traceOf(by(pipedream(), 1), virtual()));
  for (const stage of [0, 1, 2]) {
    const of = (kind: OpKind) => ops.filter((event) => event.stage === stage && event.op === kind);
    const expected = Array.from({ length: 12 }, (_, i) => Math.max(0, i - (2 - stage)));
    expect(of('F').map(({ read }) => read)).toEqual(expected);
    expect(of('B').map(({ read }) => read)).toEqual(expected);
    expect(of('U').map(({ read, written }) => [read, written])).toEqual(expected.map((_, i) => [i, i + 1]));
    expect(Math.max(...ops.filter((op) => op.stage === stage).map(({ versions }) => versions))).toBe(
      3 - stage,
    );
  }
});

test('a stage holds p − s activities by 1F1B, p by ZB-H1, all of the flush by GPipe', async () => {
  const worst = async (pipeline: Pipeline) => {
    const ops = opsOf(await traceOf({ ...pipeline, runningEvery: 0 }, virtual()));
    return [0, 1, 2].map((stage) => {
      const bytes = ops.filter((event) => event.stage === stage).map(({ held: at }) => at);
      return Math.max(...bytes) / bytes[0];
    });
  };
  expect(await worst(by(blocking(), 1))).toEqual([1, 1, 1]);
  expect(await worst(by(oneFOneB(), 6))).toEqual([3, 2, 1]);
  expect(await worst(by(zbH1(), 6))).toEqual([3, 3, 3]);
  expect(await worst(by(gpipe(), 6))).toEqual([6, 6, 6]);
});

test('a flush reaches across the end of an epoch as it does inline', async () => {
  for (const schedule of [gpipe(), zbH1()]) {
    const pipeline = by(schedule, 5, { epochs: 3 });
    expect(hashOf(await traceOf(pipeline, virtual()))).toBe(hashOf(await traceOf(pipeline, inline())));
  }
});

test('a run goes on from given weights as it does inline', async () => {
  for (const pipeline of [hard, by(oneFOneB())]) {
    const trace = await traceOf(pipeline, inline());
    const weights = trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));
    const further = { ...pipeline, weights, seed: 11 };
    const reference = hashOf(await traceOf(further, inline()));
    expect(hashOf(await traceOf(further, virtual()))).toBe(reference);
    expect(reference).not.toBe(hashOf(await traceOf({ ...pipeline, seed: 11 }, inline())));
  }
});

test('a longer run takes no more of the arena than a short one', async () => {
  const taken = async (pipeline: Pipeline) => {
    const reserve = vi.spyOn(Arena.prototype, 'reserve');
    await traceOf(pipeline, virtual());
    const calls = reserve.mock.calls.length;
    vi.restoreAllMocks();
    return calls;
  };
  for (const pipeline of [hard, by(pipedream(), 1), by(zbV(), 4, four)]) {
    const short = await taken({ ...pipeline, epochs: 1 });
    expect(short).toBeGreaterThan(10);
    expect(await taken({ ...pipeline, epochs: 5 })).toBe(short);
  }
});
