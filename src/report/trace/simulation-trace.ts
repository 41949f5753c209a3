import { type Stages, stagesOf } from '../../simulation/engine/stages.ts';
import { BLOCKED, STARVED } from '../../simulation/engine/tally.ts';
import type { EndedOp, MessageKind, Onlooker } from '../../simulation/onlooker.ts';
import { resolveScenario, type Scenario } from '../../simulation/scenario.ts';
import { nameOfRow, slice, waitColours } from './chrome-event.ts';
import type { ChromeTrace } from './chrome-trace.ts';
import { MessageArrows, type Point } from './message-arrows.ts';

interface Wait {
  readonly why: number;
  readonly start: number;
  readonly end: number;
}

/** A row of messages on their way from one device. */
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
 *     const trace = new SimulationTrace(file, '1f1b', scenario);
 *     simulate(scenario, { onlooker: onlookers(trace) });
 *     trace.finish();
 */
export class SimulationTrace implements Onlooker {
  private readonly stages: Stages;
  private readonly process: ReturnType<ChromeTrace['process']>;
  private readonly run: { readonly pid: number; readonly origin: number };
  private readonly activityAfter: 'F' | 'W';
  private readonly messages: MessageArrows;
  private rows = 1;
  private arrows = 0;
  /** row of its ops  [devices] */
  private readonly compute: readonly number[];
  private readonly lanes: readonly Lane[][];
  /** the last nanosecond of the last op that took time  [stages] */
  private readonly latest: Point[] = [];
  /** what it waits for at the moment: the simulator tells of it in pieces  [devices] */
  private readonly waits: (Wait | undefined)[] = [];

  /**
   * @param name  of the run, as the viewer shows it
   * @throws {RangeError} one sentence for the first field of the scenario that breaks its rule
   */
  constructor(file: ChromeTrace, name: string, scenario: Scenario) {
    this.stages = stagesOf(resolveScenario(scenario));
    this.process = file.process(name);
    this.run = { pid: this.process.pid, origin: 0 };
    this.activityAfter = scenario.schedule.sendsActivityAfter ?? 'F';
    this.messages = new MessageArrows(this.stages);
    const devices = Array.from({ length: scenario.devices }, (_, device) => ({
      tid: this.row(device, '', 0),
      lanes: [{ tid: this.row(device, ' sends', 1), free: 0 }],
    }));
    this.compute = devices.map(({ tid }) => tid);
    this.lanes = devices.map(({ lanes }) => lanes);
  }

  sent(from: number, to: number, kind: MessageKind, sent: number, arrives: number): void {
    const { microbatch, points } = this.messages.sent(from, kind, arrives);
    if (arrives === sent) return;
    const tid = this.laneOf(this.stages.device[from], sent, arrives);
    const name = `${kind} ${from}→${to} ${microbatch}`;
    const args = { microbatch, from, to };
    this.process.draw([{ ...slice(name, kind, tid, sent, arrives, this.run), args }]);
    points.push({ tid, at: sent });
  }

  ended(op: EndedOp): void {
    const { messages } = this;
    const { stage, device, start, end } = op;
    if (end > start) {
      this.flushWait(device);
      this.drawOp(op);
      this.latest[stage] = { tid: this.compute[device], at: end - 1 };
    }
    if (op.op === 'F') this.drawArrow('activity', op);
    if (op.op === 'B') this.drawArrow('gradient', op);
    // an op that took no time has no slice; the one just before it stands for it
    const point = this.latest[stage]?.at === end - 1 ? this.latest[stage] : undefined;
    if (op.op === this.activityAfter) messages.made(stage, 'activity', point);
    // whether B or W sends is up to the schedule and the step: it is the one whose message has just gone
    if ((op.op === 'B' || op.op === 'W') && messages.waits(stage, 'gradient'))
      messages.made(stage, 'gradient', point);
  }

  waited(device: number, why: number, start: number, end: number): void {
    const before = this.waits[device];
    if (before?.why === why && before.end === start) this.waits[device] = { ...before, end };
    else {
      this.flushWait(device);
      this.waits[device] = { why, start, end };
    }
  }

  /** Draws what is left, once the simulation has ended. */
  finish(): void {
    for (const device of this.compute.keys()) this.flushWait(device);
  }

  private drawOp({ op, stage, device, microbatch, start, end, read, written }: EndedOp): void {
    const args = { stage, microbatch, read, written };
    const drawn = slice(`${stage}${op}${microbatch}`, op, this.compute[device], start, end, this.run);
    this.process.draw([{ ...drawn, args }]);
  }

  /** From the op that made a message to the one that took it, if both are to be seen. */
  private drawArrow(kind: MessageKind, { stage, device, start, end }: EndedOp): void {
    const last = end > start ? [{ tid: this.compute[device], at: start }] : [];
    const points = [...this.messages.taken(stage, kind, start), ...last];
    if (points.length < 2) return;
    const { pid } = this.run;
    const same = { name: kind, cat: `run ${pid} ${kind}`, id: ++this.arrows, pid };
    const drawn = points.map(({ tid, at }, i) => {
      const ph = i === 0 ? 's' : i === points.length - 1 ? 'f' : 't';
      return { ph, ...same, tid, ts: at / 1e3, ...(ph === 'f' && { bp: 'e' }) };
    });
    this.process.draw(drawn);
  }

  private flushWait(device: number): void {
    const wait = this.waits[device];
    this.waits[device] = undefined;
    if (wait === undefined) return;
    const reason = wait.why === STARVED ? 'starved' : wait.why === BLOCKED ? 'blocked' : 'communicating';
    const drawn = slice(reason, 'wait', this.compute[device], wait.start, wait.end, this.run);
    this.process.draw([{ ...drawn, cname: waitColours[reason] }]);
  }

  /** The first of a device's rows that is free until then; one more where there is none. */
  private laneOf(device: number, from: number, until: number): number {
    const lanes = this.lanes[device];
    let lane = lanes.find(({ free }) => free <= from);
    if (lane === undefined) {
      const n = lanes.length + 1;
      lane = { tid: this.row(device, ` sends (${n})`, n), free: 0 };
      lanes.push(lane);
    }
    lane.free = until;
    return lane.tid;
  }

  private row(device: number, what: string, place: number): number {
    this.process.title(nameOfRow(this.run, ++this.rows, `device ${device}${what}`, 1000 * device + place));
    return this.rows;
  }
}
