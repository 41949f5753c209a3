import type { OpKind } from '../../core/trace.ts';
import { type Schedule, type Step, step } from '../../schedules/schedule.ts';
import type { TimedGraph, Unsteady } from './timed-graph.ts';

/** What a device repeats for ever. */
export interface SteadyOrder {
  /** one repetition */
  readonly steps: readonly Step[];
  /** ops done before it, of each chunk: those of the first repetition have these numbers and up */
  readonly before: readonly Readonly<Record<OpKind, number>>[];
}

const none = { F: 0, B: 0, W: 0, U: 0 };

/**
 * The steady order of each device: of a policy, what a stage does where nothing is lacking; of a schedule that flushes, one
 * flush; of an order that goes through the whole run, the part that repeats itself. All of one length in microbatches.
 *
 * @param chunks  stages of each device  [devices]
 */
export function steadyOrders(timed: TimedGraph, chunks: readonly number[]): SteadyOrder[] | Unsteady {
  const { schedule } = timed;
  const unsteady = { reason: `schedule ${schedule.name} has no order that repeats itself` };
  if (schedule.next) {
    const own = ofPolicy(schedule);
    return own && chunks.every((count) => count === 1) ? chunks.map(() => own) : unsteady;
  }
  if (schedule.updates === 'flush') {
    return chunks.map((count, device) => ({
      steps: [...orderOf(timed, device, timed.microbatches)],
      before: Array.from({ length: count }, () => none),
    }));
  }
  const found = chunks.map((count, device) => repeating(timed, device, count));
  if (!found.every((one) => one !== undefined)) return unsteady;
  const lengths = found.map(({ steps }) => steps.filter(({ op, chunk }) => op === 'F' && chunk === 0).length);
  const all = lengths.reduce(leastMultiple, 1);
  return found.map(({ steps, before }, device) => ({
    before,
    steps: Array.from({ length: all / lengths[device] }, () => steps).flat(),
  }));
}

const policyStepsAtMost = 1024;

/** The ops that a stage takes by turns where inputs and gradients are always there. */
function ofPolicy(schedule: Schedule): SteadyOrder | undefined {
  const local = schedule.serves.includes('locally');
  const done = { ...none };
  const seen = new Map<string, { steps: number; before: typeof none }>();
  const steps: Step[] = [];
  while (steps.length < policyStepsAtMost) {
    const { F, B, W, U } = done;
    const state = `${local ? 0 : F - B} ${F - W} ${W - U}`;
    const known = seen.get(state);
    if (known && F > known.before.F) {
      return { steps: steps.slice(known.steps), before: [known.before] };
    }
    if (!known) seen.set(state, { steps: steps.length, before: { ...done } });
    const op = schedule.next?.({
      ...(F - U < schedule.inFlight && { F }),
      ...(!local && B < F && { B }),
      ...(W < (local ? F : B) && { W }),
      ...(U < W && { U }),
    });
    if (op === undefined) return undefined;
    steps.push(step(op));
    done[op]++;
  }
  return undefined;
}

/** The end of a long order, where it repeats itself. */
function repeating(timed: TimedGraph, device: number, chunks: number): SteadyOrder | undefined {
  const { graph, schedule, window = graph.devices } = timed;
  const length = 4 * graph.devices + 24 * (schedule.updates === 'window' ? window : 1) + 64;
  const steps: Step[] = [];
  for (const next of orderOf(timed, device, length)) {
    if (steps.push(next) === length) break;
  }
  if (steps.length < length) return undefined;
  // equal steps are one object only by courtesy of `step`
  const names = steps.map(({ op, chunk, late }) => `${op}${chunk}${late ? ' late' : ''}`).reverse();
  const half = length / 2;
  const period = shortestPeriod(names.slice(0, half));
  if (3 * period > half) return undefined;
  const from = length - period;
  const before = Array.from({ length: chunks }, () => ({ ...none }));
  for (const { op, chunk } of steps.slice(0, from)) before[chunk][op]++;
  const own = steps.slice(from);
  const counts = Array.from({ length: chunks }, () => ({ ...none }));
  for (const { op, chunk } of own) counts[chunk][op]++;
  const even = counts.every(({ F, W }) => F === counts[0].F && W === F && F > 0);
  return even ? { steps: own, before } : undefined;
}

/** The shortest period of a sequence, by its borders (Knuth, Morris and Pratt). */
function shortestPeriod(names: readonly string[]): number {
  const border = [0];
  for (let i = 1, length = 0; i < names.length; i++) {
    while (length > 0 && names[i] !== names[length]) length = border[length - 1];
    if (names[i] === names[length]) length++;
    border.push(length);
  }
  return names.length - (border.at(-1) ?? 0);
}

const evenCosts = { F: 1, B: 1, W: 1, latency: 0 };

function orderOf(
  { graph, schedule, orderCosts, window = graph.devices }: TimedGraph,
  device: number,
  microbatches: number,
): Iterable<Step> {
  const costs = orderCosts?.[device] ?? evenCosts;
  return schedule.order?.({ device, devices: graph.devices, microbatches, window, costs }) ?? [];
}

function leastMultiple(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large === 0 ? b : (a / large) * b;
}
