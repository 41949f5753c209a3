import { callAfter, wallNanoseconds } from '../core/clock.ts';
import { Arena } from '../core/memory/arena.ts';
import { make } from '../core/plan.ts';
import { below } from '../core/state.ts';
import type { TraceEvent } from '../core/trace.ts';
import { microbatch } from '../data/microbatch.ts';
import { negativeImagesOf } from '../ends/negative-images.ts';
import { Sink } from '../ends/sink.ts';
import { Source } from '../ends/source.ts';
import { steeringOf } from '../ends/steering.ts';
import { wrongLabelsOf } from '../ends/wrong-labels.ts';
import { dropsOf } from '../graph/graph.ts';
import type { Assembly } from '../work/assembly.ts';
import type { ChannelReceiver, ChannelSender } from '../work/channels/channel.ts';
import { type LocalChannel, localChannel } from '../work/channels/local-channel.ts';
import { ruleOf } from '../work/checkpoints/checkpoint.ts';
import { Checkpoints } from '../work/checkpoints/checkpoints.ts';
import type { EdgeDepth } from '../work/controls/controls.ts';
import type { StageError } from '../work/stage-error.ts';
import { stagePlans } from '../work/stage-plan.ts';
import { depthsOf, limitOf } from './controls/steered.ts';
import type { Hire } from './crew.ts';
import { type PlannedDevices, planDevices, portsOf } from './device-plan.ts';
import { Devices } from './devices.ts';
import { Striker } from './faults/striker.ts';
import { receiverOf, senderOf } from './link-ends.ts';

/**
 * Realises a graph on threads: shared-memory links, a device a thread, the source and the sink on this one.
 *
 * @returns what is resolved once all is done, or halted, and no thread is left; rejected with the first reason of a failure
 */
export async function realiseOnThreads(assembly: Assembly, hire: Hire): Promise<void> {
  const running = new Running(assembly, hire);
  await running.ended;
}

/** A run under way: it counts who is ready and who is done, and sees to it that nothing is left behind. */
class Running {
  readonly ended: Promise<void>;
  private readonly assembly: Assembly;
  private readonly hire: Hire;
  private readonly origin = wallNanoseconds();
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
  private devices: Devices | undefined;
  private readonly striker: Striker;
  private entry: ChannelSender | undefined;
  private exit: ChannelReceiver | undefined;
  private source: Source | undefined;
  private sink: Sink | undefined;
  private begun = 0;
  private scored = false;
  private letGoOfControls: (() => void) | undefined;
  private over = false;

  constructor(assembly: Assembly, hire: Hire) {
    this.assembly = assembly;
    this.hire = hire;
    const { graph, emit, faults = [], from } = assembly;
    const kill = (stage: number): void => this.devices?.kill(stage);
    this.striker = new Striker(faults, from?.microbatch ?? 0, { clock: this.clock, emit, kill });
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
    const planned = planDevices(graph, stagePlans(this.assembly), arena, this.origin, {
      ...this.assembly,
      limitOf: limitOf(this.assembly),
      flush: pipeline.flush,
    });
    this.planned = planned;
    const kernels = await make(pipeline.kernels, arena);
    const scores = scoresOf(graph);
    const wrongLabels = await wrongLabelsOf(pipeline, scores?.receiver);
    const negativeImages = await negativeImagesOf(pipeline);
    if (this.over) return this.letPortsGo();
    const { plan } = planned.entry;
    const entry = senderOf(planned.entry, arena);
    const exit = receiverOf(planned.exit, arena);
    this.entry = entry;
    this.exit = exit;
    const failed = (error: StageError): void => this.fail(error);
    this.source = new Source(
      pipeline,
      {
        ...{ entry, shape: plan.shape, wrongLabels, negativeImages },
        ...{ workplace: { arena, kernels }, clock: this.clock, steering: steeringOf(this.assembly) },
        ...(this.jumps && { arrivals: this.striker.clock }),
        wake: (at, call) => callAfter(at - this.striker.clock(), call),
      },
      {
        ...{ failed, line: emit },
        sent: (event) => {
          emit(event);
          this.striker.arrived(event);
        },
        ...(checkpointEvery && { snapshot: (k, state) => this.checkpoints.fromSource(k, state) }),
      },
    );
    if (from) this.source.restore(from.microbatch, below(from.state, 'source'));
    const complete = (): void => {
      this.scored = true;
      this.mayComplete();
    };
    this.sink = new Sink(
      { exit, scores: scores?.sender, clock: this.clock, withScores },
      { failed, scored: emit, complete },
    );
    this.sink.start();
    this.watch(planned);
    this.steer(planned, arena);
  }

  /** Sets the devices to work and listens to them. */
  private watch(planned: PlannedDevices): void {
    const { supervision } = this.assembly;
    this.devices = new Devices(
      planned,
      this.hire(planned.devices.length),
      { supervision, clock: this.clock },
      {
        told: (event) => this.tell(event),
        ready: (products, kernels) => this.begin(products, kernels),
        state: (stage, { count, state }) => this.checkpoints.fromStage(stage, count, state),
        done: () => this.mayComplete(),
        failed: (error) => this.fail(error),
        rewire: (end, port) => (end === 'source' ? this.entry : this.exit)?.rewire?.(port),
        struck: (fault) => this.striker.strike(fault),
        hasStruck: (fault) => this.striker.has(fault),
      },
    );
    this.devices.start();
  }

  /** Has the run's controls act on it. */
  private steer({ wires }: PlannedDevices, arena: Arena): void {
    const wake = (): void => {
      this.devices?.wake();
      this.source?.pump();
    };
    const depths = (): EdgeDepth[] => depthsOf(wires, arena);
    this.letGoOfControls = this.assembly.controls?.steer({ wake, depths });
  }

  /** A wait is told from the start of the run on. */
  private tell(event: TraceEvent): void {
    if ((event.kind === 'starved' || event.kind === 'blocked') && event.start < this.begun) {
      if (event.end > this.begun) this.assembly.emit({ ...event, start: this.begun });
    } else this.assembly.emit(event);
  }

  /** Opens the source once every device is ready. */
  private begin(products: string, kernels: string): void {
    const { pipeline, graph, from, why, stop, emit } = this.assembly;
    const devices = this.planned?.devices.length ?? 0;
    const stages = graph.stages.length;
    this.begun = this.clock();
    emit({
      ...{ kind: 'start', stages, tile: products, kernels, start: this.begun },
      ...(devices < stages && { devices }),
      ...(why !== undefined && { why }),
      ...(from && { from: from.microbatch }),
      ...dropsOf(graph),
      ...(pipeline.negatives?.asks && { staleness: pipeline.negatives.asks.lag }),
    });
    if (this.over) return;
    stop.addEventListener('abort', this.stop);
    if (stop.aborted) this.stop();
    else this.source?.start();
    this.striker.start();
  }

  private mayComplete(): void {
    if (this.over || !this.scored || !this.devices?.complete) return;
    this.end(this.resolve, this.reject);
  }

  private get jumps(): boolean {
    return this.assembly.faults?.some(({ fault }) => fault === 'clock-jump') ?? false;
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
    this.letGoOfControls?.();
    this.striker.release();
    this.source?.release();
    this.sink?.release();
    if (this.devices === undefined) this.letPortsGo();
    else await this.devices.dismiss();
  }

  /** Nobody has taken the ports: to close one end is to close the other. */
  private letPortsGo(): void {
    for (const port of (this.planned?.devices ?? []).flatMap(portsOf)) port.close();
    for (const port of [this.planned?.entry.port, this.planned?.exit.port]) port?.close();
    for (const control of this.planned?.controls ?? []) control.close();
  }
}

/** The edge from the sink back to the source, where the graph has one: both are on this thread. */
function scoresOf({ edges }: Assembly['graph']): LocalChannel | undefined {
  const edge = edges.find(({ carries }) => carries === 'scores');
  const shape = edge?.shape;
  return shape && localChannel({ capacity: edge.capacity, slot: () => microbatch(shape) });
}
