import { setImmediate } from 'node:timers/promises';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { OpEvent, OpKind, PredictionEvent, TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { type Encoding, pixels } from '../../src/data/encoding.ts';
import { constant } from '../../src/distributions/constant.ts';
import { exponential } from '../../src/distributions/exponential.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { latency } from '../../src/measures/latency.ts';
import { measure } from '../../src/measures/measure.ts';
import { throughput } from '../../src/measures/throughput.ts';
import { utilisation } from '../../src/measures/utilisation.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { StageError } from '../../src/pipeline/stage-error.ts';
import { weightsHash } from '../../src/report/safetensors.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { run } from '../../src/runtimes/run.ts';
import { type VirtualOptions, virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { chimera } from '../../src/schedules/chimera.ts';
import { dualpipe } from '../../src/schedules/dualpipe.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pffSingleLayer } from '../../src/schedules/pff-single-layer.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { pipedream2bw } from '../../src/schedules/pipedream-2bw.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import { troubled } from './members.ts';
import { plainLoop } from './plain-loop.ts';
import {
  blockingBackprop,
  failureOf,
  hard,
  hashOf,
  test as held,
  laggedGoodness,
  local,
  moved,
  predictionsOf,
  traceOf,
  train,
  uniform,
} from './runs.ts';

const opsOf = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op');
const scored = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is PredictionEvent => event.kind === 'prediction');

/** twelve microbatches of 20 rows in three stages */
const by = (schedule: SchedulePlan, flush = 4, change: Partial<Pipeline> = {}): Pipeline => ({
  ...blockingBackprop,
  samples: firstOf(train, 240),
  schedule,
  flush,
  ...change,
});

/** four layers, for schedules that give each device two stages */
const four = {
  layers: [backprop({ units: 24 }), backprop({ units: 20 }), backprop({ units: 16 }), crossEntropyHead()],
};

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
])('%s', (_name, pipeline) => {
  test('ends with the bits of inline and workers, on whatever devices', async () => {
    const reference = await traceOf(pipeline, inline());
    expect(hashOf(await traceOf(pipeline, workers()))).toBe(hashOf(reference));
    for (const [name, options] of machines) {
      for (const capacity of [1, 2, 8]) {
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
      if (options.devices !== undefined) continue;
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
      expect(own.filter(({ op }) => op === 'W').at(-1)?.held).toBe(0);
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

describe('PipeDream-2BW', () => {
  test.each([
    [1, 4],
    [2, 4],
    [3, 3],
    [3, 5],
  ])(
    'in %d stages with windows of %d ends with the bits of a plain loop over two versions',
    async (p, window) => {
      const pipeline = by(pipedream2bw(), window, { epochs: 2 });
      for (const options of [{}, { jitter: lognormal(0.9), link: { latency: 40_000 } }]) {
        const trace = await traceOf(pipeline, virtual({ devices: p, ...options }));
        const stages: number[] = [];
        for (const event of trace) if (event.kind === 'weights') stages[event.layer] = event.stage;
        // stage s has begun p − 1 − s microbatches before it comes to the update behind the last window
        const version = (i: number, layer: number) =>
          Math.max(0, Math.floor((i - (p - 1 - stages[layer])) / window));
        expect(hashOf(trace)).toBe(weightsHash(await plainLoop(pipeline, { flush: window, version })));
        expect(Math.max(...opsOf(trace).map(({ versions }) => versions))).toBe(p === 1 ? 1 : 2);
      }
    },
  );
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

test('the products and the losses of each op are those of inline', async () => {
  for (const pipeline of [hard, local, by(oneFOneB(), 6)]) {
    const of = (trace: readonly TraceEvent[]) =>
      opsOf(trace)
        .filter(({ purpose }) => purpose === 'learn')
        .map(({ op, stage, rows, macs, loss }) => ({ op, stage, rows, macs, loss }))
        .sort((a, b) => a.stage - b.stage || a.op.localeCompare(b.op));
    const quiet = { ...pipeline, runningEvery: 0 };
    expect(of(await traceOf(quiet, virtual()))).toEqual(of(await traceOf(quiet, inline())));
  }
});

describe('time', () => {
  const costs = { F: constant(1000), B: constant(2000), W: constant(500), U: constant(70) };

  test('of each op is what it is said to cost', async () => {
    for (const pipeline of [uniform, by(oneFOneB())]) {
      const lasts = new Map<string, Set<number>>();
      for (const { op, start, end } of opsOf(await traceOf(pipeline, virtual({ costs }))))
        lasts.set(op, (lasts.get(op) ?? new Set()).add(end - start));
      for (const op of pipeline === uniform ? (['F', 'W', 'U'] as const) : (['F', 'B', 'W', 'U'] as const))
        expect([...(lasts.get(op) ?? [])]).toEqual([costs[op].mean]);
    }
  });

  test('of each op is what its multiply-accumulates take, where nothing is said', async () => {
    const lasts = async (pipeline: Pipeline, options: VirtualOptions) => {
      const ops = opsOf(await traceOf(pipeline, virtual(options)));
      return pipeline.layers.map((_, stage) =>
        (['F', 'B', 'W'] as const).map((kind) => {
          const one = ops.find((event) => event.stage === stage && event.op === kind);
          return one && one.end - one.start;
        }),
      );
    };
    // 20 rows; 784·24 for both rows of an image, at 1e9 a second
    const [first, second] = await lasts(uniform, { macsPerSecond: 1e9 });
    expect(first).toEqual([20 * 784 * 24, undefined, 20 * 784 * 24]);
    expect(second).toEqual([20 * 2 * 24 * 16, undefined, 20 * 2 * 24 * 16]);
    const layers = await lasts(by(oneFOneB()), { macsPerSecond: 1e9 });
    expect(layers).toEqual([
      // nobody is below the first layer to be sent a gradient
      [20 * 784 * 24, 0, 20 * 784 * 24],
      [20 * 24 * 16, 20 * 24 * 16, 20 * 24 * 16],
      [20 * 16 * 10, 20 * 16 * 10, 20 * 16 * 10],
    ]);
    const faster = await lasts(uniform, { macsPerSecond: 2e9 });
    expect(faster[0][0]).toBe(10 * 784 * 24);
  });

  test('of a run is that of its schedule: (m+p−1)(f+b+w+…) and every latency', async () => {
    const seconds = async (pipeline: Pipeline, options: VirtualOptions = {}) => {
      const trace = run({ ...pipeline, runningEvery: 0 }, virtual({ costs, ...options }));
      return (await lastValueFrom(trace.pipe(measure({ x: throughput(), u: utilisation() })))).x.seconds;
    };
    // three flushes of four in three stages
    expect(1e9 * (await seconds(by(gpipe(), 4)))).toBeCloseTo(3 * (6 * 3500 + 70), 3);
    expect(1e9 * (await seconds(by(gpipe(), 4), { link: { latency: 300 } }))).toBeCloseTo(
      3 * (6 * 3500 + 70 + 4 * 300),
      3,
    );
    // a stream of twelve in two stages, F W U; the second begins when the first has sent
    expect(1e9 * (await seconds(uniform))).toBeCloseTo(1000 + 12 * 1570, 3);
    expect(1e9 * (await seconds(uniform, { link: { latency: 300 } }))).toBeCloseTo(1000 + 300 + 12 * 1570, 3);
    expect(1e9 * (await seconds(by(blocking(), 1), { link: { latency: 300 } }))).toBeCloseTo(
      12 * (3 * 3500 + 70 + 4 * 300),
      3,
    );
  });

  test('counts every sample of a flush as learned, and each microbatch up to its update', async () => {
    const trace = run({ ...by(gpipe(), 4), runningEvery: 0 }, virtual({ costs }));
    const { x, l } = await lastValueFrom(trace.pipe(measure({ x: throughput(), l: latency() })));
    expect(x.samples).toBe(240);
    expect(x.samplesPerSecond).toBeCloseTo(240 / x.seconds, 6);
    // the last of each flush arrives after three forwards, and is learned from when the flush is
    expect(1e6 * l.max).toBeGreaterThan(0.99 * (6 * 3500 + 70 - 3000));
    expect(1e6 * l.max).toBeLessThan(1.01 * (6 * 3500 + 70 - 3000));
  });

  test('of a stage is shared among work and waiting', async () => {
    const trace = await traceOf(by(oneFOneB()), virtual({ costs, link: { latency: 400 } }));
    const end = Math.max(...opsOf(trace).map((op) => op.end));
    for (const stage of [0, 1, 2]) {
      const spans = trace
        .flatMap((e) => ('end' in e && e.stage === stage ? [[e.start, e.end]] : []))
        .sort(([a], [b]) => a - b);
      let free = 0;
      for (const [from, to] of spans) {
        expect(from).toBeGreaterThanOrEqual(free);
        free = to;
      }
      expect(free).toBeLessThanOrEqual(end);
    }
  });
});

describe('predictions', () => {
  const curve: Pipeline = {
    ...uniform,
    epochs: 3,
    heldOut: { samples: firstOf(held, 45), every: 1 },
    runningEvery: 4,
  };
  const kinds = (trace: readonly TraceEvent[]) =>
    scored(trace)
      .map(({ of, epoch, rows, purpose }) => `${of} ${epoch} ${rows} ${purpose}`)
      .sort();

  test.each<[string, Pipeline]>([
    ['a stream', curve],
    [
      'a readout',
      { ...hard, predictBy: 'onePass', heldOut: { samples: firstOf(held, 45), every: 1 }, epochs: 2 },
    ],
    ['1F1B', { ...by(oneFOneB()), epochs: 2, heldOut: { samples: firstOf(held, 45), every: 2 } }],
  ])('of %s are as many as inline, each of the samples that it should be of', async (_name, pipeline) => {
    const [theirs, ours] = [await traceOf(pipeline, inline()), await traceOf(pipeline, virtual())];
    expect(kinds(ours)).toEqual(kinds(theirs));
    const arrivals = (trace: readonly TraceEvent[]) => trace.filter(({ kind }) => kind === 'arrival').length;
    expect(arrivals(ours)).toBe(arrivals(theirs));
    const last = (trace: readonly TraceEvent[]) =>
      predictionsOf(scored(trace).filter(({ of }) => of === 'test'));
    expect(last(ours)).toEqual(last(theirs));
    expect(scored(ours).filter(({ of }) => of === 'held').length).toBeGreaterThan(0);
  });

  test('come at virtual times: the curve is accuracy against time, and takes none itself', async () => {
    const costs = { F: constant(1000), W: constant(500), U: constant(70) };
    const trace = await traceOf(curve, virtual({ costs }));
    const points = scored(trace).filter(({ of }) => of === 'held');
    expect([...new Set(points.map(({ epoch }) => epoch))]).toEqual([1, 2, 3]);
    // when the last stage has learned from twelve, from twenty-four, from all
    const due = [1, 2, 3].map((epochs) => 1000 + 12 * epochs * 1570);
    for (const { epoch, start } of points) expect(start).toBe(due[epoch - 1]);
    const without = await traceOf({ ...curve, runningEvery: 0 }, virtual({ costs }));
    expect(opsOf(without)).toEqual(opsOf(trace));
  });

  test('get better as time goes on', async () => {
    const heldOut = { samples: firstOf(held, 50), every: 1 };
    const pipeline = by(pipedream(), 1, { epochs: 8, heldOut, optimiser: adam({ learningRate: 1e-2 }) });
    const right = new Map<number, number>();
    for (const { of, epoch, correct } of scored(await traceOf(pipeline, virtual())))
      if (of === 'held') right.set(epoch, (right.get(epoch) ?? 0) + correct);
    expect(right.get(8)).toBeGreaterThan(2 * (right.get(1) as number));
  });

  test('of samples about to be learned from are made before they are', async () => {
    const trace = await traceOf(curve, virtual());
    let learned = 0;
    const seen: number[] = [];
    for (const event of trace) {
      if (event.kind === 'op' && event.op === 'F' && event.stage === 0) learned = event.microbatch + 1;
      if (event.kind === 'prediction' && event.of === 'running') seen.push(learned);
    }
    expect(seen).toEqual(Array.from({ length: 9 }, (_, i) => 4 * i));
  });
});

describe('a run that ends early', () => {
  const long = { ...by(oneFOneB()), epochs: 100_000 };

  test('by its signal stops where it is, tells its weights and completes', async () => {
    for (const pipeline of [long, { ...uniform, epochs: 100_000 }]) {
      const abort = new AbortController();
      const trace = await lastValueFrom(
        run(pipeline, virtual(), { signal: abort.signal }).pipe(
          tap((event) => event.kind === 'arrival' && event.microbatch === 50 && abort.abort()),
          toArray(),
        ),
      );
      expect(opsOf(trace).filter(({ op, stage }) => op === 'F' && stage === 0).length).toBeLessThan(60);
      expect(hashOf(trace)).toMatch(/^[0-9a-f]{64}$/);
      expect(scored(trace).filter(({ of }) => of === 'test')).toEqual([]);
    }
  });

  test('by its signal from outside: the run leaves the thread to others now and then', async () => {
    const abort = new AbortController();
    const ended = lastValueFrom(run(long, virtual(), { signal: abort.signal }).pipe(toArray()));
    setImmediate().then(() => abort.abort());
    expect(hashOf(await ended)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('before it began learns nothing', async () => {
    const trace = await lastValueFrom(run(long, virtual(), { signal: AbortSignal.abort() }).pipe(toArray()));
    expect(opsOf(trace)).toEqual([]);
    expect(hashOf(trace)).toBe(hashOf(await traceOf({ ...by(oneFOneB()), epochs: 0 }, inline())));
  });

  test('unsubscribed, it computes nothing more', async () => {
    let encoded = 0;
    const encoding: Encoding = {
      ...pixels(),
      encode(...given) {
        encoded++;
        return pixels().encode(...given);
      },
    };
    let after = -1;
    const left = new Promise<void>((resolve) => {
      const subscription = run({ ...long, encoding }, virtual()).subscribe((event) => {
        if (event.kind !== 'arrival' || event.purpose !== 'learn' || event.microbatch < 30) return;
        subscription.unsubscribe();
        after = encoded;
        resolve();
      });
    });
    await left;
    expect(after).toBeGreaterThan(500);
    for (let i = 0; i < 20; i++) await setImmediate();
    // the microbatch that has just arrived is filled in
    expect(encoded - after).toBeLessThanOrEqual(20);
  });

  test('of no epochs predicts and tells its weights', async () => {
    const trace = await traceOf({ ...uniform, epochs: 0 }, virtual());
    expect(opsOf(trace)).toEqual([]);
    expect(predictionsOf(trace)).toEqual(predictionsOf(await traceOf({ ...uniform, epochs: 0 }, inline())));
  });
});

describe('what goes wrong', () => {
  const second = (pipeline: Pipeline, trouble: Parameters<typeof troubled>[1]): Pipeline => ({
    ...pipeline,
    layers: pipeline.layers.map((layer, i) => (i === 1 ? troubled(layer, trouble) : layer)),
  });

  const { test: _test, ...rest } = uniform;
  /** nothing is predicted, so microbatches have the same numbers everywhere */
  const quiet: Pipeline = { ...rest, runningEvery: 0 };

  test('a layer that throws ends the run with its stage, microbatch and op', async () => {
    for (const pipeline of [uniform, by(oneFOneB()), by(pipedream(), 1)]) {
      const { error } = await failureOf(
        second({ ...pipeline, runningEvery: 0 }, { at: 8, with: 'throw' }),
        virtual(),
      );
      expect(error).toBeInstanceOf(StageError);
      expect((error as StageError).message).toBe('stage 1, microbatch 8, op F: the lamp went out');
      expect((error as StageError).place).toEqual({ stage: 1, microbatch: 8, op: 'F' });
    }
  });

  test.each<[string, Pipeline]>([
    ['a number that is none', second(quiet, { at: 5, with: 'nan' })],
    ['a weight that is none', second(quiet, { spoilsAt: 11 })],
    ['a prediction that is none', second({ ...uniform, runningEvery: 0 }, { spoilsAt: 11 })],
    ['a layer that can’t be let go', second(quiet, { ending: 'undisposable' })],
    ['a layer that can’t be made', second(uniform, { making: 'throws' })],
  ])('%s ends the run as it ends inline', async (_name, pipeline) => {
    const [theirs, ours] = [await failureOf(pipeline, inline()), await failureOf(pipeline, virtual())];
    expect(theirs.error).toBeInstanceOf(Error);
    // a prediction's number is another
    const message = (error: unknown) => (error as Error).message.replace(/microbatch \d\d+/, 'microbatch …');
    expect(message(ours.error)).toBe(message(theirs.error));
    expect((ours.error as Error).name).toBe((theirs.error as Error).name);
  });

  test('a layer that throws and can’t be let go ends the run with what it threw', async () => {
    const { error } = await failureOf(
      second(quiet, { at: 5, with: 'throw', ending: 'undisposable' }),
      virtual(),
    );
    expect((error as Error).message).toBe('stage 1, microbatch 5, op F: the lamp went out');
  });

  test('a pixel that is none is the source’s, as inline', async () => {
    const images = Float32Array.from(train.images.subarray(0, 40 * 784), (pixel, i) =>
      i === 30 * 784 + 400 ? Number.NaN : pixel / 255,
    );
    const samples = { ...train, images, labels: train.labels.slice(0, 40), count: 40 };
    const [theirs, ours] = await Promise.all(
      [inline(), virtual()].map((runtime) => failureOf({ ...quiet, samples }, runtime)),
    );
    expect((ours.error as Error).message).toBe((theirs.error as Error).message);
    expect((ours.error as Error).message).toMatch(/^source, microbatch [01]: sample 30 of /);
  });

  test.each<[string, Pipeline, VirtualOptions?]>([
    ["schedule must be one with one copy of each stage; got 'chimera'", by(chimera())],
    ["schedule must be one with one copy of each stage; got 'dualpipe'", by(dualpipe())],
    [
      "schedule must be one that sends activities, not weights; got 'pff-single-layer'",
      { ...uniform, schedule: pffSingleLayer() },
    ],
    ["schedule must be one for layers that learn locally; got '1f1b'", { ...uniform, schedule: oneFOneB() }],
    ["schedule must be one for layers that learn backward; got 'stream'", by(uniform.schedule, 1)],
    [
      "negatives in virtual time must be drawn by the first layer; got 'lagged label (goodness, lag 3)'",
      laggedGoodness,
    ],
    [
      "flush must be 1 or left out with schedule 'stream', which updates with every microbatch; got 4",
      { ...uniform, flush: 4 },
    ],
    [
      "flush must be 1 or left out with schedule 'pipedream', which updates with every microbatch; got 4",
      by(pipedream(), 4),
    ],
    ['stages must be at most 3, the layers; got 4', by(gpipe()), { devices: 4 }],
    ['stages must be at most 3, the layers; got 4', by(zbV()), { devices: 2 }],
    ['costs must be those of 3 stages; got 1', by(gpipe()), { costs: [{ F: constant(1) }] }],
    [
      'microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 3',
      by(interleaved(), 3, four),
    ],
    [
      'microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 1',
      by(interleaved(), 4, { ...four, samples: firstOf(blockingBackprop.samples, 100) }),
    ],
    [
      'microbatches of pipedream-2bw must be 3 or more, the devices, so that two versions are enough; got 2',
      by(pipedream2bw(), 2),
    ],
  ])('%s', async (sentence, pipeline, options) => {
    const { error, seen } = await failureOf(pipeline, virtual(options));
    expect((error as Error).message).toBe(sentence);
    expect(seen).toBe(0);
  });

  test('a speed or a number of devices that is none is refused at once', () => {
    expect(() => virtual({ devices: 0 })).toThrow('devices must be a whole number, 1 or more; got 0');
    expect(() => virtual({ devices: 1.5 })).toThrow('devices must be a whole number, 1 or more; got 1.5');
    expect(() => virtual({ macsPerSecond: 0 })).toThrow(
      'macsPerSecond must be a finite number above 0; got 0',
    );
  });

  test('stages that are to be launched one by one are refused', () => {
    expect(() => virtual().launch([])).toThrow(TypeError);
  });
});
