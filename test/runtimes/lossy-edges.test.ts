import { describe, expect, test } from 'vitest';
import { regular } from '../../src/arrivals/regular.ts';
import type { LostEvent, OpEvent, StartEvent, TallyEvent, TraceEvent } from '../../src/core/trace.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { lineFlow } from '../../src/measures/line-flow.ts';
import { block } from '../../src/overflows/block.ts';
import { deadline } from '../../src/overflows/deadline.ts';
import { dropNewest } from '../../src/overflows/drop-newest.ts';
import { dropOldest } from '../../src/overflows/drop-oldest.ts';
import type { Overflow } from '../../src/overflows/overflow.ts';
import { sample } from '../../src/overflows/sample.ts';
import type { EdgeOverflow, Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { backward, closed } from './line-runs.ts';
import { failureOf, hashOf, traceOf } from './runs.ts';

const kinds = <K extends TraceEvent['kind']>(events: readonly TraceEvent[], kind: K) =>
  events.filter((event): event is TraceEvent & { kind: K } => event.kind === kind);
const sum = (events: readonly { readonly rows?: number }[]) =>
  events.reduce((total, { rows = 0 }) => total + rows, 0);

/** A narrow stage below a wide one, and far more samples a second than that learns from. */
const rushed = (edges: readonly EdgeOverflow[], count = 120): Pipeline => ({
  ...closed,
  ...{ layers: [forwardForward({ units: 8 }), forwardForward({ units: 2000 })], microbatches: count },
  ...{ line: { arrivals: regular(10e6) }, edges },
});

/** What a trace says of where its samples are. */
function books(events: readonly TraceEvent[]) {
  const flow = lineFlow();
  for (const event of events) flow.add(event);
  const updates = (stage: number) =>
    (kinds(events, 'op') as OpEvent[]).filter((one) => one.op === 'U' && one.stage === stage);
  const losses = kinds(events, 'lost') as LostEvent[];
  return { flow: flow.value(), updates, losses };
}

const policies: readonly [string, Overflow][] = [
  ['drop-newest', dropNewest()],
  ['drop-oldest', dropOldest()],
  ['sample', sample()],
  ['deadline', deadline(1)],
];

describe.each(policies)('an edge that loses by %s, on threads', (name, overflow) => {
  test('counts what the stage above misses, once, and nothing else', async () => {
    // without predictions, which would hold the sender up until nothing need be lost
    const unasked = { ...rushed([{ overflow, room: 2 }]), prequential: false };
    const events = await traceOf(unasked, workers());
    const { flow, updates, losses } = books(events);
    expect(flow.violations).toEqual([]);
    const lost = sum(losses);
    expect(lost).toBeGreaterThan(0);
    expect([sum(updates(0)), sum(updates(1))]).toEqual([1200, 1200 - lost]);
    expect(flow).toMatchObject({ offered: 1200, learned: 1200 - lost, inFlight: 0 });
    expect(flow.dropped).toEqual({ total: lost, byReason: { [`${name} at edge 1`]: lost } });
    const missed = new Set(losses.map(({ microbatch }) => microbatch));
    const learned = updates(1).map(({ microbatch }) => microbatch);
    expect(missed.size).toBe(losses.length);
    expect(learned.filter((one) => missed.has(one))).toEqual([]);
    expect(learned.toSorted((a, b) => a - b)).toEqual(learned);
    expect(kinds(events, 'tally').at(-1) as TallyEvent).toMatchObject({ sent: 1200, dropped: 0 });
  });

  test('makes every prediction, whatever it loses', async () => {
    const events = await traceOf(rushed([{ overflow, room: 2 }]), workers());
    const { flow, losses } = books(events);
    expect(flow.violations).toEqual([]);
    expect(flow.learned).toBe(1200 - sum(losses));
    expect(sum(kinds(events, 'prediction'))).toBe(1200);
  });
});

test('a run with an edge that may lose says so when it begins, one without does not', async () => {
  const lossy = await traceOf(rushed([{ overflow: dropOldest() }], 3), inline());
  expect(kinds(lossy, 'start')[0] as StartEvent).toMatchObject({
    drops: [{ into: 1, overflow: 'drop-oldest' }],
  });
  const blocks = await traceOf(
    rushed([{ into: 1, overflow: block() }, { overflow: dropOldest() }], 3),
    inline(),
  );
  expect(kinds(blocks, 'start')[0]).not.toHaveProperty('drops');
});

test('with room for all, an edge that may lose learns what one that blocks learns', async () => {
  const roomy = rushed([{ overflow: dropNewest(), room: 120 }]);
  const events = await traceOf(roomy, workers());
  expect(kinds(events, 'lost')).toEqual([]);
  expect(hashOf(events)).toBe(hashOf(await traceOf(rushed([]), inline())));
});

test.each<readonly [string, Pipeline, Parameters<typeof traceOf>[2]]>([
  ['open line', { ...rushed([{ overflow: dropNewest() }]), line: undefined }, {}],
  [
    'learn locally',
    { ...backward, line: { arrivals: regular(10) }, edges: [{ overflow: dropOldest() }] },
    {},
  ],
  ['without checkpoints', rushed([{ overflow: dropNewest() }]), { checkpointEvery: 5 }],
  ['supervision must be left out', rushed([{ overflow: dropNewest() }]), { supervision: {} }],
  ['below 2, as there are stages from 0', rushed([{ into: 2, overflow: dropNewest() }]), {}],
  ['room of an edge', rushed([{ overflow: dropNewest(), room: 0 }]), {}],
  ['one for each edge', rushed([{ overflow: dropNewest() }, { overflow: block() }]), {}],
])('is refused before anything starts: %s', async (what, pipeline, options) => {
  await expect(traceOf(pipeline, workers(), options)).rejects.toThrow(what);
});

test('an overflow of somebody else that has no plan stands in front of the pipeline only', async () => {
  const own: Overflow = { name: 'own', lossless: false, victim: () => 0 };
  const { error } = await failureOf(rushed([{ overflow: own }]), inline());
  expect(String(error)).toContain('overflow of an edge must be one with a plan');
});
