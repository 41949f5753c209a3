import type { MessageEvent, TraceEvent, WaitEvent } from '../core/trace.ts';
import { type Stages, stagesOf } from './engine/stages.ts';
import { BLOCKED, STARVED } from './engine/tally.ts';
import type { EndedOp, MessageKind, Onlooker } from './onlooker.ts';
import { resolveScenario, type Scenario } from './scenario.ts';

type Emit = (event: TraceEvent) => void;

/** Messages in one direction out of one stage, in order. */
interface Outgoing {
  /** ends of the ops whose message has not been sent yet; undefined where the op took no time */
  readonly made: (number | undefined)[];
  /** sent by an op that has not been reported yet */
  readonly early: MessageEvent[];
  sent: number;
}

/**
 * Turns what an onlooker of a simulation is told into the events that a run emits: the start event at once, then ops,
 * waits, messages, arrivals and losses.
 *
 *     const trace = new SimulatedTrace(scenario, (event) => picture.add(event));
 *     simulate(scenario, { onlooker: trace });
 *     trace.finish();
 *
 * Nothing is computed in a simulation, so `held` and `macs` are 0 and there are no predictions and no weights.
 */
export class SimulatedTrace implements Onlooker {
  private readonly emit: Emit;
  private readonly rows: number;
  private readonly stages: Stages;
  private readonly activityAfter: 'F' | 'W';
  /** [stages] */
  private readonly outgoing: Readonly<Record<MessageKind, readonly Outgoing[]>>;
  /** end of the last op that can be drawn [stages] */
  private readonly lastEnd: Float64Array;
  /** microbatches that W has run for and U has not [stages] */
  private readonly weighed: readonly number[][];
  /** the wait under way: the simulator reports it in pieces [devices] */
  private readonly waits: (Omit<WaitEvent, 'stage'> | undefined)[] = [];

  /**
   * @param rows  samples of a microbatch, for measures that count samples; left out, 1
   * @throws {RangeError} one sentence for the first field of the scenario that breaks its rule
   */
  constructor(scenario: Scenario, emit: Emit, rows = 1) {
    this.emit = emit;
    this.rows = rows;
    this.stages = stagesOf(resolveScenario(scenario));
    this.activityAfter = scenario.schedule.sendsActivityAfter ?? 'F';
    const { count, device } = this.stages;
    const each = <T>(make: () => T): T[] => Array.from({ length: count }, make);
    const outgoing = (): Outgoing[] => each(() => ({ made: [], early: [], sent: 0 }));
    this.outgoing = { activity: outgoing(), gradient: outgoing() };
    this.lastEnd = new Float64Array(count).fill(-1);
    this.weighed = each(() => []);
    emit({
      ...{ kind: 'start', stages: count, placement: [...device], messages: true },
      ...(scenario.devices < count && { devices: scenario.devices }),
      ...{ tile: 'none, virtual time only', kernels: 'none', start: 0 },
    });
  }

  entered(_path: number, microbatch: number, start: number): void {
    this.emit({ kind: 'arrival', microbatch, purpose: 'learn', rows: this.rows, epoch: 0, start });
  }

  lost(_path: number, start: number): void {
    this.emit({ kind: 'lost', start });
  }

  sent(from: number, to: number, carries: MessageKind, start: number, end: number): void {
    const outgoing = this.outgoing[carries][from];
    const message = { kind: 'message', carries, from, to, microbatch: outgoing.sent++, start, end } as const;
    // a message sent at once is reported just before its op, one that waited for credit after it
    // a gradient waits for no credit: one told of later was on a shared link, and its op ended when it was sent
    if (carries === 'gradient' && this.lastEnd[from] >= start) this.emitMessage(message, start);
    else if (outgoing.made.length === 0) outgoing.early.push(message);
    else this.emitMessage(message, outgoing.made.shift());
  }

  ended({ op, stage, device, microbatch, start, end, read, written }: EndedOp): void {
    this.flushWait(device);
    const weighed = this.weighed[stage];
    if (op === 'W') weighed.push(microbatch);
    const subjects = op === 'U' ? weighed.splice(0) : [microbatch];
    this.emit({
      ...{ kind: 'op', op, stage, purpose: 'learn', start, end, read, written },
      ...{ microbatch: subjects.at(-1) ?? microbatch, rows: this.rows * subjects.length },
      ...{ versions: 1, held: 0, macs: 0 },
    });
    // what takes less than a nanosecond is drawn nowhere; the op that ended just before it stands for it
    if (Math.round(end) > Math.round(start)) this.lastEnd[stage] = end;
    const made = this.lastEnd[stage] === end ? end : undefined;
    if (op === this.activityAfter && this.stages.next[stage] !== -1) this.made('activity', stage, made);
    // the schedule decides whether B or W sends a gradient: the op whose gradient has just gone
    const gradients = this.outgoing.gradient[stage].early;
    if ((op === 'B' || op === 'W') && gradients.length > 0) this.made('gradient', stage, made);
  }

  waited(device: number, why: number, start: number, end: number): void {
    const kind = why === STARVED ? 'starved' : why === BLOCKED ? 'blocked' : 'communicating';
    const before = this.waits[device];
    const goesOn = before?.kind === kind && before.end === start;
    if (!goesOn) this.flushWait(device);
    this.waits[device] = { kind, start: goesOn ? before.start : start, end };
  }

  /** Emits the waits that the simulation ended with. */
  finish(): void {
    for (const device of this.waits.keys()) this.flushWait(device);
  }

  private made(carries: MessageKind, stage: number, made: number | undefined): void {
    const outgoing = this.outgoing[carries][stage];
    const message = outgoing.early.shift();
    if (message === undefined) outgoing.made.push(made);
    else this.emitMessage(message, made);
  }

  private emitMessage(message: MessageEvent, made: number | undefined): void {
    this.emit(made === undefined ? message : { ...message, made });
  }

  private flushWait(device: number): void {
    const wait = this.waits[device];
    if (wait === undefined) return;
    this.waits[device] = undefined;
    for (const stage of this.stages.ofDevice[device]) this.emit({ ...wait, stage });
  }
}
