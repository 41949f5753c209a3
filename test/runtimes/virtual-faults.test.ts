import { setImmediate } from 'node:timers/promises';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { firstOf } from '../../src/data/dataset.ts';
import { type Encoding, pixels } from '../../src/data/encoding.ts';
import { constant } from '../../src/distributions/constant.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { type VirtualOptions, virtual } from '../../src/runtimes/virtual.ts';
import { chimera } from '../../src/schedules/chimera.ts';
import { dualpipe } from '../../src/schedules/dualpipe.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pffSingleLayer } from '../../src/schedules/pff-single-layer.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { pipedream2bw } from '../../src/schedules/pipedream-2bw.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import { StageError } from '../../src/work/stage-error.ts';
import { troubled } from './members.ts';
import {
  blockingBackprop,
  failureOf,
  hashOf,
  laggedGoodness,
  predictionsOf,
  traceOf,
  train,
  uniform,
} from './runs.ts';

import { by, four, opsOf, scored } from './virtual-runs.ts';

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
    ["schedule must be one that keeps one copy of each stage; got 'chimera'", by(chimera())],
    ["schedule must be one that keeps one copy of each stage; got 'dualpipe'", by(dualpipe())],
    [
      "schedule must be one that sends activities after F; got 'pff-single-layer'",
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
    ['workers must be at most 3, the number of layers; got 4', by(gpipe()), { devices: 4 }],
    ['stages of zb-v must be at most 3, the layers; got 4', by(zbV()), { devices: 2 }],
    [
      'costs must be one for all stages, or one for each of 3; got 1',
      by(gpipe()),
      { costs: [{ F: constant(1) }] },
    ],
    [
      'microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 3',
      by(interleaved(), 3, four),
    ],
    [
      'in the last flush microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 1',
      by(interleaved(), 4, { ...four, samples: firstOf(blockingBackprop.samples, 100) }),
    ],
    [
      "schedule must be one that updates with every microbatch or every flush, or goes forward and back by the newest weights; got 'pipedream-2bw'",
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
});
