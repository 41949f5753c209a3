import { must } from '../core/check.ts';
import type { LayerFigures, OpKind } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import type { Prospect, Turn } from './agenda.ts';
import { type Chain, head } from './chain.ts';
import { maySend } from './channels/channel.ts';
import type { StageChannels } from './channels/stage-channels.ts';
import { StateTaker, type TakeState } from './checkpoints/state-taker.ts';
import { ForwardGate } from './forward/forward-gate.ts';
import { predictOldest } from './forward/predicting.ts';
import { StageSettling } from './forward/stage-settling.ts';
import type { OpDone } from './op-done.ts';
import type { StagePlan } from './stage-plan.ts';
import { type Begun, UnderWay } from './under-way.ts';

/**
 * What a stage does: F, B, W, U and predict over channels, with the books of what is held, which weights were read and what
 * waits for an update. When an op runs is for others to say: an agenda on real threads, the clock in virtual time.
 */
export class Stage implements Prospect {
  readonly plan: StagePlan;
  readonly channels: StageChannels;
  private readonly chain: Chain;
  private readonly schedule: Schedule;
  private readonly states: StateTaker;
  private readonly underWay: UnderWay;
  private version: number;
  private held = 0;
  private forwarded: number;
  /** where its layers settle */
  private readonly settling: StageSettling | undefined;
  private readonly gate: ForwardGate;
  /** microbatches of this run learned from */
  private learned: number;
  /** predictions made, those before a restart included */
  predicted: number;
  /** called in the middle of the F of what is learned from, behind its arithmetic */
  midway: (() => void) | undefined;

  /** @param takeState  called behind each update at which the plan has a checkpoint */
  constructor(
    plan: StagePlan,
    chain: Chain,
    schedule: Schedule,
    channels: StageChannels,
    takeState: TakeState,
  ) {
    this.plan = plan;
    this.chain = chain;
    this.schedule = schedule;
    this.channels = channels;
    this.states = new StateTaker(plan, chain, takeState);
    this.underWay = new UnderWay(schedule.goesBackBy !== 'newest');
    this.learned = plan.begun.learned;
    this.forwarded = this.learned;
    this.version = Math.ceil(this.learned / plan.flush);
    this.predicted = plan.begun.predicted;
    const { settles } = plan.layers[0].plan;
    this.settling = settles && new StageSettling(settles, chain, channels, plan);
    this.gate = new ForwardGate(plan, channels, this.settling);
  }

  /** Of the F of what is learned from: which one, counted from the pipeline's first. */
  learnsFrom({ op, overtakes }: Turn): number | undefined {
    const learns = op === 'F' && overtakes !== true && this.channels.inbox.first?.purpose === 'learn';
    return learns ? this.plan.from + this.forwarded : undefined;
  }

  get noMore(): boolean {
    return this.channels.inbox.ended;
  }

  /** whether all is done, and nothing more will come */
  get complete(): boolean {
    const { noMore, underWay, channels } = this;
    return noMore && underWay.empty && !channels.busy && !channels.ends.activityOut.waits;
  }

  /** What could run now: for each kind of op the oldest microbatch whose inputs and credits are there. */
  ready(): Ready {
    const { gradients, ends } = this.channels;
    const backward = this.plan.learns === 'backward';
    const forwarded = this.underWay.oldest('forwarded');
    const backed = this.underWay.oldest('backed');
    const arrived = this.plan.last || gradients.has(forwarded);
    // the slot of a gradient that has yet to be sent can't be claimed for another
    const free = this.schedule.sendsGradientAfter === 'B' || backed === undefined;
    const sendable = ends.gradientOut === undefined || (maySend(ends.gradientOut) && free);
    return {
      F: this.gate.ready(this.forwarded),
      B: backward && forwarded && arrived && sendable ? forwarded.sequence : undefined,
      W: (backward ? backed : forwarded)?.sequence,
      U: this.underWay.oldest('weighed')?.sequence,
    };
  }

  /** Whether the oldest prediction can be made with the weights that those behind it will be learned with. */
  get predicts(): boolean {
    const { inbox, ends } = this.channels;
    const { prediction } = inbox;
    if (prediction === undefined || !maySend(ends.activityOut, prediction.microbatch.purpose)) return false;
    const { microbatches, flush } = this.plan;
    const { after } = prediction;
    return (
      this.version === (after < microbatches ? Math.floor(after / flush) : Math.ceil(microbatches / flush))
    );
  }

  /** whether the only thing missing for an op is a free slot to write to */
  lacksCredit(op: OpKind): boolean {
    if (op === 'F') return this.gate.lacksCredit;
    const { gradients, ends } = this.channels;
    return op === 'B' && gradients.any && ends.gradientOut !== undefined && !maySend(ends.gradientOut);
  }

  /** The microbatch that a turn is about, of an update the last. */
  subject(turn: Turn): number {
    return (this.subjects(turn).at(-1) as Begun).sequence;
  }

  /** Runs an op. */
  take(turn: Turn): OpDone {
    const { op } = turn;
    const macs = this.chain.macs;
    const of = this.subjects(turn);
    const { purpose = 'learn' } = op === 'F' ? (of[0] as Microbatch) : {};
    const [one] = of as Begun[];
    const read = op === 'B' && this.underWay.keeps ? one.read : this.version;
    const heldBefore = this.held;
    const versionsBefore = this.underWay.versions(this.version);
    const { sequence: microbatch } = of[of.length - 1];
    const rows = of.reduce((sum, { rows }) => sum + rows, 0);
    let loss: number | undefined;
    let layers: readonly LayerFigures[] = [];
    if (op === 'F' && this.settling?.takes(of[0] as Microbatch)) [loss, layers] = this.settle(this.settling);
    else if (purpose !== 'learn') layers = this.predict();
    else if (op === 'F') [loss, layers] = [this.forward(), this.chain.figures(this.counts)];
    else if (op === 'B') layers = this.backward(one);
    else if (op === 'W') layers = this.gradient(one);
    else this.update(of as Begun[]);
    const written = this.version;
    const versions = Math.max(versionsBefore, this.underWay.versions(written));
    const held = Math.max(heldBefore, this.held);
    const counted = { rows, read, written, versions, held, macs: this.chain.macs - macs };
    return { op, stage: this.plan.stage, microbatch, purpose, ...counted, loss, layers };
  }

  /** the microbatch that an op is about; of an update all that it takes, oldest first */
  private subjects({ op, overtakes = false }: Turn): readonly Pick<Begun, 'sequence' | 'rows'>[] {
    const { inbox } = this.channels;
    if (op === 'U') return this.underWay.weighed();
    const settles = overtakes ? undefined : this.settling?.underWay;
    if (op === 'F' && settles) return [settles];
    if (op === 'F') return [(overtakes ? inbox.prediction?.microbatch : inbox.first) as Microbatch];
    const forwarded = op === 'B' || this.plan.learns === 'locally';
    return [this.underWay.oldest(forwarded ? 'forwarded' : 'backed') as Begun];
  }

  private forward(): number | undefined {
    const { inbox, ends, heard } = this.channels;
    const { microbatch, moved, slot } = inbox.take();
    const { sequence, rows } = microbatch;
    const kept = moved ?? this.chain.keep(microbatch);
    const output = this.plan.last ? undefined : ends.activityOut.claim();
    const above = ends.topDownIn && this.forwarded > 0 ? heard.shift() : undefined;
    const below = ends.topDownOut?.claim();
    const loss = this.chain.forward(kept, output, { above, below });
    must(loss === undefined || Number.isFinite(loss), 'loss', 'finite', loss);
    this.midway?.();
    if (output) ends.activityOut.send();
    if (below) ends.topDownOut?.send();
    if (above) ends.topDownIn?.giveBack();
    this.begun({ sequence, rows, kept, slot });
    return loss;
  }

  private begun(one: Pick<Begun, 'sequence' | 'rows' | 'kept' | 'slot'>): void {
    this.underWay.add({ ...one, read: this.version, state: 'forwarded' });
    this.forwarded++;
    this.held += this.chain.held(one.kept);
  }

  /** One step of a microbatch that settles; behind the last it has gone forward. */
  private settle(settling: StageSettling): [number | undefined, readonly LayerFigures[]] {
    const { done, kept, losses, loss } = settling.step();
    if (!done) return [undefined, []];
    if (kept.input.purpose !== 'learn') {
      this.predicted++;
      this.chain.giveBack(kept);
      return [undefined, []];
    }
    must(loss === undefined || Number.isFinite(loss), 'loss', 'finite', loss);
    const { sequence, rows } = kept.input;
    this.begun({ sequence, rows, kept, slot: undefined });
    return [loss, this.chain.figures(this.counts, losses)];
  }

  /** whether the rows of what went forward last are counted by their goodness */
  private get counts(): boolean {
    const { goodnessEvery, from } = this.plan;
    return goodnessEvery !== undefined && (from + this.forwarded - 1) % goodnessEvery === 0;
  }

  private predict(): LayerFigures[] {
    this.predicted++;
    return predictOldest(this.chain, this.channels, this.underWay);
  }

  private backward(one: Begun): readonly LayerFigures[] {
    const { gradients, ends } = this.channels;
    const below = ends.gradientOut?.claim();
    const kept = this.chain.backward(one.kept, gradients.take(one), below && head(below, one.kept.input));
    ends.gradientIn?.giveBack();
    one.state = 'backed';
    if (this.schedule.sendsGradientAfter === 'B') ends.gradientOut?.send();
    return kept;
  }

  private gradient(one: Begun): readonly LayerFigures[] {
    const { inbox, ends } = this.channels;
    const kept = this.chain.gradient(one.kept);
    if (this.schedule.sendsGradientAfter === 'W') ends.gradientOut?.send();
    one.state = 'weighed';
    this.held -= this.chain.held(one.kept);
    this.chain.giveBack(one.kept);
    if (this.schedule.returnsInputAfter === 'W') inbox.giveBack(one);
    return kept;
  }

  private update(weighed: readonly Begun[]): void {
    this.chain.update(weighed.length);
    this.version++;
    this.learned += weighed.length;
    this.underWay.drop(weighed);
    for (const one of weighed) this.channels.inbox.giveBack(one);
    this.states.updated(this.learned);
  }

  /** Tells the state at the end, where checkpoints are taken and the newest does not cover all that was learned. */
  tellLastState(): void {
    this.states.ended(this.learned);
  }
}
