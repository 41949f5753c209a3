import type { Turn } from '../../work/agenda.ts';
import type { Stage } from '../../work/stage.ts';
import type { PlannedFault } from '../device-plan.ts';
import { RetainedReceiver } from '../retained/receiver.ts';

const stillness = new Int32Array(new SharedArrayBuffer(4));

/** Planned faults as they strike a device from within, each once: before an op, or in the middle of it. */
export class Strikes {
  private waiting: readonly PlannedFault[];
  private readonly clock: () => number;
  private readonly tell: (fault: number) => void;
  private slow = { times: 1, until: 0 };

  /**
   * @param clock  nanoseconds since the run began
   * @param tell   takes the place of a fault that strikes
   */
  constructor(faults: readonly PlannedFault[], clock: () => number, tell: (fault: number) => void) {
    // a kill by the clock comes from outside, wherever the thread then is
    this.waiting = faults.filter(({ fault }) => fault.fault !== 'kill' || 'microbatch' in fault.at);
    this.clock = clock;
    this.tell = tell;
  }

  /** A stage is about to begin an op. */
  before(stage: Stage, turn: Turn): void {
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter(({ fault: { at, ...fault } }) =>
      'time' in at
        ? this.clock() >= at.time
        : 'stage' in fault && fault.stage === stage.plan.stage && stage.learnsFrom(turn) === at.microbatch,
    );
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((one) => !due.includes(one));
    for (const one of due) this.strike(one, stage);
  }

  /** Its arithmetic is done: it takes as long as a slow stage's. @param start  of the op */
  stretch(start: number): void {
    const now = this.clock();
    if (start < this.slow.until) standStill((this.slow.times - 1) * (now - start));
  }

  private strike({ index, fault }: PlannedFault, stage: Stage): void {
    const now = this.clock();
    this.tell(index);
    const { activityIn } = stage.channels.ends;
    if (fault.fault === 'kill') stage.midway = () => standStill(Number.POSITIVE_INFINITY);
    else if (fault.fault === 'pause') {
      const begun = 'time' in fault.at ? fault.at.time : now;
      standStill(begun + fault.lasts - now);
    } else if (fault.fault === 'slow') this.slow = { times: fault.times, until: now + fault.lasts };
    else if (activityIn instanceof RetainedReceiver) {
      if (fault.fault === 'drop-slot') activityIn.misreads(1);
      if (fault.fault === 'duplicate-slot') activityIn.misreads(-1);
      if (fault.fault === 'corrupt-slot') activityIn.damages();
    }
  }
}

/** Lets no code of this thread run for so many nanoseconds; Infinity: until it is ended from outside. */
function standStill(nanoseconds: number): void {
  if (nanoseconds > 0) Atomics.wait(stillness, 0, 0, nanoseconds / 1e6);
}
