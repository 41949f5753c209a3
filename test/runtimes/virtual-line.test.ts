import { describe, expect, test } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { regular } from '../../src/arrivals/regular.ts';
import type { ArrivalEvent, OpEvent, TallyEvent, TraceEvent } from '../../src/core/trace.ts';
import type { SampleStream } from '../../src/data/endless.ts';
import { constant } from '../../src/distributions/constant.ts';
import { dropOldest } from '../../src/overflows/drop-oldest.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { backward, closed } from './line-runs.ts';
import { hashOf, traceOf } from './runs.ts';

const kinds = <K extends TraceEvent['kind']>(events: readonly TraceEvent[], kind: K) =>
  events.filter((event): event is TraceEvent & { kind: K } => event.kind === kind);
const sum = (events: readonly { readonly rows?: number }[]) =>
  events.reduce((total, { rows = 0 }) => total + rows, 0);

/** Two stages of 4 ms a microbatch each: 250 microbatches a second, 2,500 samples. */
const machine = { costs: { F: constant(2e6), W: constant(2e6) } };
const line = { arrivals: poisson(2000) };
const pipeline: Pipeline = { ...closed, line };

test('an open line in virtual time learns what a closed loop learns', async () => {
  const events = await traceOf(pipeline, virtual(machine));
  expect(hashOf(events)).toBe(hashOf(await traceOf(closed, inline())));
  for (const { intended, start, purpose } of kinds(events, 'arrival') as ArrivalEvent[]) {
    if (purpose === 'learn') for (const at of intended ?? []) expect(at).toBeLessThanOrEqual(start);
  }
});

test('backprop on an open line in virtual time learns what a closed loop learns', async () => {
  const costs = { F: constant(1e6), B: constant(1e6), W: constant(1e6) };
  const events = await traceOf({ ...backward, line }, virtual({ costs }));
  expect(hashOf(events)).toBe(hashOf(await traceOf(backward, inline())));
});

describe.each([true, false])('a line at twice the capacity, learning: %s', (learning) => {
  const lasts = 5e9;
  const fast: Pipeline = {
    ...{ ...closed, microbatches: undefined },
    line: { arrivals: regular(5000), room: 4, overflow: dropOldest(), lasts },
  };

  test('learns what the pipeline can, drops the rest, and accounts for each sample every second', async () => {
    const events = await traceOf(fast, virtual({ ...machine, learning }));
    const tallies = kinds(events, 'tally') as TallyEvent[];
    expect(tallies.map(({ offered }) => offered)).toEqual([5000, 10_000, 15_000, 20_000, 25_000, 25_000]);
    for (const { offered, sent, dropped, waiting } of tallies) expect(offered).toBe(sent + dropped + waiting);
    const last = tallies.at(-1) as TallyEvent;
    expect(last.sent / 5).toBeCloseTo(2500, -2);
    const updates = (kinds(events, 'op') as OpEvent[]).filter(({ op, stage }) => op === 'U' && stage === 1);
    expect(sum(updates)).toBe(last.sent);
    expect(sum(kinds(events, 'lost'))).toBe(last.dropped);
  });
});

test('a slow line is waited for: its first stage is starved, and time follows the plan', async () => {
  const events = await traceOf({ ...closed, line: { arrivals: regular(100) } }, virtual(machine));
  const starts = (kinds(events, 'op') as OpEvent[])
    .filter(({ op, stage, purpose }) => op === 'F' && stage === 0 && purpose === 'learn')
    .map(({ start }) => start / 1e6);
  expect(starts.slice(0, 4)).toEqual([100, 200, 300, 400]);
  const waits = kinds(events, 'starved').filter(({ stage }) => stage === 0);
  expect(waits.length).toBeGreaterThan(20);
  expect(kinds(events, 'communicating')).toEqual([]);
});

describe.each([0, 2])(
  'with a label delay of %s microbatches, one none of whose samples can be used',
  (labelDelay) => {
    const spoilt = (whole: (microbatch: number) => boolean): Pipeline['samples'] => {
      const stream = closed.samples as SampleStream;
      return {
        ...stream,
        sample(index, random, into) {
          const label = stream.sample(index, random, into);
          return whole(Math.floor(index / 10)) ? -1 : label;
        },
      };
    };

    test.each<readonly [string, (microbatch: number) => boolean]>([
      ['in the middle', (microbatch) => microbatch === 7 || microbatch === 8],
      ['at the end', (microbatch) => microbatch >= 28],
    ])('is left out and counted, as on threads: %s', async (_, whole) => {
      const samples = spoilt(whole);
      const dropping: Pipeline = { ...pipeline, samples, unusable: 'drop', labelDelay };
      const events = await traceOf(dropping, virtual(machine));
      const last = kinds(events, 'tally').at(-1) as TallyEvent;
      expect(last).toMatchObject({ offered: 300, sent: 280, dropped: 20, waiting: 0 });
      expect(sum(kinds(events, 'lost'))).toBe(20);
      expect(sum(kinds(events, 'prediction'))).toBe(280);
      expect(hashOf(events)).toBe(hashOf(await traceOf(dropping, inline())));
    });
  },
);
