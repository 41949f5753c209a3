import { describe, expect, test } from 'vitest';
import { regular } from '../../src/arrivals/regular.ts';
import type { ArrivalEvent, LostEvent, OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { constant } from '../../src/distributions/constant.ts';
import { lineFlow } from '../../src/measures/line-flow.ts';
import { lineLatency } from '../../src/measures/line-latency.ts';
import { deadline } from '../../src/overflows/deadline.ts';
import { dropNewest } from '../../src/overflows/drop-newest.ts';
import { dropOldest } from '../../src/overflows/drop-oldest.ts';
import type { Overflow } from '../../src/overflows/overflow.ts';
import { sample } from '../../src/overflows/sample.ts';
import type { EdgeOverflow, Pipeline } from '../../src/pipeline/pipeline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { closed } from './line-runs.ts';
import { hashOf, traceOf } from './runs.ts';

const kinds = <K extends TraceEvent['kind']>(events: readonly TraceEvent[], kind: K) =>
  events.filter((event): event is TraceEvent & { kind: K } => event.kind === kind);
const sum = (events: readonly { readonly rows?: number }[]) =>
  events.reduce((total, { rows = 0 }) => total + rows, 0);

/** Stages of 2 ms and 4 ms a microbatch: the last one learns from 250 of them a second. */
const machine = {
  costs: [
    { F: constant(1e6), W: constant(1e6) },
    { F: constant(2e6), W: constant(2e6) },
  ],
};
/** 300 microbatches a second, of 10 samples: 120 % of what the last stage can. */
const line = { arrivals: regular(3000) };
const over = (edges: readonly EdgeOverflow[]): Pipeline => ({
  ...{ ...closed, microbatches: 300, edges, line },
});

function books(events: readonly TraceEvent[]) {
  const [flow, latency] = [lineFlow(), lineLatency(2e8)];
  for (const event of events) for (const one of [flow, latency]) one.add(event);
  const updates = (stage: number) =>
    (kinds(events, 'op') as OpEvent[]).filter((one) => one.op === 'U' && one.stage === stage);
  return { flow: flow.value(), latency: latency.value(), updates };
}

const policies: readonly [string, Overflow][] = [
  ['drop-newest', dropNewest()],
  ['drop-oldest', dropOldest()],
  ['sample', sample()],
  ['deadline', deadline(40e6)],
];

describe.each([true, false])('at 120 % of the last stage, learning: %s', (learning) => {
  test.each(policies)('an edge that loses by %s loses a sixth, each counted once', async (name, overflow) => {
    const events = await traceOf(over([{ overflow, room: 4 }]), virtual({ ...machine, learning }));
    const { flow, latency, updates } = books(events);
    const losses = kinds(events, 'lost') as LostEvent[];
    const lost = sum(losses);
    expect([flow.violations, flow.held]).toEqual([[], 2]);
    expect(flow).toMatchObject({ offered: 3000, learned: 3000 - lost, inFlight: 0 });
    expect(flow.dropped).toEqual({ total: lost, byReason: { [`${name} at edge 1`]: lost } });
    // 250 of 300 a second are learned from, and what waits at the end
    expect(sum(updates(1)) / 10).toBeGreaterThanOrEqual(250 - 1);
    expect(sum(updates(1)) / 10).toBeLessThanOrEqual(250 + 12);
    expect(sum(updates(0))).toBe(3000);
    const missed = new Set(losses.map(({ microbatch }) => microbatch));
    expect(missed.size).toBe(losses.length);
    const learned = updates(1).map(({ microbatch }) => microbatch);
    expect(learned.filter((one) => missed.has(one))).toEqual([]);
    expect(learned.toSorted((a, b) => a - b)).toEqual(learned);
    // what waits is bounded: 4 in front of the edge, 2 on it, 4 ms each
    expect(latency.latencyMs.max).toBeLessThan(name === 'deadline' ? 40 + 3 * 4 : 4 + 7 * 4 + 8 * 4);
  });
});

test('timing alone tells the very losses of a run that learns', async () => {
  const pipeline = { ...over([{ overflow: sample(), room: 3 }]), prequential: false };
  const told = async (learning: boolean) =>
    (await traceOf(pipeline, virtual({ ...machine, learning }))).flatMap((event) =>
      event.kind === 'lost' || event.kind === 'op'
        ? [{ ...event, macs: 0, held: 0, loss: 0, layers: 0 }]
        : [],
    );
  expect(await told(false)).toEqual(await told(true));
});

test('what is lost behind the first stage is the newest, or the oldest, that waits', async () => {
  const lostBy = async (overflow: Overflow) => {
    const events = await traceOf(over([{ overflow, room: 2 }]), virtual(machine));
    const [first] = kinds(events, 'lost') as LostEvent[];
    const begun = (kinds(events, 'op') as OpEvent[]).filter(
      ({ op, stage, purpose, end }) => op === 'F' && stage === 0 && purpose === 'learn' && end <= first.start,
    );
    const learns = begun.map(({ microbatch }) => microbatch);
    return learns.length - 1 - learns.indexOf(first.microbatch as number);
  };
  // counted from the newest: the newest itself, or the one that two others came behind
  expect([await lostBy(dropNewest()), await lostBy(dropOldest())]).toEqual([0, 2]);
});

test('an edge between later stages loses what the stages below it have learned from', async () => {
  const three: Pipeline = {
    ...over([{ into: 2, overflow: dropOldest(), room: 2 }]),
    layers: [closed.layers[0], closed.layers[1], closed.layers[1]],
  };
  const costs = [1e6, 1e6, 2e6].map((time) => ({ F: constant(time), W: constant(time) }));
  const events = await traceOf(three, virtual({ costs }));
  const { flow, updates } = books(events);
  expect(flow.violations).toEqual([]);
  const lost = flow.dropped.byReason['drop-oldest at edge 2'];
  expect(lost).toBeGreaterThan(300);
  expect([0, 1, 2].map((stage) => sum(updates(stage)))).toEqual([3000, 3000, 3000 - lost]);
});

test('losses follow from the seed, and without any the weights are those of edges that block', async () => {
  const lossy = over([{ overflow: sample(), room: 4 }]);
  const [one, other] = [await traceOf(lossy, virtual(machine)), await traceOf(lossy, virtual(machine))];
  expect(one.length).toBe(other.length);
  expect(hashOf(one)).toBe(hashOf(other));
  const slow = { ...lossy, microbatches: 50, line: { arrivals: regular(2000) } };
  const events = await traceOf(slow, virtual(machine));
  expect(kinds(events, 'lost')).toEqual([]);
  expect(hashOf(events)).toBe(hashOf(await traceOf({ ...slow, edges: [] }, virtual(machine))));
  const ids = (kinds(events, 'arrival') as ArrivalEvent[]).filter(({ purpose }) => purpose === 'learn');
  expect(sum(ids)).toBe(500);
});
