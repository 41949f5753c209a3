import { must } from '../../core/check.ts';
import type { Random } from '../../core/random.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { Outages } from './collections/outages.ts';

/** of one op: an op that meets more would last for as good as ever */
const outagesAtMost = 200_000;

interface Trouble {
  next: number;
  readonly gap: () => number;
  readonly lasts: () => number;
}

/** When devices stand still: transient pauses, and failures with a restart from the last checkpoint. */
export class Availability {
  /** ticks of work between two checkpoints */
  private readonly checkpoint: number | undefined;
  private readonly pauses: readonly Trouble[];
  private readonly failures: readonly Trouble[];
  /** ticks of work done since the last checkpoint  [devices] */
  private readonly unsaved: Float64Array;
  /** ticks lost to both, work made again included  [devices] */
  readonly lost: Float64Array;
  /** what is planned to go wrong, beside what does at random */
  readonly outages: Outages;

  constructor(scenario: ResolvedScenario) {
    const { devices, pauses, failures, root, ticks } = scenario;
    this.unsaved = new Float64Array(devices);
    this.lost = new Float64Array(devices);
    this.outages = new Outages(devices);
    const each = (name: string, every: number, lasts: (from: Random) => () => number): Trouble[] =>
      Array.from({ length: devices }, (_, device) => {
        const from = root.fork(`device ${device}`).fork(name);
        const gaps = from.fork('gaps');
        const gap = () => -every * Math.log(1 - gaps.uniform());
        return { next: gap(), gap, lasts: lasts(from.fork('lasts')) };
      });
    const lasting = (from: Random): (() => number) => {
      const draw = pauses?.lasts.sampler(from) ?? (() => 0);
      return ticks === 1 ? draw : () => ticks * draw();
    };
    this.pauses = pauses ? each('pauses', ticks * pauses.every, lasting) : [];
    const restart = ticks * (failures?.restart ?? 0);
    this.failures = failures ? each('failures', ticks * failures.every, () => () => restart) : [];
    this.checkpoint = failures && ticks * failures.checkpoint;
  }

  /** whether nothing happens any more */
  get perfect(): boolean {
    return this.pauses.length + this.failures.length === 0 && this.outages.none;
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
        'rare enough for an op to end',
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
    const end = this.outages.stretch(device, start, Math.round(at + left));
    this.lost[device] += end - start - duration;
    const { checkpoint } = this;
    if (checkpoint !== undefined) this.unsaved[device] = (this.unsaved[device] + duration) % checkpoint;
    return end;
  }
}
