import { lastValueFrom, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { constant } from '../../src/distributions/constant.ts';
import { latency } from '../../src/measures/latency.ts';
import { measure } from '../../src/measures/measure.ts';
import { throughput } from '../../src/measures/throughput.ts';
import { utilisation } from '../../src/measures/utilisation.ts';
import { adam } from '../../src/optimisers/adam.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { type VirtualOptions, virtual } from '../../src/runtimes/virtual.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { hard, test as held, local, predictionsOf, traceOf, train, uniform } from './runs.ts';
import { by, opsOf, scored } from './virtual-runs.ts';

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
      return (await lastValueFrom(trace.pipe(measure({ x: throughput, u: utilisation })))).x.seconds;
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
    const { x, l } = await lastValueFrom(trace.pipe(measure({ x: throughput, l: latency })));
    expect(x.samples).toBe(240);
    expect(x.samplesPerSecond).toBeCloseTo(240 / x.seconds, 6);
    // the first of each flush arrives when the one before is over, and is learned from when its own is
    expect(1e6 * l.max).toBeGreaterThan(0.99 * (6 * 3500 + 70));
    expect(1e6 * l.max).toBeLessThan(1.01 * (6 * 3500 + 70));
  });

  test('of a stage is shared among work and waiting', async () => {
    const trace = await traceOf(by(oneFOneB()), virtual({ costs, link: { latency: 400 } }));
    const end = Math.max(...opsOf(trace).map((op) => op.end));
    for (const stage of [0, 1, 2]) {
      const spans = trace
        .flatMap((e) => ('end' in e && 'stage' in e && e.stage === stage ? [[e.start, e.end]] : []))
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
    const deep: Pipeline = { ...hard, epochs: 3, heldOut: { samples: firstOf(held, 45), every: 1 } };
    for (const pipeline of [curve, deep]) {
      const trace = await traceOf(pipeline, virtual({ costs }));
      const points = scored(trace).filter(({ of }) => of === 'held');
      expect([...new Set(points.map(({ epoch }) => epoch))]).toEqual([1, 2, 3]);
      // when the last stage has learned from twelve, from twenty-four, from all
      const fill = 1000 * (pipeline.layers.length - 1);
      for (const { epoch, start } of points) expect(start).toBe(fill + 12 * epoch * 1570);
      const without = await traceOf({ ...pipeline, runningEvery: 0 }, virtual({ costs }));
      expect(opsOf(without)).toEqual(opsOf(trace));
    }
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

describe('timing only', () => {
  test.each([
    ['gpipe, its last flush and microbatch smaller', by(gpipe(), 5, { samples: firstOf(train, 230) })],
    ['blocking', by(blocking(), 1, { epochs: 2 })],
  ])('has the ops, times and samples that learning has: %s', async (_, pipeline) => {
    const trace = async (learning: boolean) => {
      const options = { costs: { F: constant(1000), B: constant(700), W: constant(500) }, learning };
      const events: TraceEvent[] = [];
      const run$ = run({ ...pipeline, runningEvery: 0 }, virtual(options));
      await lastValueFrom(run$.pipe(tap((event) => events.push(event))));
      return events;
    };
    const [learned, timed] = [await trace(true), await trace(false)];
    const told = (events: readonly TraceEvent[]) =>
      opsOf(events).map(({ op, stage, microbatch, rows, start, end }) => [
        op,
        stage,
        microbatch,
        rows,
        start,
        end,
      ]);
    expect(told(timed)).toEqual(told(learned));
    const arrivals = (events: readonly TraceEvent[]) =>
      events.filter((event) => event.kind === 'arrival' && event.purpose === 'learn');
    expect(arrivals(timed)).toEqual(arrivals(learned));
    expect(timed.some(({ kind }) => kind === 'weights' || kind === 'prediction')).toBe(false);
  });
});
