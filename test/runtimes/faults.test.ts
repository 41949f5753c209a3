import type { Worker } from 'node:worker_threads';
import { lastValueFrom, take, tap, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { plan } from '../../src/core/plan.ts';
import type { TraceEvent } from '../../src/core/trace.ts';
import { dataset } from '../../src/data/dataset.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import type { TileGround, TileMaker } from '../../src/tiles/tile.ts';
import { StageError } from '../../src/work/stage-error.ts';
import { type Trouble, troubled } from './members.ts';
import { blockingBackprop, failureOf, hashOf, train, uniform } from './runs.ts';

const runtimes: readonly [string, Runtime][] = [
  ['inline', inline()],
  ['workers', workers()],
];

/** the pipeline with trouble in its second layer */
const second = (pipeline: Pipeline, trouble: Trouble): Pipeline => ({
  ...pipeline,
  layers: pipeline.layers.map((layer, i) => (i === 1 ? troubled(layer, trouble) : layer)),
});

async function expectFailure(
  pipeline: Pipeline,
  runtime: Runtime,
  sentence: RegExp,
  place?: object,
): Promise<void> {
  const { error } = await failureOf(pipeline, runtime);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(sentence);
  if (place) {
    expect(error).toBeInstanceOf(StageError);
    expect((error as StageError).place).toMatchObject(place);
  }
}

// running predictions come before every fourth microbatch, so the sixth that is learned has sequence number 7
test.each(runtimes)(
  'a stage that throws ends the run with its stage, microbatch and op, %s',
  async (_name, runtime) => {
    const place = { stage: 1, microbatch: 7, op: 'F' };
    const sentence = /^stage 1, microbatch 7, op F: the lamp went out$/;
    await expectFailure(second(uniform, { at: 5, with: 'throw' }), runtime, sentence, place);
    await expectFailure(second(blockingBackprop, { at: 5, with: 'throw' }), runtime, sentence, place);
  },
);

test('a worker thread that dies ends the run with its stage and the microbatch it had', async () => {
  const sentence = /^stage 1, microbatch 7: its thread died before its work was done/;
  await expectFailure(second(uniform, { at: 5, with: 'exit' }), workers(), sentence, {
    stage: 1,
    microbatch: 7,
  });
});

test('a worker thread that is terminated from outside ends the run with its stage', async () => {
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker); // Node tells of every thread that starts
  process.on('worker', note);
  const kill = (event: TraceEvent) => {
    if (event.kind === 'arrival' && event.microbatch === 40) started[1].terminate();
  };
  const events = run({ ...uniform, epochs: 100_000 }, workers()).pipe(tap(kill));
  const error = await lastValueFrom(events).catch((thrown: unknown) => thrown);
  process.off('worker', note);
  // none is left, the one that the pool puts in its place included
  expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => -1));
  expect(error).toBeInstanceOf(StageError);
  const sentence = /^stage [01], microbatch \d+: its thread died before its work was done/;
  expect((error as Error).message).toMatch(sentence);
});

test.each(runtimes)(
  'NaN in the input is found at the source, with the sample and the pixel, %s',
  async (_name, runtime) => {
    const images = new Float32Array(40 * 784).fill(0.5);
    images[33 * 784 + 400] = Number.NaN;
    const samples = dataset({
      name: 'spoilt',
      width: 784,
      classes: 10,
      images,
      labels: train.labels.subarray(0, 40),
    });
    const sentence = /^source, microbatch \d+: sample 33 of spoilt must be finite in every pixel; got NaN/;
    await expectFailure({ ...uniform, samples }, runtime, sentence, { stage: 'source' });
    await expectFailure({ ...blockingBackprop, samples }, runtime, sentence, { stage: 'source' });
  },
);

test.each(runtimes)(
  'NaN that arises in a layer ends the run at the first loss it reaches, %s',
  async (_name, runtime) => {
    const sentence = (stage: number) =>
      new RegExp(`^stage ${stage}, microbatch 7, op F: loss must be finite; got NaN$`);
    await expectFailure(second(uniform, { at: 5, with: 'nan' }), runtime, sentence(1), {
      stage: 1,
      microbatch: 7,
    });
    await expectFailure(second(blockingBackprop, { at: 5, with: 'nan' }), runtime, sentence(2), { stage: 2 });
  },
);

test.each(runtimes)('weights that are not finite are not handed out, %s', async (_name, runtime) => {
  const { test: _, ...untested } = uniform;
  await expectFailure(
    second({ ...untested, runningEvery: 0 }, { spoilsAt: 11 }),
    runtime,
    /^stage 1: layer1.bias must be finite; got NaN$/,
    { stage: 1 },
  );
  // found by the predictions, where there are some
  await expectFailure(
    second(uniform, { spoilsAt: 11 }),
    runtime,
    /^sink, microbatch 15: scores must be finite; got NaN$/,
    { stage: 'sink', microbatch: 15 },
  );
});

test.each(runtimes)(
  'a stage that fails ends the run though another is still being made, %s',
  async (_name, runtime) => {
    const [one, other] = uniform.layers;
    const layers = [troubled(one, { making: 'hangs' }), troubled(other, { making: 'throws' })];
    const sentence = /^stage 1: no lamp in the box$/;
    await expectFailure({ ...uniform, layers }, runtime, sentence, { stage: 1 });
  },
);

test.each(runtimes)(
  'an error from a stage says where in its code it was thrown, %s',
  async (_name, runtime) => {
    const { error } = await failureOf(second(uniform, { at: 5, with: 'throw' }), runtime);
    const { cause } = error as StageError;
    expect((cause as Error).message).toBe('the lamp went out');
    expect((cause as Error).stack).toContain('members.ts');
  },
);

test.each(runtimes)(
  'a schedule that names an op that is not ready ends the run, %s',
  async (_name, runtime) => {
    const schedule = plan<Schedule>(new URL('./impatient.ts', import.meta.url).href, 'impatient');
    const sentence = /^stage [01]: op of schedule 'impatient' must be one that is ready; got 'U'$/;
    await expectFailure({ ...uniform, schedule }, runtime, sentence);
  },
);

test('options that cannot cross to a thread end the run', async () => {
  const [first, ...rest] = uniform.layers;
  const odd = { ...first, options: { ...first.options, whim: () => 1 } };
  const sentence = /^stage 0: its thread died before its work was done: .* could not be cloned\.$/;
  await expectFailure({ ...uniform, layers: [odd, ...rest] }, workers(), sentence, { stage: 0 });
});

test.each(runtimes)('a layer whose module lacks a function is refused, %s', async (_name, runtime) => {
  const bare = { ...uniform.layers[0], module: new URL('./impatient.ts', import.meta.url).href };
  const sentence =
    /^module of layer 'forward-forward' must export create, emits and cost; got no emits in .*impatient\.ts$/;
  await expectFailure({ ...uniform, layers: [bare] }, runtime, sentence);
});

test.each(runtimes)('links that do not fit in memory are refused, %s', async (_name, runtime) => {
  const sentence = /^edge source→0 must fit in memory; got \d+ bytes$/;
  await expectFailure({ ...uniform, capacity: 1e9 }, runtime, sentence);
});

test.each(runtimes)('a tile that cannot be made on the thread ends the run, %s', async (_name, runtime) => {
  const nothing = plan<TileMaker, TileGround>(
    import.meta.resolve('./runs.ts').replace('runs.ts', 'nothing.ts'),
    'nothing',
  );
  await expectFailure({ ...uniform, tile: nothing }, runtime, /^stage [01]: .*nothing\.ts/s);
  const mute = plan<TileMaker, TileGround>(new URL('../measures/trace.ts', import.meta.url).href, 'mute');
  await expectFailure(
    { ...uniform, tile: mute },
    runtime,
    /^stage [01]: module of plan 'mute' must export create/,
  );
});

test.each(runtimes)(
  'what does not fit together is refused before anything runs, %s',
  async (_name, runtime) => {
    await expectFailure(
      { ...uniform, capacity: 0 },
      runtime,
      /^capacity must be a whole number of microbatches, 1 or more; got 0$/,
    );
    await expectFailure({ ...uniform, layers: [] }, runtime, /^layers must be at least one; got 0$/);
    await expectFailure(
      { ...blockingBackprop, schedule: stream() },
      runtime,
      /^schedule must be one for layers that learn backward; got 'stream'$/,
    );
    const mixed = [...blockingBackprop.layers, forwardForward({ units: 3 })];
    await expectFailure({ ...uniform, layers: mixed }, runtime, /^layers must be all local or all backward/);
    const { negatives: _, ...without } = uniform;
    await expectFailure(
      without,
      runtime,
      /^negatives must be given for layers that reject, as forward-forward; got undefined$/,
    );
  },
);

test.each(runtimes)('a layer whose weights cannot be reported ends the run, %s', async (_name, runtime) => {
  await expectFailure(second(uniform, { ending: 'unclonable' }), runtime, /^stage 1: .*could not be cloned/s);
});

test.each(runtimes)('a layer that cannot be let go ends the run, %s', async (_name, runtime) => {
  await expectFailure(
    second(uniform, { ending: 'undisposable' }),
    runtime,
    /^stage 1: the lamp is glued on$/,
  );
});

test.each(runtimes)(
  'leaving a run whose layer cannot be let go troubles no one, %s',
  async (_name, runtime) => {
    const long = second({ ...uniform, epochs: 100_000 }, { ending: 'undisposable' });
    const seen = await lastValueFrom(run(long, runtime).pipe(take(30), toArray()));
    expect(seen).toHaveLength(30);
  },
);

test('more workers than layers are refused', async () => {
  await expectFailure(
    uniform,
    workers({ count: 3 }),
    /^workers must be at most 2, the number of layers; got 3$/,
  );
});

test.each(runtimes)(
  'a run that is aborted finishes what is inside and reports its weights, %s',
  async (_name, runtime) => {
    const abort = new AbortController();
    const long = { ...uniform, epochs: 100_000 };
    const events = run(long, runtime, { signal: abort.signal }).pipe(
      tap((event) => event.kind === 'arrival' && event.microbatch === 30 && abort.abort()),
    );
    const trace = await lastValueFrom(events.pipe(toArray()));
    expect(hashOf(trace)).toMatch(/^[0-9a-f]{64}$/);
    const updates = trace.filter((event) => event.kind === 'op' && event.op === 'U').length;
    const arrivals = trace.filter((event) => event.kind === 'arrival' && event.purpose === 'learn').length;
    expect(updates).toBe(2 * arrivals);
  },
);

test.each(runtimes)(
  'a run that was aborted before it began learns nothing and completes, %s',
  async (_name, runtime) => {
    const trace = await lastValueFrom(run(uniform, runtime, { signal: AbortSignal.abort() }).pipe(toArray()));
    const kinds = trace.map(({ kind }) => kind).filter((kind) => kind !== 'starved');
    expect(kinds).toEqual(['start', 'weights', 'weights']);
  },
);
