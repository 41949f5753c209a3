import { merge, type Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { must } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import type { OpKind } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import { type Agenda, agendaOf } from './agenda.ts';
import { type Chain, head } from './chain.ts';
import { Idleness } from './idleness.ts';
import { Inbox } from './inbox.ts';
import { learned } from './learned.ts';
import { LinkReceiver, LinkSender } from './link.ts';
import { type Order, Reporter } from './reporter.ts';
import { type Place, plainError } from './stage-error.ts';
import type { StagePlan } from './stage-plan.ts';
import { type Begun, UnderWay } from './under-way.ts';

/** One worker: it takes microbatches from a link, runs the ops of its layers as its schedule says, and sends them on. */
export class Stage {
  private readonly plan: StagePlan;
  private readonly chain: Chain;
  private readonly schedule: Schedule;
  private readonly agenda: Agenda;
  private readonly reporter: Reporter;
  private readonly idleness: Idleness;
  private readonly up: LinkReceiver;
  private readonly out: LinkSender;
  private readonly above: LinkReceiver | undefined;
  private readonly below: LinkSender | undefined;
  private readonly inbox: Inbox;
  private readonly gradients: Microbatch[] = [];
  private readonly underWay = new UnderWay();
  private readonly subscriptions: Subscription[] = [];
  private at: Place;
  private finish: () => void = () => {};
  private version = 0;
  private held = 0;
  private pumping = false;
  private ended = false;

  constructor(plan: StagePlan, chain: Chain, schedule: Schedule, arena: Arena) {
    this.plan = plan;
    this.chain = chain;
    this.schedule = schedule;
    this.agenda = agendaOf(schedule, plan);
    this.at = { stage: plan.stage };
    this.reporter = new Reporter(plan.control);
    this.idleness = new Idleness(plan.stage, (event) => this.reporter.event(event));
    this.up = new LinkReceiver(plan.up, arena);
    this.inbox = new Inbox(this.up);
    this.out = new LinkSender(plan.out, arena);
    this.above = plan.above && new LinkReceiver(plan.above, arena);
    this.below = plan.below && new LinkSender(plan.below, arena);
  }

  /** Works until the input has ended, or an order or an error stops it. */
  run(): Promise<void> {
    const { control } = this.plan;
    return new Promise((resolve) => {
      this.finish = () => {
        if (this.ended) return;
        this.ended = true;
        for (const subscription of this.subscriptions) subscription.unsubscribe();
        for (const end of [this.up, this.out, this.above, this.below]) end?.release();
        try {
          this.chain.dispose();
        } catch {
          // a stage that is done has disposed already, and told; one that failed or was stopped has its reason
        }
        control.close();
        resolve();
      };
      control.on('message', (order: Order) => order.type === 'stop' && this.finish());
      const pump = () => this.pump();
      this.subscriptions.push(
        this.up.microbatches.subscribe({
          next: (arrived) => {
            this.inbox.add(arrived);
            this.pump();
          },
          complete: pump,
        }),
        merge(this.out.credits, ...(this.below ? [this.below.credits] : [])).subscribe(pump),
      );
      if (this.above) {
        this.subscriptions.push(
          this.above.microbatches.subscribe((arrived) => {
            this.gradients.push(arrived);
            this.pump();
          }),
        );
      }
      this.idleness.waits('starved', this.now());
      this.pump();
    });
  }

  /** nanoseconds since the run began */
  private now(): number {
    return wallNanoseconds() - this.plan.origin;
  }

  /** Runs ops until none is ready, then sleeps; whatever wakes the stage calls it again. */
  private pump(): void {
    if (this.pumping || this.ended) return;
    this.pumping = true;
    try {
      for (;;) {
        this.up.poll();
        this.above?.poll();
        // at once: stages above may wait for an F that never comes before they send their gradients down
        if (this.inbox.ended) this.out.close();
        const op = this.next();
        if (op !== undefined) this.execute(op);
        else if (this.inbox.ended && this.underWay.empty) {
          this.end();
          break;
        } else if (!this.sleep()) break;
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.pumping = false;
    }
  }

  private next(): OpKind | undefined {
    return this.agenda.next(this.ready(), this.inbox.ended);
  }

  /** What could run now: for each kind of op the oldest microbatch whose inputs and credits are there. */
  private ready(): Ready {
    const next = this.inbox.first;
    const backward = this.plan.learns === 'backward';
    const F = next !== undefined && (!this.sends(next) || this.out.credit > 0) ? next.sequence : undefined;
    const forwarded = this.underWay.oldest('forwarded');
    const backed = this.underWay.oldest('backed');
    const arrived = this.plan.last || this.gradients[0]?.sequence === forwarded?.sequence;
    // the slot of a gradient that has yet to be sent can't be claimed for another
    const free = this.schedule.sendsGradientAfter === 'B' || backed === undefined;
    const sendable = this.below === undefined || (this.below.credit > 0 && free);
    return {
      F,
      B: backward && forwarded && arrived && sendable ? forwarded.sequence : undefined,
      W: (backward ? backed : forwarded)?.sequence,
      U: this.underWay.oldest('weighed')?.sequence,
    };
  }

  /** whether something goes out when this has gone forward */
  private sends({ purpose }: Microbatch): boolean {
    return purpose !== 'learn' || !this.plan.last;
  }

  /**
   * Notes that there is nothing to do, and why, and asks to be woken.
   *
   * @returns whether something came in the meantime: only a look after the asking can tell, a look before it may miss it
   */
  private sleep(): boolean {
    const now = this.now();
    this.idleness.waits(this.lacksCredit() ? 'blocked' : 'starved', now);
    this.reporter.flushOlder(now, 100e6);
    const fed = [this.up.sleep(), this.above?.sleep()].includes(true);
    if (this.inbox.first) this.out.sleep();
    if (this.gradients.length > 0 || this.plan.last) this.below?.sleep();
    return fed || this.next() !== undefined;
  }

  /** whether the only thing missing for an op is a free slot to write to */
  private lacksCredit(): boolean {
    const next = this.inbox.first;
    const { awaits = 'F or B' } = this.agenda;
    const forward = next !== undefined && this.sends(next) && this.out.credit === 0;
    const backward = this.gradients.length > 0 && this.below?.credit === 0;
    return (forward && awaits.includes('F')) || (backward && awaits.includes('B'));
  }

  private execute(op: OpKind): void {
    const start = this.now();
    this.idleness.ends(start);
    const macs = this.chain.macs;
    const of = this.subjects(op);
    const { sequence: microbatch } = of[of.length - 1];
    const { purpose = 'learn' } = op === 'F' ? (this.inbox.first as Microbatch) : {};
    this.at = { stage: this.plan.stage, microbatch, op };
    Atomics.store(this.plan.progress, 0, microbatch);
    const [one] = of as Begun[];
    const read = op === 'B' ? one.read : this.version;
    const before = { held: this.held, versions: this.underWay.versions(this.version) };
    let loss: number | undefined;
    if (purpose !== 'learn') this.predict();
    else if (op === 'F') loss = this.forward();
    else if (op === 'B') this.backward(one);
    else if (op === 'W') this.gradient(one);
    else this.update(of as Begun[]);
    if (purpose === 'learn') this.agenda.done(op);
    this.reporter.event({
      kind: 'op',
      op,
      stage: this.plan.stage,
      microbatch,
      purpose,
      rows: of.reduce((sum, { rows }) => sum + rows, 0),
      start,
      end: this.now(),
      read,
      written: this.version,
      versions: Math.max(before.versions, this.underWay.versions(this.version)),
      held: Math.max(before.held, this.held),
      macs: this.chain.macs - macs,
      ...(loss === undefined ? {} : { loss }),
    });
  }

  /** the microbatch that an op is about; of an update all that it takes, oldest first */
  private subjects(op: OpKind): readonly Pick<Begun, 'sequence' | 'rows'>[] {
    if (op === 'U') return this.underWay.weighed();
    if (op === 'F') return [this.inbox.first as Microbatch];
    const forwarded = op === 'B' || this.plan.learns === 'locally';
    return [this.underWay.oldest(forwarded ? 'forwarded' : 'backed') as Begun];
  }

  private forward(): number | undefined {
    const input = this.inbox.take();
    const { sequence, rows } = input;
    const kept = this.chain.keep(input);
    const output = this.plan.last ? undefined : this.out.claim();
    const loss = this.chain.forward(kept, output);
    must(loss === undefined || Number.isFinite(loss), 'loss', 'finite', loss);
    if (output) this.out.send();
    this.underWay.add({ sequence, rows, kept, read: this.version, inSlot: true, state: 'forwarded' });
    this.held += this.chain.held(kept);
    return loss;
  }

  /** A link takes its slots back in order: inputs that lie in older ones move out, or predictions would fill it. */
  private predict(): void {
    const input = this.inbox.take();
    this.chain.predict(input, this.out.claim() as Microbatch);
    this.out.send();
    for (const one of this.underWay.inSlots()) {
      this.chain.own(one.kept);
      this.return(one);
    }
    this.inbox.giveBack(input.sequence);
  }

  private backward(one: Begun): void {
    const below = this.below?.claim();
    this.chain.backward(one.kept, this.gradients.shift(), below && head(below, one.kept.input));
    this.above?.giveBack();
    one.state = 'backed';
    if (this.schedule.sendsGradientAfter === 'B') this.below?.send();
  }

  private gradient(one: Begun): void {
    this.chain.gradient(one.kept);
    if (this.schedule.sendsGradientAfter === 'W') this.below?.send();
    one.state = 'weighed';
    this.held -= this.chain.held(one.kept);
    this.chain.giveBack(one.kept);
    if (this.schedule.returnsInputAfter === 'W') this.return(one);
  }

  private update(weighed: readonly Begun[]): void {
    this.chain.update();
    this.version++;
    this.underWay.drop(weighed);
    for (const one of weighed) this.return(one);
  }

  private return(one: Begun): void {
    if (one.inSlot) this.inbox.giveBack(one.sequence);
    one.inSlot = false;
  }

  private end(): void {
    this.at = { stage: this.plan.stage };
    this.idleness.ends(this.now());
    for (const event of learned(this.plan, this.chain)) this.reporter.event(event);
    this.reporter.flush();
    this.chain.dispose();
    this.below?.close();
    this.reporter.send({ type: 'done' });
    this.finish();
  }

  private fail(error: unknown): void {
    try {
      this.reporter.flush();
    } finally {
      this.reporter.send({ type: 'failed', error: plainError(this.at, error) });
      this.finish();
    }
  }
}
