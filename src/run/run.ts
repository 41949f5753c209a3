import { Observable, type Subscriber } from 'rxjs';
import { wallNanoseconds } from '../core/clock.ts';
import { make } from '../core/plan.ts';
import type { TraceEvent } from '../core/trace.ts';
import { feedbackOf } from '../ends/feedback.ts';
import { type Asked, Sink } from '../ends/sink.ts';
import { Source } from '../ends/source.ts';
import { fastestKernels } from '../kernels/fastest.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { resolve } from '../pipeline/resolve.ts';
import type { Crew, Runtime } from '../runtimes/runtime.ts';
import type { Order, Report } from '../threads/reporter.ts';
import { portsOf, type StagePlan } from '../threads/stage-plan.ts';
import { type Wiring, wire } from '../threads/wiring.ts';
import { reasonOf, StageError, stageError } from '../work/stage-error.ts';

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
  if (runtime.carryOut) return carriedOut(pipeline, runtime.carryOut, options);
  return new Observable((subscriber) => {
    const running = new Running(pipeline, runtime, options, subscriber);
    running.start().catch((error: unknown) => running.fail(error));
    return () => running.halt();
  });
}

/** A run that its runtime carries out by itself. */
function carriedOut(
  pipeline: Pipeline,
  carryOut: NonNullable<Runtime['carryOut']>,
  { signal }: RunOptions,
): Observable<TraceEvent> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const begin = async (): Promise<void> => {
      const filled = resolve(pipeline, pipeline.kernels ?? fastestKernels().plan);
      await carryOut(filled, (event) => subscriber.next(event), either);
    };
    begin().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => stop.abort();
  });
}

/** A run under way: it counts who is ready and who is done, and sees to it that nothing is left behind. */
class Running {
  private readonly pipeline: Pipeline;
  private readonly runtime: Runtime;
  private readonly signal: AbortSignal | undefined;
  private readonly subscriber: Subscriber<TraceEvent>;
  /** microbatches on their way that are to be scored */
  private readonly asked = new Map<number, Asked>();
  private readonly done = new Set<number>();
  private readonly stop = () => this.source?.stop();
  private wiring: Wiring | undefined;
  private crew: Crew | undefined;
  private source: Source | undefined;
  private sink: Sink | undefined;
  private unready = 0;
  private staleness: number | undefined;
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
    const pipeline = resolve(this.pipeline, this.pipeline.kernels ?? fastestKernels().plan);
    const origin = wallNanoseconds();
    const wiring = await wire(pipeline, (most) => this.runtime.stages(most), origin, this.runtime.costs);
    this.wiring = wiring;
    const kernels = await make(pipeline.kernels, wiring.arena);
    const feedback = await feedbackOf(pipeline);
    this.staleness = pipeline.negatives?.asks?.lag;
    if (this.over) return this.clear();
    const emit = (event: TraceEvent): void => this.subscriber.next(event);
    const source = new Source(
      pipeline,
      wiring.entry,
      { arena: wiring.arena, kernels },
      origin,
      {
        failed: (error) => this.fail(error),
        sent: (event, { of, epoch }) => {
          if (of !== 'samples') this.asked.set(event.microbatch, { of, epoch });
          emit(event);
        },
      },
      feedback,
    );
    this.source = source;
    this.sink = new Sink(wiring.exit, wiring.arena, origin, (sequence) => this.askedFor(sequence), {
      failed: (error) => this.fail(error),
      scored: emit,
      asked: (microbatch) => source.answer(microbatch),
      complete: () => {
        this.scored = true;
        this.mayComplete();
      },
    });
    this.sink.start();
    this.unready = wiring.controls.length;
    const silent = wiring.controls.map((control, stage) => {
      control.on('message', (report: Report) => this.hear(stage, report));
      return new Promise<void>((resolve) => control.once('close', resolve));
    });
    this.crew = this.runtime.launch(wiring.devices);
    for (const [device, ended] of this.crew.ended.entries()) {
      const plans = wiring.devices[device];
      const gone = async (reason: string): Promise<void> => {
        // its ports close after the last of its reports, so one that explains the end is heard first
        await Promise.all(plans.map(({ stage }) => silent[stage]));
        this.missed(plans, reason);
      };
      ended.then(
        () => gone('it ended before its work was done'),
        (error: unknown) => {
          // plans that could not be sent to their thread have left their ports here
          for (const port of plans.flatMap(portsOf)) port.close();
          return gone(`its thread died before its work was done: ${reasonOf(error)}`);
        },
      );
    }
  }

  private askedFor(sequence: number): Asked {
    const asked = this.asked.get(sequence) as Asked;
    this.asked.delete(sequence);
    return asked;
  }

  private hear(stage: number, report: Report): void {
    if (this.over) return;
    if (report.type === 'events') for (const event of report.events) this.subscriber.next(event);
    else if (report.type === 'failed') this.fail(stageError(report.error));
    else if (report.type === 'ready') this.begin(report.tile, report.kernels);
    else {
      this.done.add(stage);
      this.mayComplete();
    }
  }

  /** Opens the source once every stage is ready. */
  private begin(tile: string, kernels: string): void {
    if (--this.unready > 0) return;
    const { plans, devices: groups } = this.wiring as Wiring;
    const devices = groups.length < plans.length ? { devices: groups.length } : {};
    const start = wallNanoseconds() - plans[0].origin;
    const stale = this.staleness === undefined ? {} : { staleness: this.staleness };
    this.subscriber.next({ kind: 'start', stages: plans.length, ...devices, tile, kernels, ...stale, start });
    if (this.over) return;
    this.signal?.addEventListener('abort', this.stop);
    if (this.signal?.aborted) this.stop();
    else this.source?.start();
  }

  private mayComplete(): void {
    if (this.over || !this.scored || this.done.size < (this.wiring?.plans.length ?? 0)) return;
    this.over = true;
    this.clear().then(
      () => this.subscriber.complete(),
      (error: unknown) => this.subscriber.error(error),
    );
  }

  /** A device is gone: unless its stages have said that they are done, or why one failed, the run has failed. */
  private missed(plans: readonly StagePlan[], reason: string): void {
    const undone = plans.filter(({ stage }) => !this.done.has(stage));
    if (this.over || undone.length === 0) return;
    const [microbatch, at] = undone[0].progress;
    const stage = undone.some((plan) => plan.stage === at) ? at : undone[0].stage;
    this.fail(new StageError({ stage, microbatch: microbatch < 0 ? undefined : microbatch }, reason));
  }

  fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    const end = () => this.subscriber.error(error);
    this.clear().then(end, end);
  }

  /** Stops at once; what is in the pipeline is dropped. */
  halt(): void {
    if (this.over) return;
    this.over = true;
    this.clear().catch(() => {}); // who has left is told nothing more
  }

  private async clear(): Promise<void> {
    this.signal?.removeEventListener('abort', this.stop);
    this.source?.release();
    this.sink?.release();
    const { controls = [], plans = [] } = this.wiring ?? {};
    const order: Order = { type: 'stop' };
    for (const control of controls) control.postMessage(order);
    // nobody has taken the ports: to close one end is to close the other
    if (this.crew === undefined) for (const port of plans.flatMap(portsOf)) port.close();
    try {
      await this.crew?.dismiss();
    } finally {
      for (const control of controls) control.close();
    }
  }
}
