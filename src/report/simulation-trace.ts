import type { EndedOp, MessageKind, Onlooker } from '../simulation/onlooker.ts';
import { type Scenario, stagesOf, wholeScenario } from '../simulation/scenario.ts';
import { BLOCKED, STARVED } from '../simulation/tally.ts';
import { type ChromeEvent, nameOfRow, slice, waitColours } from './chrome-event.ts';
import type { ChromeTrace } from './chrome-trace.ts';

/** What draws a simulation: it looks on, and `finish` draws what is left once the simulation has ended. */
export interface SimulationTrace {
  readonly onlooker: Onlooker;
  finish(): void;
}

/** A point of an arrow: which row, and when. */
interface Point {
  readonly tid: number;
  readonly at: number;
}

interface Message {
  readonly arrives: number;
  /** in the op that made it, and in the message on its way; what takes no time isn't drawn, and holds no point */
  readonly points: Point[];
}

/** What is on its way between two stages, one way. */
interface Way {
  readonly kind: MessageKind;
  readonly from: number;
  readonly to: number;
  /** ends of the ops that made what has not been sent yet, oldest first */
  readonly made: (Point | undefined)[];
  /** sent by an op that has not been told of yet, then under way, oldest first */
  readonly unmade: Message[];
  readonly under: Message[];
  /** messages sent and taken so far; more are taken where a schedule doesn't wait for what comes */
  sent: number;
  taken: number;
}

interface Wait {
  readonly why: number;
  readonly start: number;
  readonly end: number;
}

/** A row of messages on their way from one device; those at the same time have rows of their own. */
interface Lane {
  readonly tid: number;
  free: number;
}

/**
 * Draws a simulation into a Chrome trace: a row for each device's ops and waits, one below it for the messages it sends, and
 * an arrow for each message, from the op that made it to the op that takes it.
 *
 * Messages that were on their way at the same time lie on rows of their own, for slices of one row can't overlap. No arrow
 * leads back in time, to an op of a schedule that doesn't wait for its input.
 *
 * @param name  of the run, as the viewer shows it
 * @throws {RangeError} one sentence for the first field of the scenario that breaks its rule
 */
export function simulationTrace(trace: ChromeTrace, name: string, scenario: Scenario): SimulationTrace {
  const stages = stagesOf(wholeScenario(scenario));
  const { pid, draw, title } = trace.process(name);
  const run = { pid, origin: 0 };
  const activityAfter = scenario.schedule.sendsActivityAfter ?? 'F';
  let rows = 1;
  let arrows = 0;
  const row = (of: string, place: number): number => {
    title(nameOfRow(run, ++rows, of, place));
    return rows;
  };
  const lanes: Lane[][] = [];
  const compute = Array.from({ length: scenario.devices }, (_, device) => {
    const tid = row(`device ${device}`, 1000 * device);
    lanes.push([{ tid: row(`device ${device} sends`, 1000 * device + 1), free: 0 }]);
    return tid;
  });
  const laneOf = (device: number, from: number, until: number): number => {
    let lane = lanes[device].find(({ free }) => free <= from);
    if (lane === undefined) {
      const n = lanes[device].length + 1;
      lane = { tid: row(`device ${device} sends (${n})`, 1000 * device + n), free: 0 };
      lanes[device].push(lane);
    }
    lane.free = until;
    return lane.tid;
  };
  const way = (kind: MessageKind, from: number, to: number): Way | undefined =>
    to === -1 || from === -1
      ? undefined
      : { kind, from, to, made: [], unmade: [], under: [], sent: 0, taken: 0 };
  /** in the last nanosecond of each stage's last op that took time  [stages] */
  const latest: Point[] = Array.from(stages.device, (device) => ({ tid: compute[device], at: Number.NaN }));
  const each = Array.from({ length: stages.count }, (_, stage) => stage);
  /** upwards from each stage, and downwards */
  const up = each.map((stage) => way('activity', stage, stages.next[stage]));
  const down = each.map((stage) => way('gradient', stage, stages.previous[stage]));

  /** An op has made what goes this way, and may have sent it already. */
  const make = (on: Way, op: EndedOp): void => {
    const { at, tid } = latest[op.stage];
    // an op that took no time has no slice; the one just before it stands for it
    const point = at === op.end - 1 ? { tid, at } : undefined;
    const waiting = on.unmade.shift();
    if (waiting === undefined) on.made.push(point);
    else if (point) waiting.points.unshift(point);
  };
  const take = (on: Way | undefined, op: EndedOp): void => {
    if (on === undefined) return;
    on.taken++;
    const message = on.under.shift();
    if (message === undefined || message.arrives > op.start) return;
    const last = op.end > op.start ? [{ tid: compute[op.device], at: op.start }] : [];
    drawArrow([...message.points, ...last], on.kind);
  };
  const drawArrow = (points: readonly Point[], kind: MessageKind): void => {
    if (points.length < 2) return;
    const id = ++arrows;
    draw(
      points.map(({ tid, at }, i) => {
        const ph = i === 0 ? 's' : i === points.length - 1 ? 'f' : 't';
        const bind = ph === 'f' ? { bp: 'e' } : {};
        return { ph, name: kind, cat: `run ${pid} ${kind}`, id, pid, tid, ts: at / 1e3, ...bind };
      }),
    );
  };

  /** what a device waits for, for the simulator looks at it several times  [devices] */
  const waits: (Wait | undefined)[] = [];
  const flushWait = (device: number): void => {
    const wait = waits[device];
    if (wait) draw([waitEvent(wait, compute[device], run)]);
    waits[device] = undefined;
  };

  const onlooker: Onlooker = {
    sent(from, to, kind, sent, arrives) {
      const on = (kind === 'activity' ? up : down)[from];
      if (on === undefined) return;
      const points: Point[] = [];
      const microbatch = on.sent++;
      if (arrives > sent) {
        const tid = laneOf(stages.device[from], sent, arrives);
        const name = `${kind} ${from}→${to} ${microbatch}`;
        draw([{ ...slice(name, kind, tid, sent, arrives, run), args: { microbatch, from, to } }]);
        points.push({ tid, at: sent });
      }
      const message = { arrives, points };
      // an op that sends at once is told of after its message
      if (on.made.length === 0) on.unmade.push(message);
      else {
        const made = on.made.shift();
        if (made) points.unshift(made);
      }
      // one that was used before it came is not waited for
      if (microbatch >= on.taken) on.under.push(message);
    },
    ended(op) {
      const { stage, device, microbatch, start, end, read, written } = op;
      const kind = op.op;
      if (end > start) {
        const name = `${stage}${kind}${microbatch}`;
        const args = { stage, microbatch, read, written };
        flushWait(device);
        draw([{ ...slice(name, kind, compute[device], start, end, run), args }]);
        latest[stage] = { tid: compute[device], at: end - 1 };
      }
      if (kind === 'F') take(stages.previous[stage] === -1 ? undefined : up[stages.previous[stage]], op);
      if (kind === 'B') take(stages.next[stage] === -1 ? undefined : down[stages.next[stage]], op);
      const [above, below] = [up[stage], down[stage]];
      if (kind === activityAfter && above) make(above, op);
      // which of B and W sends is the schedule's and the step's: it is the one whose message has just gone
      if ((kind === 'B' || kind === 'W') && below && below.unmade.length > 0) make(below, op);
    },
    waited(device, why, start, end) {
      const before = waits[device];
      if (before?.why === why && before.end === start) waits[device] = { ...before, end };
      else {
        flushWait(device);
        waits[device] = { why, start, end };
      }
    },
  };
  return {
    onlooker,
    finish() {
      for (const device of compute.keys()) flushWait(device);
    },
  };
}

function waitEvent(
  { why, start, end }: Wait,
  tid: number,
  run: { readonly pid: number; readonly origin: number },
): ChromeEvent {
  const reason = why === STARVED ? 'starved' : why === BLOCKED ? 'blocked' : 'communicating';
  return { ...slice(reason, 'wait', tid, start, end, run), cname: waitColours[reason] };
}
