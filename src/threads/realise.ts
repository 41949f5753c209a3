import { setTimeout } from 'node:timers/promises';
import { callAfter, wallNanoseconds } from '../core/clock.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { below } from '../core/state.ts';
import type { TraceEvent } from '../core/trace.ts';
import { microbatch } from '../data/microbatch.ts';
import { Sink } from '../ends/sink.ts';
import { Source } from '../ends/source.ts';
import { wrongLabelsOf } from '../ends/wrong-labels.ts';
import type { Assembly } from '../work/assembly.ts';
import { type LocalChannel, localChannel } from '../work/channels/local-channel.ts';
import { ruleOf } from '../work/checkpoints/checkpoint.ts';
import { Checkpoints } from '../work/checkpoints/checkpoints.ts';
import { reasonOf, StageError, stageError } from '../work/stage-error.ts';
import { stagePlans } from '../work/stage-plan.ts';
import type { Crew, Launch } from './crew.ts';
import { type DevicePlan, type PlannedDevices, planDevices, portsOf } from './device-plan.ts';
import { LinkReceiver, LinkSender } from './link.ts';
import type { Order, Report } from './reporter.ts';
import { RollCall } from './roll-call.ts';

/** milliseconds for the last reports of a device after its end: a port that never reached its thread closes late */
const lastWordsAtMost = 2000;

/** milliseconds that an ended run waits for its threads to have loaded */
const loadingAtMost = 20_000;
/**
 * Realises a graph on threads: shared-memory links, a device a thread, the source and the sink on this one.
 *
 * @returns what is resolved once all is done, or halted, and no thread is left; rejected with the first reason of a failure
 */
export async function realiseOnThreads(assembly: Assembly, launch: Launch): Promise<void> {
  const running = new Running(assembly, launch);
  await running.ended;
}

/** A run under way: it counts who is ready and who is done, and sees to it that nothing is left behind. */
class Running {
  readonly ended: Promise<void>;
  private readonly assembly: Assembly;
  private readonly launch: Launch;
  private readonly origin = wallNanoseconds();
  private readonly done = new Set<number>();
  /** A run with checkpoints ends where one can be taken: behind a whole flush. */
  private readonly stop = (): void => {
    const { checkpointEvery, pipeline } = this.assembly;
    this.source?.stop({ atMultipleOf: checkpointEvery ? pipeline.flush : 1 });
  };
  private readonly halt = (): void => this.end(() => this.resolve());
  private resolve: () => void = () => {};
  private reject: (reason: unknown) => void = () => {};
  private checkpoints: Checkpoints;
  private planned: PlannedDevices | undefined;
  private crew: Crew | undefined;
  private source: Source | undefined;
  private sink: Sink | undefined;
  private readonly rollCall = new RollCall();
  /** devices that have yet to be ready */
  private unready = 0;
  private begun = 0;
  private scored = false;
  private over = false;

  constructor(assembly: Assembly, launch: Launch) {
    this.assembly = assembly;
    this.launch = launch;
    const { graph, emit } = assembly;
    this.checkpoints = new Checkpoints(graph.stages.length, ruleOf(assembly), (checkpoint) =>
      emit({ kind: 'checkpoint', ...checkpoint, start: this.clock() }),
    );
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    assembly.halt.addEventListener('abort', this.halt);
    if (assembly.halt.aborted) this.halt();
    else this.start().catch((error: unknown) => this.fail(error));
  }

  /** whole nanoseconds since the run began */
  private readonly clock = (): number => wallNanoseconds() - this.origin;

  private async start(): Promise<void> {
    const { pipeline, graph, emit, from, checkpointEvery, withScores } = this.assembly;
    const arena = Arena.over();
    const planned = planDevices(graph, stagePlans(this.assembly), arena, this.origin);
    this.planned = planned;
    const kernels = await make(pipeline.kernels, arena);
    const scores = scoresOf(graph);
    const wrongLabels = await wrongLabelsOf(pipeline, scores?.receiver);
    if (this.over) return this.letPortsGo();
    const { entry, exit } = planned;
    const failed = (error: StageError): void => this.fail(error);
    this.source = new Source(
      pipeline,
      {
        ...{ entry: new LinkSender(entry, arena), shape: entry.plan.shape, wrongLabels },
        ...{ workplace: { arena, kernels }, clock: this.clock },
        wake: (at, call) => callAfter(at - this.clock(), call),
      },
      {
        ...{ failed, sent: emit, line: emit },
        ...(checkpointEvery && { snapshot: (k, state) => this.checkpoints.fromSource(k, state) }),
      },
    );
    if (from) this.source.restore(from.microbatch, below(from.state, 'source'));
    const complete = (): void => {
      this.scored = true;
      this.mayComplete();
    };
    this.sink = new Sink(
      { exit: new LinkReceiver(exit, arena), scores: scores?.sender, clock: this.clock, withScores },
      { failed, scored: emit, complete },
    );
    this.sink.start();
    this.watch(planned);
  }

  /** Sets the devices to work and listens to each. */
  private watch({ devices, controls }: PlannedDevices): void {
    this.rollCall.expect(devices.length);
    this.unready = devices.length;
    const closed = controls.map((control, device) => {
      control.on('message', (report: Report) => this.hear(device, report));
      return new Promise<void>((resolve) => control.once('close', resolve));
    });
    this.crew = this.launch(devices);
    for (const [i, ended] of this.crew.ended.entries()) {
      const gone = async (reason: string): Promise<void> => {
        // its port closes after the last of its reports, so one that explains the end is heard first
        await Promise.race([closed[i], setTimeout(lastWordsAtMost, undefined, { ref: false })]);
        this.rollCall.spoke(i);
        this.missed(devices[i], reason);
      };
      ended.then(
        () => gone('it ended before its work was done'),
        (error: unknown) => {
          // plans that could not be sent to their thread have left their ports here
          for (const port of portsOf(devices[i])) port.close();
          return gone(`its thread died before its work was done: ${reasonOf(error)}`);
        },
      );
    }
  }

  private hear(device: number, report: Report): void {
    if (report.type === 'loaded' || report.type === 'failed') this.rollCall.spoke(device);
    if (this.over || report.type === 'loaded') return;
    if (report.type === 'events') {
      for (const event of report.events) this.tell(event);
      const taken: Order = { type: 'taken' };
      this.planned?.controls[device].postMessage(taken);
    } else if (report.type === 'failed') this.fail(stageError(report.error));
    else if (report.type === 'ready') this.begin(report.products, report.kernels);
    else if (report.type === 'state')
      this.checkpoints.fromStage(report.stage, report.microbatch, report.state);
    else {
      this.done.add(report.stage);
      this.mayComplete();
    }
  }

  /** A wait is told from the start of the run on. */
  private tell(event: TraceEvent): void {
    if ((event.kind === 'starved' || event.kind === 'blocked') && event.start < this.begun) {
      if (event.end > this.begun) this.assembly.emit({ ...event, start: this.begun });
    } else this.assembly.emit(event);
  }

  /** Opens the source once every device is ready. */
  private begin(products: string, kernels: string): void {
    if (--this.unready > 0) return;
    const { pipeline, graph, from, why, stop, emit } = this.assembly;
    const devices = this.planned?.devices.length ?? 0;
    const stages = graph.stages.length;
    this.begun = this.clock();
    emit({
      ...{ kind: 'start', stages, tile: products, kernels, start: this.begun },
      ...(devices < stages && { devices }),
      ...(why !== undefined && { why }),
      ...(from && { from: from.microbatch }),
      ...(pipeline.negatives?.asks && { staleness: pipeline.negatives.asks.lag }),
    });
    if (this.over) return;
    stop.addEventListener('abort', this.stop);
    if (stop.aborted) this.stop();
    else this.source?.start();
  }

  private mayComplete(): void {
    if (this.over || !this.scored || this.done.size < this.assembly.graph.stages.length) return;
    this.end(this.resolve, this.reject);
  }

  /** A device is gone: unless its stages have said that they are done, or why one failed, the run has failed. */
  private missed({ stages, progress }: DevicePlan, reason: string): void {
    const undone = stages.filter(({ stage }) => !this.done.has(stage));
    if (this.over || undone.length === 0) return;
    const [microbatch, at] = progress;
    const stage = undone.some((plan) => plan.stage === at) ? at : undone[0].stage;
    this.fail(new StageError({ stage, microbatch: microbatch < 0 ? undefined : microbatch }, reason));
  }

  private fail(error: unknown): void {
    this.end(() => this.reject(error));
  }

  /**
   * Ends the run, once: lets go of everything, then says so.
   *
   * @param otherwise  says so where something could not be let go; left out, `then` does
   */
  private end(then: () => void, otherwise: (reason: unknown) => void = then): void {
    if (this.over) return;
    this.over = true;
    this.clear().then(then, otherwise);
  }

  private async clear(): Promise<void> {
    this.assembly.stop.removeEventListener('abort', this.stop);
    this.assembly.halt.removeEventListener('abort', this.halt);
    this.source?.release();
    this.sink?.release();
    const { controls = [] } = this.planned ?? {};
    const order: Order = { type: 'stop' };
    for (const control of controls) control.postMessage(order);
    if (this.crew === undefined) this.letPortsGo();
    // a thread that is ended while it loads modules leaves files open: it is given time, if not for ever
    else await this.rollCall.wait(loadingAtMost);
    try {
      await this.crew?.dismiss();
    } finally {
      for (const control of controls) control.close();
    }
  }

  /** Nobody has taken the ports: to close one end is to close the other. */
  private letPortsGo(): void {
    for (const port of (this.planned?.devices ?? []).flatMap(portsOf)) port.close();
    for (const port of [this.planned?.entry.port, this.planned?.exit.port]) port?.close();
  }
}

/** The edge from the sink back to the source, where the graph has one: both are on this thread. */
function scoresOf({ edges }: Assembly['graph']): LocalChannel | undefined {
  const edge = edges.find(({ carries }) => carries === 'scores');
  const shape = edge?.shape;
  return shape && localChannel({ capacity: edge.capacity, slot: () => microbatch(shape) });
}
