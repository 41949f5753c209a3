import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scheduleNames, schedulePlan, unitsOf } from '../../../src/cli/settings/schedules.ts';
import { make } from '../../../src/extend.ts';
import { type ChromeSink, ChromeTrace } from '../../../src/report.ts';
import {
  constant,
  lognormal,
  ms,
  onlookers,
  type Scenario,
  type Schedule,
  SimulatedTrace,
  scaled,
  simulate,
  us,
} from '../../../src/simulation.ts';
import { type Chrome, checkTrace, endOf as end, grouped, startOf as start } from './check-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulation-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function scenarioOf(
  name: (typeof scheduleNames)[number],
  more: Partial<Scenario> = {},
): Promise<Scenario> {
  const units = unitsOf(name);
  const cost = (unit: number, time: number) => (unit === 0 ? constant(0) : scaled(constant(time), unit));
  return {
    schedule: await make<Schedule>(schedulePlan(name)),
    ...{ devices: 4, microbatches: 8 },
    costs: {
      F: cost(units.F, ms(1)),
      B: cost(units.B, ms(1)),
      W: cost(units.W, ms(2)),
      U: constant(us(100)),
    },
    jitter: lognormal(0.2),
    link: { latency: us(300), bandwidth: 1e9 },
    bytes: 1e6,
    ...more,
  };
}

/** The trace of the first replication, and what was counted of it elsewhere. */
async function traced(scenario: Scenario, limit?: number) {
  const path = join(folder, 'trace.json');
  const file = new ChromeTrace(path, limit === undefined ? {} : { events: limit });
  let sink: ChromeSink | undefined;
  const trace = new SimulatedTrace(scenario, (event) => {
    if (event.kind === 'start') sink = file.run('a run', event);
    sink?.add(event);
  });
  const seen = { sent: 0, waited: 0 };
  const counting = {
    sent() {
      seen.sent++;
    },
    waited(_device: number, _why: number, start: number, end: number) {
      seen.waited += end - start;
    },
  };
  const outcome = simulate(scenario, { replications: 1, onlooker: onlookers(trace, counting) });
  trace.finish();
  const dropped = file.close();
  return { ...checkTrace(path), dropped, outcome, seen };
}

const slices = (events: readonly Chrome[]) => events.filter(({ ph }) => ph === 'X');
const points = (events: readonly Chrome[]) => events.filter(({ ph }) => 'stf'.includes(ph));
const isOp = ({ cat }: Chrome) => 'FBWU'.includes(cat);
const byRow = (events: readonly Chrome[]) => grouped(events, ({ tid }) => tid);

describe.each(scheduleNames)('the trace of %s', (name) => {
  test('has every op, every wait, and no fault', async () => {
    const { events, outcome, seen, faults } = await traced(await scenarioOf(name));
    expect(faults).toEqual([]);
    expect(slices(events).filter(isOp)).toHaveLength(outcome.ops);
    const waits = slices(events).filter(({ cat }) => cat === 'wait');
    expect(waits.reduce((sum, one) => sum + end(one) - start(one), 0)).toBe(seen.waited);
  });

  test('has an arrow for every message, both ends inside slices, from an earlier one to a later one', async () => {
    const scenario = await scenarioOf(name);
    const { events, seen } = await traced(scenario);
    const rows = byRow(slices(events));
    const arrows = grouped(points(events), ({ id }) => id);
    // one that is used before it comes has none
    if (scenario.schedule.overlooksWraps) expect(arrows.size).toBeLessThanOrEqual(seen.sent);
    // nor has a gradient that a later microbatch takes: as many come down as activities go up
    else if (scenario.schedule.gradientDelay) expect(arrows.size).toBe(seen.sent / 2);
    else expect(arrows.size).toBe(seen.sent);
    for (const arrow of arrows.values()) {
      expect(arrow.map(({ ph }) => ph).join('')).toMatch(/^st?f$/);
      const within = arrow.map((point) => {
        const slice = rows
          .get(point.tid)
          ?.find((one) => start(one) <= start(point) && start(point) < end(one));
        expect(slice).toBeDefined();
        return slice as Chrome;
      });
      for (let i = 1; i < arrow.length; i++) {
        expect(start(arrow[i])).toBeGreaterThan(start(arrow[i - 1]));
      }
      // activities and gradients of one microbatch lead from it to it
      const [from, to] = [within[0], within[within.length - 1]].map(({ args }) => args.microbatch);
      expect(from).toBe(to);
    }
  });
});

test('a row for each device and one for what it sends, named and in order', async () => {
  const { events } = await traced(await scenarioOf('stream', { link: { latency: us(100) } }));
  const names = events.filter(({ name }) => name === 'thread_name');
  const place = ({ tid }: Chrome) =>
    Number(events.find((one) => one.name === 'thread_sort_index' && one.tid === tid)?.args.sort_index);
  const inOrder = names.toSorted((a, b) => place(a) - place(b)).map(({ args }) => args.name);
  const rows = [0, 1, 2].flatMap((d) => [`device ${d}`, `device ${d} sends`]);
  expect(inOrder).toEqual(['source', ...rows, 'device 3']);
  expect(events.find(({ name }) => name === 'process_name')?.args.name).toBe('a run');
});

test('messages that are under way together lie on rows of their own', async () => {
  const { events, outcome } = await traced(await scenarioOf('stream', { link: { latency: ms(20) } }));
  const sends = events.filter(({ name, args }) => name === 'thread_name' && `${args.name}`.includes('sends'));
  expect(sends.length).toBeGreaterThan(4);
  expect(outcome.ops).toBeGreaterThan(0);
});

test('times are microseconds', async () => {
  const scenario = await scenarioOf('1f1b', { costs: { F: constant(ms(1)) } });
  const { jitter: _, ...plain } = scenario;
  const { events } = await traced(plain as Scenario);
  const [first] = slices(events).filter(isOp);
  expect([first.ts, first.dur]).toEqual([0, 1000]);
});

test('where W takes no time, the arrow of its gradient starts in the B before it', async () => {
  const { jitter: _, ...scenario } = await scenarioOf('1f1b', {
    costs: { F: constant(ms(1)), B: constant(ms(2)) },
    link: { latency: 0 },
    bytes: 0,
  });
  const { events, seen } = await traced(scenario as Scenario);
  expect(grouped(points(events), ({ id }) => id).size).toBe(seen.sent);
});

test('waits are coloured by what is waited for', async () => {
  const scenario = await scenarioOf('stream', { slow: [{ device: 2, factor: 3 }], capacity: 1 });
  const { events } = await traced(scenario);
  const colours = slices(events)
    .filter(({ cat }) => cat === 'wait')
    .map(({ name, cname }) => `${name} ${cname}`);
  expect([...new Set(colours)].sort()).toEqual(['blocked terrible', 'communicating bad', 'starved grey']);
});

test('beyond the limit events are counted and left out, and the file can be read', async () => {
  const scenario = await scenarioOf('zb-h1');
  const { otherData } = await traced(scenario);
  const few = await traced(scenario, 50);
  expect(few.dropped).toBe(otherData.events - 50);
  expect(few.otherData).toMatchObject({ events: 50, limit: 50, dropped: few.dropped });
});

test('times of parts of a nanosecond are rounded, and what takes none is left out', async () => {
  const costs = { F: constant(0.4), B: constant(1.3), W: constant(2.6), U: constant(0.25) };
  const scenario = await scenarioOf('interleaved-1f1b', { costs, link: { latency: 0.7 }, bytes: 0 });
  const { events, faults, outcome } = await traced(scenario);
  expect(faults).toEqual([]);
  const ops = slices(events).filter(isOp);
  expect(ops.length).toBeGreaterThan(outcome.ops / 4);
  expect(ops.length).toBeLessThan(outcome.ops);
});
