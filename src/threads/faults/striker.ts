import { callAfter } from '../../core/clock.ts';
import type { ArrivalEvent, FaultEvent } from '../../core/trace.ts';
import type { MachineFault } from '../../work/faults/fault.ts';
import { inWords } from '../../work/faults/in-words.ts';

/** Whom faults strike, and who is told. */
export interface Struck {
  /** nanoseconds since the run began */
  clock(): number;
  emit(event: FaultEvent): void;
  /** Ends the thread of a stage. */
  kill(stage: number): void;
}

/** Planned faults as they strike a run from outside: by the clock, or as a microbatch is sent in. Each strikes once. */
export class Striker {
  private readonly faults: readonly MachineFault[];
  private readonly run: Struck;
  private readonly callsOff: (() => void)[] = [];
  private readonly struck = new Set<number>();
  private offset = 0;
  private sent: number;

  /** @param from  microbatches that were sent in before this run */
  constructor(faults: readonly MachineFault[], from: number, run: Struck) {
    this.faults = faults;
    this.run = run;
    this.sent = from;
  }

  /** The clock by which arrivals come. */
  readonly clock = (): number => this.run.clock() + this.offset;

  start(): void {
    for (const [index, fault] of this.faults.entries()) {
      if (!('time' in fault.at) || !fromOutside(fault)) continue;
      const after = fault.at.time - this.run.clock();
      this.callsOff.push(callAfter(after, () => this.strike(index)));
    }
  }

  /** A microbatch is sent in. */
  arrived({ purpose }: ArrivalEvent): void {
    if (purpose !== 'learn') return;
    for (const [index, fault] of this.faults.entries())
      if ('microbatch' in fault.at && !('stage' in fault) && fault.at.microbatch === this.sent)
        this.strike(index);
    this.sent++;
  }

  /** A fault strikes, or a device says that it has. */
  strike(index: number): void {
    const fault = this.faults[index];
    if (this.struck.has(index)) return;
    this.struck.add(index);
    const stage = 'stage' in fault ? { stage: fault.stage } : {};
    const lasts = 'lasts' in fault ? { lasts: fault.lasts } : {};
    const { clock, emit, kill } = this.run;
    emit({ kind: 'fault', fault: fault.fault, ...stage, ...lasts, what: inWords(fault), start: clock() });
    if (fault.fault === 'kill') kill(fault.stage);
    if (fault.fault === 'clock-jump') this.offset += fault.by;
  }

  /** whether a fault has struck: it does not strike a device that begins anew */
  has(index: number): boolean {
    return this.struck.has(index);
  }

  release(): void {
    for (const callOff of this.callsOff) callOff();
  }
}

/** whether a fault by the clock needs nothing of the device that it strikes: the others are looked for before each op */
function fromOutside(fault: MachineFault): boolean {
  return fault.fault === 'kill' || !('stage' in fault);
}
