import type { MessagePort } from 'node:worker_threads';
import { wallNanoseconds } from '../core/clock.ts';
import type { Agenda, Turn } from '../work/agenda.ts';
import { plainError } from '../work/stage-error.ts';
import type { DeviceStage } from './device-stage.ts';
import type { Order, Reporter } from './reporter.ts';

/** What a device works with. */
export interface DeviceParts {
  /** in the order of their chunks */
  readonly stages: readonly DeviceStage[];
  readonly agenda: Agenda;
  readonly reporter: Reporter;
  readonly control: MessagePort;
  /** when the run began, on the machine's clock, in nanoseconds */
  readonly origin: number;
}

/** What one thread does: the ops of its stages, one after the other, as their agenda says. */
export class Device {
  private readonly parts: DeviceParts;
  private readonly stages: readonly DeviceStage[];
  /** the work of each stage, as the agenda sees it */
  private readonly prospects;
  /** whose op is or was at hand */
  private busy: DeviceStage;
  private resolve: () => void = () => {};
  private pumping = false;
  private over = false;

  constructor(parts: DeviceParts) {
    this.parts = parts;
    this.stages = parts.stages;
    this.prospects = parts.stages.map(({ stage }) => stage);
    this.busy = parts.stages[0];
  }

  /** Works until the input of all stages has ended, or an order or an error stops it. */
  run(): Promise<void> {
    const { control, reporter } = this.parts;
    const pump = (): void => this.pump();
    control.on('message', (order: Order) => {
      if (order.type === 'stop') return this.finish();
      if (order.type === 'taken') reporter.taken();
      else if (order.type === 'rewire') this.rewire(order);
      pump();
    });
    const now = this.now();
    for (const one of this.stages) {
      one.stage.channels.listen(pump);
      one.waits('starved', now);
    }
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.pump();
    });
  }

  /** nanoseconds since the run began */
  private readonly now = (): number => wallNanoseconds() - this.parts.origin;

  /** Runs ops until none is ready, then sleeps; whatever wakes a stage calls it again. */
  private pump(): void {
    if (this.pumping || this.over) return;
    this.pumping = true;
    try {
      while (!this.over) {
        for (const one of this.stages) one.look();
        // reports that nobody has taken yet: the order that says so wakes the device
        if (!this.parts.reporter.credit) break;
        const turn = this.parts.agenda.next(this.prospects);
        if (turn !== undefined) this.take(turn);
        else if (!this.endOne() && !this.sleep()) break;
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.pumping = false;
    }
  }

  /** A neighbour has begun anew: what it rang may have been lost. */
  private rewire({ stage, end, port }: Extract<Order, { type: 'rewire' }>): void {
    const one = this.stages.find(({ stage: { plan } }) => plan.stage === stage);
    if (one) one.rewire(end, port);
    else port.close();
  }

  private take(turn: Turn): void {
    const start = this.now();
    for (const one of this.stages) one.waitsNoLonger(start);
    this.busy = this.stages[turn.chunk];
    if (this.busy.take(turn, start, this.now)) this.parts.agenda.done(turn);
  }

  /** Ends a stage that has nothing left to do, if there is one. */
  private endOne(): boolean {
    const complete = this.stages.find((one) => one.complete);
    if (complete === undefined) return false;
    this.busy = complete;
    complete.end(this.now());
    if (this.stages.every(({ ended }) => ended)) this.finish();
    return true;
  }

  /**
   * Notes that there is nothing to do, and why, and asks to be woken. A device waits with all its stages.
   *
   * @returns whether something came in the meantime: only a look after the asking can tell, a look before it may miss it
   */
  private sleep(): boolean {
    const now = this.now();
    const { awaits } = this.parts.agenda;
    const lacking =
      awaits === undefined
        ? this.prospects.some((stage) => stage.lacksCredit('F') || stage.lacksCredit('B'))
        : this.prospects[awaits.chunk].lacksCredit(awaits.op);
    let fed = false;
    for (const one of this.stages) {
      one.waits(lacking ? 'blocked' : 'starved', now);
      if (one.sleep()) fed = true;
    }
    this.parts.reporter.flushOlder(now, 100e6);
    return fed || this.parts.agenda.next(this.prospects) !== undefined;
  }

  /** Tells why it, and the run with it, has failed. */
  private fail(error: unknown): void {
    const { reporter } = this.parts;
    try {
      reporter.flush();
    } finally {
      reporter.send({ type: 'failed', error: plainError(this.busy.place, error) });
      this.finish();
    }
  }

  /** Lets go of everything, once. */
  private finish(): void {
    if (this.over) return;
    this.over = true;
    for (const one of this.stages) one.finish();
    this.parts.control.close();
    this.resolve();
  }
}
