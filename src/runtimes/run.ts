import { Observable, type Subscriber } from 'rxjs';
import { wallNanoseconds } from '../core/clock.ts';
import type { TraceEvent } from '../core/trace.ts';
import { type Pipeline, whole } from '../pipeline/pipeline.ts';
import type { Order, Report } from '../pipeline/reporter.ts';
import { Sink } from '../pipeline/sink.ts';
import { Source } from '../pipeline/source.ts';
import { reasonOf, StageError } from '../pipeline/stage-error.ts';
import { type Wiring, wire } from '../pipeline/wiring.ts';
import type { Crew, Runtime } from './runtime.ts';

export interface RunOptions {
  /** aborted, it ends the run early and in good order: nothing more is sent in, what is inside is finished */
  readonly signal?: AbortSignal;
}

/**
 * Runs a pipeline: the Observable starts it when subscribed, emits its trace, completes when the last stage is done, and
 * stops it at once when unsubscribed. It errors with a `StageError` that names the stage, the microbatch and the reason.
 *
 * @throws {RangeError} when the pipeline's values are out of range; emitted as an error, like all others
 */
export function run(pipeline: Pipeline, runtime: Runtime, options: RunOptions = {}): Observable<TraceEvent> {
  return new Observable((subscriber) => {
    const running = new Running(pipeline, runtime, options, subscriber);
    running.start().catch((error: unknown) => running.fail(error));
    return () => running.halt();
  });
}

/** A run under way: it counts who is ready and who is done, and sees to it that nothing is left behind. */
class Running {
  private readonly pipeline: Pipeline;
  private readonly runtime: Runtime;
  private readonly signal: AbortSignal | undefined;
  private readonly subscriber: Subscriber<TraceEvent>;
  /** microbatches of the test set that are on their way */
  private readonly tests = new Set<number>();
  private readonly done = new Set<number>();
  private readonly stop = () => this.source?.stop();
  private wiring: Wiring | undefined;
  private crew: Crew | undefined;
  private source: Source | undefined;
  private sink: Sink | undefined;
  private unready = 0;
  private scored = false;
  private over = false;

  constructor(
    pipeline: Pipeline,
    runtime: Runtime,
    { signal }: RunOptions,
    subscriber: Subscriber<TraceEvent>,
  ) {
    this.pipeline = pipeline;
    this.runtime = runtime;
    this.signal = signal;
    this.subscriber = subscriber;
  }

  async start(): Promise<void> {
    const pipeline = whole(this.pipeline);
    const origin = wallNanoseconds();
    const wiring = await wire(pipeline, this.runtime.stages(pipeline.layers.length), origin);
    this.wiring = wiring;
    if (this.over) return this.clear();
    const emit = (event: TraceEvent): void => this.subscriber.next(event);
    this.source = new Source(pipeline, wiring.entry, origin, {
      failed: (error) => this.fail(error),
      sent: (event, { of }) => {
        if (of === 'test') this.tests.add(event.microbatch);
        emit(event);
      },
    });
    this.sink = new Sink(wiring.exit, origin, (sequence) => this.tests.delete(sequence), emit);
    this.sink.start(() => {
      this.scored = true;
      this.mayComplete();
    });
    this.unready = wiring.controls.length;
    for (const [stage, control] of wiring.controls.entries()) {
      control.on('message', (report: Report) => this.hear(stage, report));
    }
    this.crew = this.runtime.launch(wiring.plans);
    for (const [stage, ended] of this.crew.ended.entries()) {
      ended.then(
        () => this.missed(stage, 'it ended before its work was done'),
        (error) => this.missed(stage, `its thread died before its work was done: ${reasonOf(error)}`),
      );
    }
  }

  private hear(stage: number, report: Report): void {
    if (this.over) return;
    if (report.type === 'events') for (const event of report.events) this.subscriber.next(event);
    else if (report.type === 'failed') this.fail(new StageError(report.error, report.error.reason));
    else if (report.type === 'ready') this.begin(report.tile);
    else {
      this.done.add(stage);
      this.mayComplete();
    }
  }

  /** Opens the source once every stage is ready. */
  private begin(tile: string): void {
    if (--this.unready > 0) return;
    const { plans } = this.wiring as Wiring;
    const start = wallNanoseconds() - plans[0].origin;
    this.subscriber.next({ kind: 'start', stages: plans.length, tile, start });
    this.source?.start();
    if (this.signal?.aborted) this.stop();
    this.signal?.addEventListener('abort', this.stop);
  }

  private mayComplete(): void {
    if (this.over || !this.scored || this.done.size < (this.wiring?.plans.length ?? 0)) return;
    this.over = true;
    this.clear().then(() => this.subscriber.complete());
  }

  /** A stage is gone: if its last report doesn't come within a moment either, the run has failed. */
  private missed(stage: number, reason: string): void {
    setTimeout(() => {
      if (this.over || this.done.has(stage)) return;
      const at = Atomics.load((this.wiring as Wiring).plans[stage].progress, 0);
      this.fail(new StageError({ stage, microbatch: at < 0 ? undefined : at }, reason));
    }, 100);
  }

  fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.clear().then(() => this.subscriber.error(error));
  }

  /** Stops at once; what is in the pipeline is dropped. */
  halt(): void {
    if (this.over) return;
    this.over = true;
    this.clear();
  }

  private async clear(): Promise<void> {
    this.signal?.removeEventListener('abort', this.stop);
    this.source?.release();
    this.sink?.release();
    const order: Order = { type: 'stop' };
    for (const control of this.wiring?.controls ?? []) control.postMessage(order);
    await this.crew?.dismiss();
    for (const control of this.wiring?.controls ?? []) control.close();
    if (this.crew === undefined) for (const end of [this.wiring?.entry, this.wiring?.exit]) end?.port.close();
  }
}
