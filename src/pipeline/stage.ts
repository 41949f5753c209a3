import { merge, type Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { must } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import type { OpKind } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { Ready, Schedule } from '../schedules/schedule.ts';
import { type Chain, head, type Kept } from './chain.ts';
import { Idleness } from './idleness.ts';
import { LinkReceiver, LinkSender } from './link.ts';
import { type Order, Reporter } from './reporter.ts';
import { type Place, plainError } from './stage-error.ts';
import type { StagePlan } from './stage-plan.ts';

/** A microbatch between its F and its U. */
interface Begun {
  readonly sequence: number;
  readonly rows: number;
  readonly kept: Kept;
  state: 'forwarded' | 'backed' | 'weighed';
}

/** One worker: it takes microbatches from a link, runs the ops of its layers as its schedule says, and sends them on. */
export class Stage {
  private readonly plan: StagePlan;
  private readonly chain: Chain;
  private readonly schedule: Schedule;
  private readonly reporter: Reporter;
  private readonly idleness: Idleness;
  private readonly up: LinkReceiver;
  private readonly out: LinkSender;
  private readonly above: LinkReceiver | undefined;
  private readonly below: LinkSender | undefined;
  private readonly inbox: Microbatch[] = [];
  private readonly gradients: Microbatch[] = [];
  private readonly begun: Begun[] = [];
  private readonly subscriptions: Subscription[] = [];
  /** inputs done with that wait for an older one to be given back */
  private readonly returned = new Set<number>();
  private oldestInput = 0;
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
    this.at = { stage: plan.stage };
    this.reporter = new Reporter(plan.control);
    this.idleness = new Idleness(plan.stage, (event) => this.reporter.event(event));
    this.up = new LinkReceiver(plan.up, arena);
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
        this.up.microbatches.subscribe({ next: (m) => this.take(this.inbox, m), complete: pump }),
        merge(this.out.credits, ...(this.below ? [this.below.credits] : [])).subscribe(pump),
      );
      if (this.above) {
        this.subscriptions.push(this.above.microbatches.subscribe((m) => this.take(this.gradients, m)));
      }
      this.idleness.waits('starved', this.now());
      this.pump();
    });
  }

  /** nanoseconds since the run began */
  private now(): number {
    return wallNanoseconds() - this.plan.origin;
  }

  private take(into: Microbatch[], arrived: Microbatch): void {
    into.push(arrived);
    this.pump();
  }

  /** Runs ops until none is ready, then sleeps; whatever wakes the stage calls it again. */
  private pump(): void {
    if (this.pumping || this.ended) return;
    this.pumping = true;
    try {
      for (;;) {
        this.up.poll();
        this.above?.poll();
        const ready = this.ready();
        const op = this.schedule.next(ready);
        if (op !== undefined) {
          must(ready[op] !== undefined, `op of schedule '${this.schedule.name}'`, 'one that is ready', op);
          this.execute(op);
        } else if (this.up.drained && this.inbox.length === 0 && this.begun.length === 0) {
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

  /** What could run now: for each kind of op the oldest microbatch whose inputs and credits are there. */
  private ready(): Ready {
    const next = this.inbox[0];
    const backward = this.plan.learns === 'backward';
    const sends = next !== undefined && (next.purpose !== 'learn' || !this.plan.last);
    const F = next !== undefined && (!sends || this.out.credit > 0) ? next.sequence : undefined;
    const oldest = (state: Begun['state']) => this.begun.find((one) => one.state === state);
    const forwarded = oldest('forwarded');
    const arrived = this.plan.last || this.gradients[0]?.sequence === forwarded?.sequence;
    const sendable = this.below === undefined || (this.below.credit > 0 && oldest('backed') === undefined);
    return {
      F,
      B: backward && forwarded && arrived && sendable ? forwarded.sequence : undefined,
      W: (backward ? oldest('backed') : forwarded)?.sequence,
      U: oldest('weighed')?.sequence,
    };
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
    if (this.inbox.length > 0) this.out.sleep();
    if (this.gradients.length > 0 || this.plan.last) this.below?.sleep();
    return fed || this.schedule.next(this.ready()) !== undefined;
  }

  /** whether the only thing missing for an op is a free slot to write to */
  private lacksCredit(): boolean {
    const next = this.inbox[0];
    const forward =
      next !== undefined && (next.purpose !== 'learn' || !this.plan.last) && this.out.credit === 0;
    const backward = this.gradients.length > 0 && this.below !== undefined && this.below.credit === 0;
    return forward || backward;
  }

  private execute(op: OpKind): void {
    const start = this.now();
    this.idleness.ends(start);
    const macs = this.chain.macs;
    const read = this.version;
    const of =
      op === 'F' ? this.inbox[0] : (this.begun.find(({ state }) => state === before[op](this.plan)) as Begun);
    const { sequence: microbatch, rows } = of;
    const purpose = op === 'F' ? this.inbox[0].purpose : 'learn';
    this.at = { stage: this.plan.stage, microbatch, op };
    Atomics.store(this.plan.progress, 0, microbatch);
    let held = this.held;
    let loss: number | undefined;
    if (op === 'F') loss = purpose === 'learn' ? this.forward() : this.predict();
    else if (op === 'B') this.backward(of as Begun);
    else if (op === 'W') this.gradient(of as Begun);
    else this.update(of as Begun);
    held = Math.max(held, this.held);
    this.reporter.event({
      kind: 'op',
      op,
      stage: this.plan.stage,
      microbatch,
      purpose,
      rows,
      start,
      end: this.now(),
      read,
      written: this.version,
      versions: 1, // the tile's own weights: no schedule here has a stage stash older ones
      held,
      macs: this.chain.macs - macs,
      ...(loss === undefined ? {} : { loss }),
    });
  }

  private forward(): number | undefined {
    const input = this.inbox.shift() as Microbatch;
    const { sequence, rows } = input;
    const kept = this.chain.keep(input);
    const output = this.plan.last ? undefined : this.out.claim();
    const loss = this.chain.forward(kept, output);
    must(loss === undefined || Number.isFinite(loss), 'loss', 'finite', loss);
    if (output) this.out.send();
    this.begun.push({ sequence, rows, kept, state: 'forwarded' });
    this.held += this.chain.held(kept);
    return loss;
  }

  private predict(): undefined {
    const input = this.inbox.shift() as Microbatch;
    this.chain.predict(input, this.out.claim() as Microbatch);
    this.out.send();
    this.return(input.sequence);
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
    if (this.schedule.returnsInputAfter === 'W') this.return(one.sequence);
  }

  private update(one: Begun): void {
    this.chain.update();
    this.version++;
    this.begun.splice(this.begun.indexOf(one), 1);
    if (this.schedule.returnsInputAfter === 'U') this.return(one.sequence);
  }

  /** Gives an input back once all that came before it has been given back: a link returns its slots in order. */
  private return(sequence: number): void {
    this.returned.add(sequence);
    while (this.returned.delete(this.oldestInput)) {
      this.oldestInput++;
      this.up.giveBack();
    }
  }

  private end(): void {
    this.at = { stage: this.plan.stage };
    this.idleness.ends(this.now());
    for (const [i, { index }] of this.plan.layers.entries()) {
      // copies, for the arrays lie in the run's memory, which would live as long as they
      const parameters = this.chain.parametersOf(i).map((one) => ({ ...one, data: one.data.slice() }));
      for (const { name, data } of parameters) {
        const wrong = data.find((weight) => !Number.isFinite(weight));
        must(wrong === undefined, name, 'finite', wrong);
      }
      this.reporter.event({ kind: 'weights', layer: index, stage: this.plan.stage, parameters });
    }
    this.reporter.flush();
    this.chain.dispose();
    this.out.close();
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

/** the state of a microbatch before each op but F */
const before = {
  B: () => 'forwarded',
  W: ({ learns }: StagePlan) => (learns === 'backward' ? 'backed' : 'forwarded'),
  U: () => 'weighed',
} as const;
