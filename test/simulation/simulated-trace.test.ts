import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { poisson } from '../../src/arrivals/poisson.ts';
import { make } from '../../src/core/plan.ts';
import type { MessageEvent, OpEvent, StartEvent, TraceEvent } from '../../src/core/trace.ts';
import { constant } from '../../src/distributions/constant.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import { latency } from '../../src/measures/latency.ts';
import { makeMeasures, valuesOf } from '../../src/measures/measure.ts';
import { throughput } from '../../src/measures/throughput.ts';
import { utilisation } from '../../src/measures/utilisation.ts';
import { run } from '../../src/run/run.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import type { Schedule, SchedulePlan } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { type Simulated, simulate } from '../../src/simulation/simulate.ts';
import { SimulatedTrace } from '../../src/simulation/simulated-trace.ts';
import { uniform } from '../runtimes/runs.ts';
import { by } from '../runtimes/virtual-runs.ts';

const costs = { F: constant(10_000), B: constant(12_000), W: constant(9000), U: constant(500) };

async function scenarioOf(schedule: SchedulePlan, more: Partial<Scenario> = {}): Promise<Scenario> {
  const made = { ...(await make<Schedule>(schedule)), overlooksWraps: false };
  return { schedule: made, devices: 3, microbatches: 12, costs, blocking: 'before', ...more };
}

function told(scenario: Scenario, rows = 1): { events: TraceEvent[]; outcome: Simulated } {
  const events: TraceEvent[] = [];
  const trace = new SimulatedTrace(scenario, (event) => events.push(event), rows);
  const outcome = simulate(scenario, { onlooker: trace, replications: 1 });
  trace.finish();
  return { events, outcome };
}

const isOp = (event: TraceEvent): event is OpEvent => event.kind === 'op';
const isStart = (event: TraceEvent): event is StartEvent => event.kind === 'start';
const isMessage = (event: TraceEvent): event is MessageEvent => event.kind === 'message';

describe('the events of a simulation are those of a run of the same scenario', () => {
  const link = { latency: 3000 };
  const jitter = lognormal(0.3);
  const options = { costs, link, jitter, learning: false };
  test.each([
    ['a stream', { ...uniform, runningEvery: 0 }, stream(), { devices: 2, capacity: 2 }],
    ['1F1B', { ...by(oneFOneB(), 4), runningEvery: 0 }, oneFOneB(), { microbatches: 4, flushes: 3 }],
  ])('of %s: ops, waits and arrivals', async (_, pipeline, schedule, more) => {
    const scenario = await scenarioOf(schedule, { seed: pipeline.seed ?? 0, link, jitter, ...more });
    const run$ = run({ ...pipeline, capacity: 2 }, virtual(options));
    const real = await lastValueFrom(run$.pipe(toArray()));
    const simulated = told(scenario).events;
    const ops = (events: readonly TraceEvent[]) =>
      events.filter(isOp).map(({ op, stage, microbatch, start, end, read, written }) => ({
        ...{ op, stage, microbatch, start, end, read, written },
      }));
    expect(ops(simulated)).toEqual(ops(real));
    const waited = (events: readonly TraceEvent[], kind: 'starved' | 'blocked', stage: number) =>
      events.reduce(
        (sum, event) => (event.kind === kind && event.stage === stage ? sum + event.end - event.start : sum),
        0,
      );
    for (const kind of ['starved', 'blocked'] as const)
      for (const stage of [0, 1]) expect(waited(simulated, kind, stage)).toBe(waited(real, kind, stage));
    const arrivals = (events: readonly TraceEvent[]) =>
      events.flatMap((event) => (event.kind === 'arrival' ? [[event.microbatch, event.start]] : []));
    expect(arrivals(simulated)).toEqual(arrivals(real));
  });
});

test('measures of runs give the figures of the simulation', async () => {
  const { events, outcome } = told(
    await scenarioOf(stream(), {
      microbatches: 200,
      jitter: lognormal(0.2),
      costs: { F: costs.F, W: costs.W },
    }),
    20,
  );
  const measures = makeMeasures({ throughput, utilisation, latency });
  for (const event of events) for (const each of Object.values(measures)) each.add(event);
  const values = valuesOf(measures);
  expect(values.throughput.samples).toBe(200 * 20);
  expect(values.throughput.seconds).toBeCloseTo(outcome.makespan, 9);
  for (const [i, { busy, starved, blocked, communicating }] of values.utilisation.stages.entries()) {
    expect(busy).toBeCloseTo(outcome.stages[i].busy, 9);
    expect(busy + starved + blocked + communicating).toBeCloseTo(1, 9);
  }
  expect(values.latency.p50 / (1e3 * outcome.latency.p50)).toBeCloseTo(1, 2);
});

test('every message is told once, after the op that made it and before the op that uses it', async () => {
  for (const schedule of [stream(), oneFOneB(), zbV()]) {
    const { events } = told(await scenarioOf(schedule, { link: { latency: 700 }, jitter: lognormal(0.3) }));
    const places = new Map(events.map((event, i) => [event, i]));
    const opOf = (op: string, stage: number, microbatch: number) =>
      events
        .filter(isOp)
        .find((one) => one.op === op && one.stage === stage && one.microbatch === microbatch);
    const messages = events.filter(isMessage);
    const placement = events.find(isStart)?.placement;
    expect(new Set(messages.map((m) => `${m.carries} ${m.from} ${m.to} ${m.microbatch}`)).size).toBe(
      messages.length,
    );
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) {
      const use = opOf(message.carries === 'activity' ? 'F' : 'B', message.to, message.microbatch);
      expect(message.made).toBeLessThanOrEqual(message.start);
      const here = placement?.[message.from] === placement?.[message.to];
      expect(message.end).toBe(message.start + (here ? 0 : 700));
      expect(use?.start).toBeGreaterThanOrEqual(message.end);
      expect(places.get(use as TraceEvent)).toBeGreaterThan(places.get(message) as number);
      const makers = events.filter(
        (one) => isOp(one) && one.stage === message.from && one.microbatch === message.microbatch,
      );
      expect(makers.some((maker) => isOp(maker) && maker.end === message.made)).toBe(true);
    }
  }
});

test('a device waits with all its stages, and says for what', async () => {
  const { events } = told(await scenarioOf(zbV(), { link: { latency: 5000 } }));
  const start = events.find(isStart);
  expect(start).toMatchObject({ kind: 'start', stages: 6, devices: 3, messages: true });
  expect(start?.placement).toEqual([0, 1, 2, 2, 1, 0]);
  const waits = events.filter(({ kind }) => ['starved', 'blocked', 'communicating'].includes(kind));
  expect(new Set(waits.map(({ kind }) => kind))).toEqual(new Set(['starved', 'communicating']));
  const perStage = new Map<number, number>();
  for (const wait of waits)
    if ('stage' in wait) perStage.set(wait.stage, (perStage.get(wait.stage) ?? 0) + 1);
  for (const [first, second] of [
    [0, 5],
    [1, 4],
    [2, 3],
  ])
    expect(perStage.get(first)).toBe(perStage.get(second));
});

test('what finds no room is told as lost', async () => {
  const arrivals = poisson(1e9 / 12_000);
  const scenario = await scenarioOf(stream(), { arrivals, capacity: 2, microbatches: 300 });
  const { events, outcome } = told(scenario);
  const lost = events.filter(({ kind }) => kind === 'lost').length;
  expect(lost).toBeGreaterThan(10);
  expect(lost / 300).toBeCloseTo(outcome.arrivals.lostShare, 12);
});

test('messages over links that are shared are told once too, with the op that made them', async () => {
  const cluster = {
    ...{ nodes: 3, devices: 1, inside: { latency: 0 } },
    between: { latency: 700, bandwidth: 1e9 },
  };
  for (const plan of [oneFOneB(), zbV(), stream()]) {
    const { events } = told(await scenarioOf(plan, { cluster, bytes: 4000 }));
    const messages = events.filter(isMessage);
    const ops = events.filter(isOp);
    const stages = new Set(ops.map(({ stage }) => stage)).size;
    const ways = plan.name === 'stream' ? 1 : 2;
    expect(messages, plan.name).toHaveLength(ways * (stages - 1) * 12);
    for (const { from, made, start, end } of messages) {
      expect(made).toBeLessThanOrEqual(start);
      expect(ops.some((op) => op.stage === from && op.end === made)).toBe(true);
      // alone it takes 4,000 ns and the latency; within a device nothing
      expect(end === start || end - start >= 4700).toBe(true);
    }
  }
});
