import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import type { OpKind } from '../../src/core/trace.ts';
import { line, type Path, type Ready, type Schedule, type Step } from '../../src/schedules/schedule.ts';
import { membersOf } from './family.ts';

const ops: readonly OpKind[] = ['F', 'B', 'W', 'U'];

/** Every set of ops that could be ready, microbatch 0 among them. */
const situations = Array.from({ length: 16 }, (_, set): [string, Ready] => {
  const ready = ops.filter((_, bit) => set & (1 << bit));
  return [ready.join('') || 'nothing', Object.fromEntries(ready.map((op, i) => [op, i]))];
});

const members = await Promise.all(
  (await membersOf('schedules', 'schedule.ts')).map(async ({ title, factory }) => ({
    title,
    schedule: (await make(factory())) as Schedule,
  })),
);

describe.each(members)('$title', ({ schedule }) => {
  it('is a policy or an order', () => {
    expect([schedule.next, schedule.order].filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('lets one microbatch or more into the pipeline', () => {
    expect(schedule.serves.length).toBeGreaterThan(0);
    expect(schedule.inFlight).toBeGreaterThanOrEqual(1);
    expect(['W', 'U']).toContain(schedule.returnsInputAfter);
    expect(['B', 'W']).toContain(schedule.sendsGradientAfter);
    expect(['microbatch', 'flush', 'window']).toContain(schedule.updates);
  });
});

describe.each(members.filter(({ schedule }) => schedule.next))('the policy $title', ({ schedule }) => {
  const next = (ready: Ready) => schedule.next?.(ready);
  // layers that learn locally are never offered a B
  const offered = situations.filter(([, { B }]) => B === undefined || schedule.serves.includes('backward'));

  it.each(offered)('with %s ready names an op of those, and waits only for want of any', (_, ready) => {
    const op = next(ready);
    if (Object.keys(ready).length === 0) expect(op).toBeUndefined();
    else expect(Object.keys(ready)).toContain(op);
    expect(next(ready)).toBe(op);
  });

  it('finishes what is begun before it begins anew: room is bounded', () => {
    expect(next({ F: 5, U: 1 })).toBe('U');
    expect(next({ F: 5, W: 1 })).toBe('W');
  });
});

/** So many devices and microbatches, and how many of those stand behind one update where that is a window. */
interface Size {
  readonly devices: number;
  readonly microbatches: number;
  readonly window: number;
}

const sizes: readonly Size[] = [1, 2, 3, 4, 6, 8].flatMap((devices) =>
  [1, 2, 3, 4, 5, 8, 12, 16, 24].flatMap((microbatches) =>
    [1, 4, 8].map((window) => ({ devices, microbatches, window })),
  ),
);

function suits({ mustSuit, updates }: Schedule, { devices, microbatches, window }: Size): boolean {
  try {
    mustSuit?.(devices, updates === 'window' ? window : microbatches);
    return updates === 'window' || window === 1;
  } catch (error) {
    expect((error as Error).message).toMatch(/ must be .*; got /);
    return false;
  }
}

const ordersOf = ({ order }: Schedule, { devices, ...rest }: Size): Step[][] =>
  Array.from({ length: devices }, (_, device) => [
    ...(order?.({ device, devices, ...rest, costs: { F: 1, B: 1, W: 1, latency: 0 } }) ?? []),
  ]);

interface Stage {
  readonly path: Path;
  /** on its path, from 0 */
  readonly place: number;
  readonly done: Record<OpKind, number>;
}

/** The stages of each device, in the order of their chunks, and of each path. */
function stagesOf(schedule: Schedule, { devices, microbatches }: Size) {
  const paths = schedule.layout?.(devices, microbatches) ?? line(devices, microbatches);
  const ofDevice: Stage[][] = Array.from({ length: devices }, () => []);
  const ofPath = new Map<Path, Stage[]>();
  for (const path of paths) {
    const stages = path.devices.map((_, place): Stage => ({ path, place, done: { F: 0, B: 0, W: 0, U: 0 } }));
    ofPath.set(path, stages);
    for (const [place, device] of path.devices.entries()) ofDevice[device].push(stages[place]);
  }
  return { ofDevice, ofPath };
}

describe.each(members.filter(({ schedule }) => schedule.order))('the order $title', ({ schedule }) => {
  const suited = sizes.filter((size) => suits(schedule, size));
  const backward = schedule.serves.includes('backward');

  it('suits some numbers of devices and microbatches', () => {
    expect(suited.length).toBeGreaterThan(5);
  });

  it('is the same each time, and of a new flush again', () => {
    for (const size of suited.slice(0, 20))
      expect(ordersOf(schedule, size)).toEqual(ordersOf(schedule, size));
  });

  it('has F, B and W of each microbatch of each chunk once, B behind F, W behind B, and U where it says', () => {
    for (const size of suited) {
      const { ofDevice } = stagesOf(schedule, size);
      for (const [device, steps] of ordersOf(schedule, size).entries()) {
        const where = JSON.stringify({ ...size, device });
        const stages = ofDevice[device];
        for (const { op, chunk } of steps) {
          const { done } = stages[chunk];
          done[op]++;
          const [first, second] = backward ? [done.B, done.W] : [done.W, done.W];
          expect(done.F >= first && first >= second, `${where} ${op}${chunk}`).toBe(true);
          if (op === 'U') mustBeTimely(done, schedule, size, where);
        }
        for (const { done, path } of stages) {
          const each = path.microbatches;
          const updates =
            schedule.updates === 'flush'
              ? 1
              : schedule.updates === 'microbatch'
                ? each
                : Math.ceil(each / size.window);
          expect(done, where).toEqual({ F: each, B: backward ? each : 0, W: each, U: updates });
        }
        const last = steps.slice(-stages.length).map(({ op }) => op);
        if (schedule.updates === 'flush') expect(last.join(''), where).toBe('U'.repeat(stages.length));
        else if (stages.length > 0) expect(last.at(-1), where).toBe('U');
      }
    }
  });

  it('can be carried out: no device waits for ever for another', () => {
    for (const size of suited) {
      const orders = ordersOf(schedule, size);
      const { ofDevice, ofPath } = stagesOf(schedule, size);
      const heads = orders.map(() => 0);
      const ready = (device: number, { op, chunk }: Step): boolean => {
        const { path, place, done } = ofDevice[device][chunk];
        const stages = ofPath.get(path) as Stage[];
        const below = stages[place - 1]?.done[schedule.sendsActivityAfter ?? 'F'] ?? Number.POSITIVE_INFINITY;
        const above = stages[place + 1]?.done[schedule.sendsGradientAfter] ?? Number.POSITIVE_INFINITY;
        return op === 'F' ? below > done.F : op === 'B' ? above > done.B : true;
      };
      for (let moved = true; moved; ) {
        moved = false;
        for (const [device, order] of orders.entries()) {
          for (let next = order[heads[device]]; next && ready(device, next); next = order[heads[device]]) {
            ofDevice[device][next.chunk].done[next.op]++;
            heads[device]++;
            moved = true;
          }
        }
      }
      expect(heads, JSON.stringify(size)).toEqual(orders.map(({ length }) => length));
    }
  });
});

/** An update comes when the gradients that it is made of are there, and before those of the next. */
function mustBeTimely(
  { W, U }: Stage['done'],
  { updates }: Schedule,
  { microbatches, window }: Size,
  where: string,
): void {
  if (updates === 'microbatch') expect(W, where).toBe(U);
  if (updates === 'window') expect(W, where).toBe(Math.min(microbatches, U * window));
}
