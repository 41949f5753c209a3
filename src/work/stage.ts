import type { Arena } from '../core/arena.ts';
import { must } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import type { OpKind, WaitEvent } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import { Links } from '../threads/links.ts';
import { type Order, Reporter } from '../threads/reporter.ts';
import type { StagePlan } from '../threads/stage-plan.ts';
import type { Prospect, Turn } from './agenda.ts';
import { type Chain, head } from './chain.ts';
import { Idleness } from './idleness.ts';
import type { Waiting } from './inbox.ts';
import { learned } from './learned.ts';
import { type Place, plainError } from './stage-error.ts';
import { type Begun, UnderWay } from './under-way.ts';

/** Consecutive layers: it takes microbatches from a link, runs the ops that its device chooses, and sends them on. */
export class Stage implements Prospect {
  private readonly plan: StagePlan;
  private readonly chain: Chain;
  private readonly schedule: Schedule;
  private readonly reporter: Reporter;
  private readonly idleness: Idleness;
  private readonly links: Links;
  private readonly underWay = new UnderWay();
  /** slots of the link out that what is learned from leaves free: where devices have several stages predictions need one */
  private readonly reserve: number;
  private at: Place;
  private resolve: () => void = () => {};
  private version = 0;
  private held = 0;
  ended = false;

  constructor(plan: StagePlan, chain: Chain, schedule: Schedule, arena: Arena) {
    this.plan = plan;
    this.chain = chain;
    this.schedule = schedule;
    this.at = { stage: plan.stage };
    this.reserve = plan.stages > plan.devices ? 1 : 0;
    this.reporter = new Reporter(plan.control);
    this.idleness = new Idleness(plan.stage, (event) => this.reporter.event(event));
    this.links = new Links(plan, arena);
  }

  /**
   * Begins to listen to its links.
   *
   * @param pump  called when something has come
   * @param stop  called when it is told to stop
   * @returns what is resolved when it has ended
   */
  start(pump: () => void, stop: () => void): Promise<void> {
    this.plan.control.on('message', (order: Order) => order.type === 'stop' && stop());
    this.links.listen(pump);
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Lets go of everything, once. */
  finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.links.release();
    try {
      this.chain.dispose();
    } catch {
      // a stage that is done has disposed already, and told; one that failed or was stopped has its reason
    }
    this.plan.control.close();
    this.resolve();
  }

  /** Takes in what has come. */
  look(): void {
    if (!this.ended) this.links.look();
  }

  get noMore(): boolean {
    return this.links.inbox.ended;
  }

  /** whether all is done, and nothing more will come */
  get complete(): boolean {
    return !this.ended && this.links.inbox.ended && this.underWay.empty;
  }

  /** What could run now: for each kind of op the oldest microbatch whose inputs and credits are there. */
  ready(): Ready {
    const next = this.links.inbox.first;
    const backward = this.plan.learns === 'backward';
    const F = next !== undefined && this.links.out.credit >= this.needs(next) ? next.sequence : undefined;
    const forwarded = this.underWay.oldest('forwarded');
    const backed = this.underWay.oldest('backed');
    const arrived = this.plan.last || this.links.gradients[0]?.sequence === forwarded?.sequence;
    // the slot of a gradient that has yet to be sent can't be claimed for another
    const free = this.schedule.sendsGradientAfter === 'B' || backed === undefined;
    const sendable = this.links.below === undefined || (this.links.below.credit > 0 && free);
    return {
      F,
      B: backward && forwarded && arrived && sendable ? forwarded.sequence : undefined,
      W: (backward ? backed : forwarded)?.sequence,
      U: this.underWay.oldest('weighed')?.sequence,
    };
  }

  /** Whether the oldest prediction can be made with the weights that those behind it will be learned with. */
  get predicts(): boolean {
    const { prediction } = this.links.inbox;
    if (prediction === undefined || this.links.out.credit === 0) return false;
    const { microbatches, flush, steps } = this.plan;
    const { after } = prediction;
    return this.version === (after < microbatches ? Math.floor(after / flush) : steps);
  }

  /** credit without which this can't go forward */
  private needs({ purpose }: Microbatch): number {
    if (purpose !== 'learn') return 1;
    return this.plan.last ? 0 : 1 + this.reserve;
  }

  /** whether the only thing missing for an op is a free slot to write to */
  lacksCredit(op: OpKind): boolean {
    const next = this.links.inbox.first;
    if (op === 'F') return next !== undefined && this.links.out.credit < this.needs(next);
    return op === 'B' && this.links.gradients.length > 0 && this.links.below?.credit === 0;
  }

  /** Notes what it waits for, from now on or still. */
  waits(kind: WaitEvent['kind'], now: number): void {
    if (!this.ended) this.idleness.waits(kind, now);
  }

  waitsNoLonger(now: number): void {
    if (!this.ended) this.idleness.ends(now);
  }

  /** Asks to be woken. @returns whether something came in the meantime */
  sleep(now: number): boolean {
    if (this.ended) return false;
    this.reporter.flushOlder(now, 100e6);
    return this.links.sleep();
  }

  /**
   * Runs an op.
   *
   * @param start  when it began, in nanoseconds since the run did
   * @returns whether it was for something to learn from
   */
  take({ op, overtakes = false }: Turn, start: number): boolean {
    const macs = this.chain.macs;
    const of = this.subjects(op, overtakes);
    const { sequence: microbatch } = of[of.length - 1];
    const { purpose = 'learn' } = op === 'F' ? (of[0] as Microbatch) : {};
    this.at = { stage: this.plan.stage, microbatch, op };
    Atomics.store(this.plan.progress, 0, microbatch);
    Atomics.store(this.plan.progress, 1, this.plan.stage);
    const [one] = of as Begun[];
    const read = op === 'B' ? one.read : this.version;
    const before = { held: this.held, versions: this.underWay.versions(this.version) };
    let loss: number | undefined;
    if (purpose !== 'learn') this.predict();
    else if (op === 'F') loss = this.forward();
    else if (op === 'B') this.backward(one);
    else if (op === 'W') this.gradient(one);
    else this.update(of as Begun[]);
    this.reporter.event({
      kind: 'op',
      op,
      stage: this.plan.stage,
      microbatch,
      purpose,
      rows: of.reduce((sum, { rows }) => sum + rows, 0),
      start,
      end: wallNanoseconds() - this.plan.origin,
      read,
      written: this.version,
      versions: Math.max(before.versions, this.underWay.versions(this.version)),
      held: Math.max(before.held, this.held),
      macs: this.chain.macs - macs,
      ...(loss === undefined ? {} : { loss }),
    });
    return purpose === 'learn';
  }

  /** the microbatch that an op is about; of an update all that it takes, oldest first */
  private subjects(op: OpKind, overtakes: boolean): readonly Pick<Begun, 'sequence' | 'rows'>[] {
    const { inbox } = this.links;
    if (op === 'U') return this.underWay.weighed();
    if (op === 'F') return [(overtakes ? inbox.prediction?.microbatch : inbox.first) as Microbatch];
    const forwarded = op === 'B' || this.plan.learns === 'locally';
    return [this.underWay.oldest(forwarded ? 'forwarded' : 'backed') as Begun];
  }

  private forward(): number | undefined {
    const { microbatch, moved, slot } = this.links.inbox.take();
    const { sequence, rows } = microbatch;
    const kept = moved ?? this.chain.keep(microbatch);
    const output = this.plan.last ? undefined : this.links.out.claim();
    const loss = this.chain.forward(kept, output);
    must(loss === undefined || Number.isFinite(loss), 'loss', 'finite', loss);
    if (output) this.links.out.send();
    this.underWay.add({ sequence, rows, kept, read: this.version, slot, state: 'forwarded' });
    this.held += this.chain.held(kept);
    return loss;
  }

  /** A link takes its slots back in order: inputs that lie in older ones move out, or predictions would fill it. */
  private predict(): void {
    const { inbox, out } = this.links;
    const [one, before] = inbox.overtake();
    this.chain.predict(one.microbatch, out.claim() as Microbatch);
    out.send();
    for (const older of this.underWay.inSlots()) {
      this.chain.own(older.kept);
      inbox.giveBack(older);
    }
    for (const older of before) if (older.moved === undefined) this.move(older);
    inbox.giveBack(one);
  }

  /** Moves an input out of its slot before its F. */
  private move(waiting: Waiting): void {
    const kept = this.chain.keep(waiting.microbatch);
    this.chain.own(kept);
    waiting.moved = kept;
    waiting.microbatch = kept.input;
    this.links.inbox.giveBack(waiting);
  }

  private backward(one: Begun): void {
    const below = this.links.below?.claim();
    this.chain.backward(one.kept, this.links.gradients.shift(), below && head(below, one.kept.input));
    this.links.above?.giveBack();
    one.state = 'backed';
    if (this.schedule.sendsGradientAfter === 'B') this.links.below?.send();
  }

  private gradient(one: Begun): void {
    this.chain.gradient(one.kept);
    if (this.schedule.sendsGradientAfter === 'W') this.links.below?.send();
    one.state = 'weighed';
    this.held -= this.chain.held(one.kept);
    this.chain.giveBack(one.kept);
    if (this.schedule.returnsInputAfter === 'W') this.links.inbox.giveBack(one);
  }

  private update(weighed: readonly Begun[]): void {
    this.chain.update();
    this.version++;
    this.underWay.drop(weighed);
    for (const one of weighed) this.links.inbox.giveBack(one);
  }

  /** Tells what was learned, and that it is done. */
  end(now: number): void {
    this.at = { stage: this.plan.stage };
    this.links.out.close(); // the end may have come since the last look
    this.idleness.ends(now);
    for (const event of learned(this.plan, this.chain)) this.reporter.event(event);
    this.reporter.flush();
    this.chain.dispose();
    this.links.below?.close();
    this.reporter.send({ type: 'done' });
    this.finish();
  }

  /** Tells why it, and the run with it, has failed. */
  fail(error: unknown): void {
    try {
      this.reporter.flush();
    } finally {
      this.reporter.send({ type: 'failed', error: plainError(this.at, error) });
      this.finish();
    }
  }
}
