import { must } from '../../core/check.ts';
import type { Random } from '../../core/random.ts';
import type { ResolvedScenario } from '../scenario.ts';

/** of one op: an op that meets more would last for as good as ever */
const outagesAtMost = 200_000;

interface Trouble {
  next: number;
  readonly gap: () => number;
  readonly lasts: () => number;
}

/** When devices stand still: transient pauses, and failures with a restart from the last checkpoint. */
export class Availability {
  private readonly scenario: ResolvedScenario;
  private readonly pauses: readonly Trouble[];
  private readonly failures: readonly Trouble[];
  /** nanoseconds of work done since the last checkpoint  [devices] */
  private readonly unsaved: Float64Array;
  /** nanoseconds lost to both, work made again included  [devices] */
  readonly lost: Float64Array;

  constructor(scenario: ResolvedScenario) {
    this.scenario = scenario;
    const { devices, pauses, failures, root } = scenario;
    this.unsaved = new Float64Array(devices);
    this.lost = new Float64Array(devices);
    const each = (name: string, every: number, lasts: (from: Random) => () => number): Trouble[] =>
      Array.from({ length: devices }, (_, device) => {
        const from = root.fork(`device ${device}`).fork(name);
        const gaps = from.fork('gaps');
        const gap = () => -every * Math.log(1 - gaps.uniform());
        return { next: gap(), gap, lasts: lasts(from.fork('lasts')) };
      });
    this.pauses = pauses ? each('pauses', pauses.every, (from) => pauses.lasts.sampler(from)) : [];
    this.failures = failures ? each('failures', failures.every, () => () => failures.restart) : [];
  }

  /** whether nothing ever happens */
  get perfect(): boolean {
    return this.pauses.length + this.failures.length === 0;
  }

  /**
   * When an op ends that would take `duration` from `start` on an undisturbed device. A pause stretches it; a failure
   * makes the device lose the op and all since its last checkpoint, restart, and make them again, and so does one that comes
   * meanwhile. What idle time hid of an outage costs nothing more.
   */
  end(device: number, start: number, duration: number): number {
    const pause = this.pauses[device];
    const failure = this.failures[device];
    let at = start;
    let left = duration;
    /** when the outage at hand is over */
    let over = 0;
    for (let outages = 0; ; outages++) {
      must(
        outages < outagesAtMost,
        'pauses and failures',
        'so rare that an op comes to its end',
        `${outages} in one`,
      );
      const nextPause = pause?.next ?? Number.POSITIVE_INFINITY;
      const nextFailure = failure?.next ?? Number.POSITIVE_INFINITY;
      const next = Math.min(nextPause, nextFailure);
      if (next >= at + left) break;
      if (next === nextPause) {
        left -= Math.max(0, next - at);
        const begins = Math.max(next, over);
        over = begins + pause.lasts();
        pause.next = begins + pause.gap();
      } else {
        left = duration;
        over = Math.max(over, next + failure.lasts() + this.unsaved[device]);
        failure.next = next + failure.gap();
      }
      at = Math.max(at, over);
    }
    const end = Math.round(at + left);
    this.lost[device] += end - start - duration;
    const checkpoint = this.scenario.failures?.checkpoint;
    if (checkpoint !== undefined) this.unsaved[device] = (this.unsaved[device] + duration) % checkpoint;
    return end;
  }
}
