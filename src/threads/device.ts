import { wallNanoseconds } from '../core/clock.ts';
import type { Agenda, Turn } from '../work/agenda.ts';
import type { Stage } from '../work/stage.ts';

/** What one thread does: the ops of its stages, one after the other, as their agenda says. */
export class Device {
  /** in the order of their chunks */
  private readonly stages: readonly Stage[];
  private readonly agenda: Agenda;
  private readonly origin: number;
  /** whose op is or was at hand */
  private busy: Stage;
  private pumping = false;
  private over = false;

  /** @param origin  when the run began, on the machine's clock, in nanoseconds */
  constructor(stages: readonly Stage[], agenda: Agenda, origin: number) {
    this.stages = stages;
    this.agenda = agenda;
    this.origin = origin;
    this.busy = stages[0];
  }

  /** Works until the input of all stages has ended, or an order or an error stops it. */
  async run(): Promise<void> {
    const pump = (): void => this.pump();
    const stop = (): void => {
      this.over = true;
      for (const stage of this.stages) stage.finish();
    };
    const ended = this.stages.map((stage) => stage.start(pump, stop));
    const now = this.now();
    for (const stage of this.stages) stage.waits('starved', now);
    this.pump();
    await Promise.all(ended);
  }

  /** nanoseconds since the run began */
  private now(): number {
    return wallNanoseconds() - this.origin;
  }

  /** Runs ops until none is ready, then sleeps; whatever wakes a stage calls it again. */
  private pump(): void {
    if (this.pumping || this.over) return;
    this.pumping = true;
    try {
      for (;;) {
        for (const stage of this.stages) stage.look();
        const turn = this.agenda.next(this.stages);
        if (turn !== undefined) this.take(turn);
        else if (this.endOne()) {
          if (this.over) break;
        } else if (!this.sleep()) break;
      }
    } catch (error) {
      this.over = true;
      this.busy.fail(error);
    } finally {
      this.pumping = false;
    }
  }

  private take(turn: Turn): void {
    const start = this.now();
    for (const stage of this.stages) stage.waitsNoLonger(start);
    this.busy = this.stages[turn.chunk];
    if (this.busy.take(turn, start)) this.agenda.done(turn);
  }

  /** Ends a stage that has nothing left to do, if there is one. */
  private endOne(): boolean {
    const complete = this.stages.find((stage) => stage.complete);
    if (complete === undefined) return false;
    this.busy = complete;
    complete.end(this.now());
    this.over = this.stages.every(({ ended }) => ended);
    return true;
  }

  /**
   * Notes that there is nothing to do, and why, and asks to be woken. A device waits with all its stages.
   *
   * @returns whether something came in the meantime: only a look after the asking can tell, a look before it may miss it
   */
  private sleep(): boolean {
    const now = this.now();
    const { awaits } = this.agenda;
    const blocked =
      awaits === undefined
        ? this.stages.some((stage) => stage.lacksCredit('F') || stage.lacksCredit('B'))
        : this.stages[awaits.chunk].lacksCredit(awaits.op);
    let fed = false;
    for (const stage of this.stages) {
      stage.waits(blocked ? 'blocked' : 'starved', now);
      if (stage.sleep(now)) fed = true;
    }
    return fed || this.agenda.next(this.stages) !== undefined;
  }
}
