import type { Microbatch } from '../../data/microbatch.ts';
import { maySend } from '../channels/channel.ts';
import type { StageChannels } from '../channels/stage-channels.ts';
import type { StagePlan } from '../stage-plan.ts';
import type { StageSettling } from './stage-settling.ts';

/** Whether the next F of a stage can begin: what it reads has come, and there is room for what it sends. */
export class ForwardGate {
  private readonly channels: StageChannels;
  private readonly settling: StageSettling | undefined;
  private readonly last: boolean;
  /** slots of the edge out that what is learned from leaves free: where devices have several stages predictions need one */
  private readonly reserve: number;

  constructor(
    { last, stages, devices }: Pick<StagePlan, 'last' | 'stages' | 'devices'>,
    channels: StageChannels,
    settling: StageSettling | undefined,
  ) {
    this.channels = channels;
    this.settling = settling;
    this.last = last;
    this.reserve = stages > devices ? 1 : 0;
  }

  /**
   * The microbatch whose F could run now.
   *
   * @param forwarded  microbatches to learn from that have gone forward
   */
  ready(forwarded: number): number | undefined {
    const { first: next } = this.channels.inbox;
    const settles = this.settling?.takes(next) ?? false;
    const fed = settles ? this.settling?.fed : next !== undefined && this.hears(next, forwarded);
    if (!fed || this.lacksCredit) return undefined;
    return (this.settling?.underWay ?? next)?.sequence;
  }

  /** whether the only thing missing is a free slot to write to */
  get lacksCredit(): boolean {
    const { inbox, ends } = this.channels;
    const next = inbox.first;
    if (this.settling?.takes(next)) return this.settling.lacksCredit;
    if (next === undefined) return false;
    const lacksBelow = next.purpose === 'learn' && ends.topDownOut && !maySend(ends.topDownOut);
    return lacksBelow || !maySend(ends.activityOut, next.purpose, this.needs(next));
  }

  /** whether what it must hear from the stage above has come: of the first microbatch nothing comes */
  private hears({ purpose }: Microbatch, forwarded: number): boolean {
    const { ends, heard } = this.channels;
    return purpose !== 'learn' || ends.topDownIn === undefined || forwarded === 0 || heard.length > 0;
  }

  /** credit without which this can't go forward */
  private needs({ purpose }: Microbatch): number {
    if (purpose !== 'learn') return 1;
    return this.last ? 0 : 1 + this.reserve;
  }
}
