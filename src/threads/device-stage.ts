import type { MessagePort } from 'node:worker_threads';
import type { WaitEvent } from '../core/trace.ts';
import type { Turn } from '../work/agenda.ts';
import type { Chain } from '../work/chain.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import { Idleness } from '../work/idleness.ts';
import { learned } from '../work/learned.ts';
import { opEvent } from '../work/op-done.ts';
import type { Stage } from '../work/stage.ts';
import type { Place } from '../work/stage-error.ts';
import type { Strikes } from './faults/strikes.ts';
import type { Reporter } from './reporter.ts';
import type { Handover } from './supervision/handover.ts';

/** One stage on its device: its work, told to the trace with the times it took, from its start to its end. */
export class DeviceStage {
  readonly stage: Stage;
  /** what is or was at hand */
  place: Place;
  ended = false;
  private readonly chain: Chain;
  private readonly reporter: Reporter;
  private readonly progress: Int32Array;
  private readonly idleness: Idleness;
  private readonly handover: Handover;
  private readonly strikes: Strikes;

  constructor(
    stage: Stage,
    chain: Chain,
    progress: Int32Array,
    { reporter, handover, strikes }: { reporter: Reporter; handover: Handover; strikes: Strikes },
  ) {
    const { stage: number } = stage.plan;
    this.stage = stage;
    this.chain = chain;
    this.reporter = reporter;
    this.progress = progress;
    this.place = { stage: number };
    this.handover = handover;
    this.strikes = strikes;
    this.idleness = new Idleness(number, (event) => reporter.event(event));
  }

  /** whether all is done, and nothing more will come */
  get complete(): boolean {
    return !this.ended && this.stage.complete;
  }

  /** Takes in what has come. */
  look(): void {
    if (this.ended) return;
    this.stage.channels.look();
    this.tellLosses();
  }

  /** Notes what it waits for, from now on or still. */
  waits(kind: WaitEvent['kind'], now: number): void {
    if (!this.ended) this.idleness.waits(kind, now);
  }

  waitsNoLonger(now: number): void {
    if (!this.ended) this.idleness.ends(now);
  }

  /** Asks to be woken. @returns whether something came in the meantime */
  sleep(): boolean {
    return !this.ended && this.stage.channels.sleep();
  }

  /**
   * Runs an op.
   *
   * @param clock  whole nanoseconds since the run began
   * @returns whether it was for something to learn from
   */
  take(turn: Turn, start: number, clock: () => number): boolean {
    const { stage } = this.stage.plan;
    const microbatch = this.stage.subject(turn);
    this.place = { stage, microbatch, op: turn.op };
    Atomics.store(this.progress, 0, microbatch);
    Atomics.store(this.progress, 1, stage);
    this.strikes.before(this.stage, turn);
    const done = this.stage.take(turn);
    this.strikes.stretch(start);
    this.reporter.event(opEvent(done, start, clock()));
    this.tellLosses();
    this.handover.opDone();
    return done.purpose === 'learn';
  }

  /** Tells what was learned, and that it is done. */
  end(now: number): void {
    const { plan, channels } = this.stage;
    this.place = { stage: plan.stage };
    channels.ends.activityOut.close(); // the end may have come since the last look
    this.idleness.ends(now);
    this.stage.tellLastState();
    this.handover.opDone();
    for (const event of learned(plan, this.chain)) this.reporter.event(event);
    this.reporter.flush();
    this.chain.dispose();
    channels.close();
    this.reporter.send({ type: 'done', stage: plan.stage });
    this.finish();
  }

  private tellLosses(): void {
    for (const event of this.stage.channels.ends.activityOut.losses?.() ?? []) this.reporter.event(event);
  }

  /** Gives an end another doorbell. */
  rewire(end: keyof StageEnds, port: MessagePort): void {
    if (this.ended) port.close();
    else this.stage.channels.rewire(end, port);
  }

  /** Lets go of everything, once. */
  finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.stage.channels.release();
    try {
      this.chain.dispose();
    } catch {
      // a stage that is done has disposed already, and told; one that failed or was stopped has its reason
    }
  }
}
