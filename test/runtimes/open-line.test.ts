import { expect, test } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { regular } from '../../src/arrivals/regular.ts';
import type { ArrivalEvent, LostEvent, TallyEvent, TraceEvent } from '../../src/core/trace.ts';
import { dropNewest } from '../../src/overflows/drop-newest.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { closed, noise } from './line-runs.ts';
import { hashOf, traceOf } from './runs.ts';

const open = (pipeline: Pipeline = closed): Pipeline => ({
  ...pipeline,
  line: { arrivals: poisson(20_000) },
});

const kinds = <K extends TraceEvent['kind']>(events: readonly TraceEvent[], kind: K) =>
  events.filter((event): event is TraceEvent & { kind: K } => event.kind === kind);
const sum = (events: readonly { readonly rows?: number }[]) =>
  events.reduce((total, { rows = 0 }) => total + rows, 0);

const runtimes: readonly [string, Runtime][] = [
  ['inline', inline()],
  ['workers', workers()],
];

test.each(runtimes)(
  'an open line that loses nothing learns what a closed loop learns, %s',
  async (_, runtime) => {
    const events = await traceOf(open(), runtime);
    expect(hashOf(events)).toBe(hashOf(await traceOf(closed, inline())));
    const last = kinds(events, 'tally').at(-1) as TallyEvent;
    expect(last).toMatchObject({ offered: 300, sent: 300, dropped: 0, waiting: 0 });
    const learning = kinds(events, 'arrival').filter(({ purpose }) => purpose === 'learn') as ArrivalEvent[];
    expect(learning).toHaveLength(30);
    for (const { intended, ids, start } of learning) {
      expect([intended?.length, ids?.length]).toEqual([10, 10]);
      for (const at of intended ?? []) expect(at).toBeLessThanOrEqual(start);
    }
  },
);

test('with a label delay a sample is predicted at once and learned from so many microbatches later', async () => {
  const delayed = { ...closed, labelDelay: 4 };
  const events = await traceOf(open(delayed), inline());
  expect(hashOf(events)).toBe(hashOf(await traceOf(delayed, inline())));
  const order = kinds(events, 'arrival').map(({ purpose }) => (purpose === 'learn' ? 'L' : 'P'));
  expect(order.join('')).toMatch(/^P{4,}(P+L)+L{4}$/);
  expect(sum(kinds(events, 'prediction'))).toBe(300);
});

test('samples that can not be used are counted, and the rest is learned from', async () => {
  const events = await traceOf(open({ ...closed, samples: noise(true), unusable: 'drop' }), inline());
  const lost = kinds(events, 'lost') as LostEvent[];
  const of = (reason: LostEvent['reason']) => sum(lost.filter((one) => one.reason === reason));
  expect([of('not finite'), of('no such class')]).toEqual([6, 6]);
  expect(kinds(events, 'tally').at(-1)).toMatchObject({ offered: 300, sent: 288, dropped: 12, waiting: 0 });
  expect(sum(kinds(events, 'prediction'))).toBe(288);
});

test('a line that is too fast drops, and every sample is accounted for', async () => {
  const line = { arrivals: regular(10e6), room: 2, overflow: dropNewest() };
  const events = await traceOf({ ...closed, microbatches: 400, line }, inline());
  const { offered, sent, dropped, waiting } = kinds(events, 'tally').at(-1) as TallyEvent;
  expect([offered, waiting]).toEqual([4000, 0]);
  expect(dropped).toBeGreaterThan(0);
  expect(sent + dropped).toBe(4000);
  expect(sum(kinds(events, 'lost'))).toBe(dropped);
  const updates = kinds(events, 'op').filter(({ op, stage }) => op === 'U' && stage === 0);
  expect(sum(updates)).toBe(sent);
});

test.each<readonly [string, Pipeline, Runtime]>([
  ['label delay and a running scaler, workers', { ...closed, labelDelay: 3, scale: 'running' }, workers()],
  ['label delay and a running scaler, virtual', { ...closed, labelDelay: 3, scale: 'running' }, virtual()],
  ['spoilt samples left out, inline', { ...closed, samples: noise(true), unusable: 'drop' }, inline()],
])(
  'a line goes on from a checkpoint in its middle, to the same bits and counts: %s',
  async (_, pipeline, runtime) => {
    const whole = await traceOf({ ...pipeline, line: { arrivals: poisson(20_000) } }, runtime, {
      checkpointEvery: 7,
    });
    const middle = kinds(whole, 'checkpoint')[1];
    const { microbatch, state } = middle;
    expect(microbatch).toBe(14);
    const rest = await traceOf({ ...pipeline, line: { arrivals: poisson(20_000) } }, runtime, {
      from: { microbatch, state },
    });
    expect(hashOf(rest)).toBe(hashOf(whole));
    const { start: _start, ...last } = kinds(rest, 'tally').at(-1) as TallyEvent;
    expect(kinds(whole, 'tally').at(-1)).toMatchObject(last);
    const learned = kinds(rest, 'arrival').filter(({ purpose }) => purpose === 'learn');
    expect(learned).toHaveLength(16);
  },
);
