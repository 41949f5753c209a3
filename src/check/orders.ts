import type { OpKind } from '../core/trace.ts';
import { line, type Path, type Schedule, type Step } from '../schedules/schedule.ts';
import { holds, same } from './rule.ts';

/** So many devices and microbatches, and how many of those stand behind one update where that is a window. */
export interface Size {
  readonly devices: number;
  readonly microbatches: number;
  readonly window: number;
}

/** A stage of a path, and how many ops of each kind it has made. */
interface Stage {
  readonly path: Path;
  /** on its path, from 0 */
  readonly place: number;
  readonly done: Record<OpKind, number>;
}

interface Stages {
  /** in the order of their chunks [devices] */
  readonly ofDevice: readonly (readonly Stage[])[];
  readonly ofPath: ReadonlyMap<Path, readonly Stage[]>;
}

/** Whether an order can be made for a size; what it refuses it refuses in one sentence. */
export function suits({ mustSuit, updates }: Schedule, { devices, microbatches, window }: Size): boolean {
  try {
    mustSuit?.(devices, updates === 'window' ? window : microbatches);
    return updates === 'window' || window === 1;
  } catch (error) {
    const { message } = error as Error;
    holds(/ must be .*; got /.test(message), `it refuses a size with '${message}', not '… must be …; got …'`);
    return false;
  }
}

/** The steps of each device; an order that does not end is cut off and so has too many. */
export function ordersOf({ order }: Schedule, { devices, ...rest }: Size): Step[][] {
  const most = 200 * (rest.microbatches + devices);
  return Array.from({ length: devices }, (_, device) => {
    const steps: Step[] = [];
    const place = { device, devices, ...rest, costs: { F: 1, B: 1, W: 1, latency: 0 } };
    for (const step of order?.(place) ?? []) if (steps.push(step) > most) break;
    return steps;
  });
}

/** The stages of each device, and of each path. */
export function stagesOf(schedule: Schedule, { devices, microbatches }: Size): Stages {
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

/** Counts the ops of an order. @throws {BrokenRule} where one is missing, comes twice or too early */
export function countsOf(schedule: Schedule, size: Size): void {
  const backward = schedule.serves.includes('backward');
  const { ofDevice } = stagesOf(schedule, size);
  for (const [device, steps] of ordersOf(schedule, size).entries()) {
    const where = `on device ${device} of ${JSON.stringify(size)}`;
    const stages = ofDevice[device];
    for (const { op, chunk } of steps) {
      holds(stages[chunk] !== undefined, `chunk ${chunk} is not there ${where}`);
      const { done } = stages[chunk];
      done[op]++;
      const [first, second] = backward ? [done.B, done.W] : [done.W, done.W];
      holds(done.F >= first && first >= second, `${op} of chunk ${chunk} comes too early ${where}`);
      if (op === 'U') mustBeTimely(done, schedule, size, where);
    }
    for (const { done, path } of stages) {
      const each = path.microbatches;
      const byWindow = Math.ceil(each / size.window);
      const U = schedule.updates === 'flush' ? 1 : schedule.updates === 'microbatch' ? each : byWindow;
      same(done, { F: each, B: backward ? each : 0, W: each, U }, `ops ${where}`);
    }
    const last = steps.slice(-stages.length).map(({ op }) => op);
    const ends = schedule.updates === 'flush' ? 'U'.repeat(stages.length) : stages.length > 0 ? 'U' : '';
    holds(last.join('').endsWith(ends), `it ends with ${last.join('')} ${where}`);
  }
}

/** An update comes when the gradients that it is made of are there, and before those of the next. */
function mustBeTimely(
  { W, U }: Stage['done'],
  { updates }: Schedule,
  { microbatches, window }: Size,
  where: string,
): void {
  if (updates === 'microbatch') same(W, U, `W before update ${U} ${where}`);
  if (updates === 'window') same(W, Math.min(microbatches, U * window), `W before update ${U} ${where}`);
}

/** @throws {BrokenRule} where weights change between the F and the B of a microbatch */
export function mustGoBackAsForward(schedule: Schedule, size: Size): void {
  for (const [device, steps] of ordersOf(schedule, size).entries()) {
    const chunks = stagesOf(schedule, size).ofDevice[device].map(() => ({
      read: [] as number[],
      B: 0,
      U: 0,
    }));
    for (const { op, chunk } of steps) {
      const own = chunks[chunk];
      if (op === 'F') own.read.push(own.U);
      else if (op === 'U') own.U++;
      else if (op === 'B') {
        const i = own.B++;
        const where = `on device ${device} of ${JSON.stringify(size)}`;
        holds(own.read[i] === own.U, `${own.U - own.read[i]} updates between F ${i} and its B ${where}`);
      }
    }
  }
}

/** Carries orders out, each device as far as it can. @returns how many steps each came */
export function carriedOut(
  schedule: Schedule,
  { devices }: Size,
  orders: readonly (readonly Step[])[],
  { ofDevice, ofPath }: Stages,
): number[] {
  const heads = new Array<number>(devices).fill(0);
  const ready = (device: number, { op, chunk }: Step): boolean => {
    const stage = ofDevice[device][chunk];
    if (stage === undefined) return false;
    const { path, place, done } = stage;
    const stages = ofPath.get(path) as readonly Stage[];
    const below = stages[place - 1]?.done[schedule.sendsActivityAfter ?? 'F'] ?? Number.POSITIVE_INFINITY;
    const above = stages[place + 1]?.done[schedule.sendsGradientAfter] ?? Number.POSITIVE_INFINITY;
    return op === 'F' ? below > done.F : op === 'B' ? above + (schedule.gradientDelay ?? 0) > done.B : true;
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
  return heads;
}
