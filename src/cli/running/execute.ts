import { lastValueFrom, tap } from 'rxjs';
import { countMatters, make, type Schedule, type StartEvent, wallNanoseconds } from '../../extend.ts';
import { type DatasetPipeline, measure, type Runtime, run, type TraceEvent } from '../../index.ts';
import type { StoredCheckpoint } from '../../report.ts';
import {
  type Gantt,
  goodnessHistograms,
  type MetricsServer,
  type RunReport,
  type Values,
  weightsHash,
} from '../../report.ts';
import { limitsOfPipeline } from '../../simulation.ts';
import { hardwareReport } from '../analog/hardware-report.ts';
import { figuresOfLine } from '../exporting/metrics-port.ts';
import { titleOf } from '../members/members.ts';
import { liveChannel } from '../serving/child/live-channel.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import type { Display } from '../terminal/train-progress.ts';
import { selectionOf } from '../values/selections.ts';
import { type Before, nothing, onTop, throughputOnTop } from './before.ts';
import { CheckpointWriter } from './checkpoint-writer.ts';
import { allMeasures } from './figures.ts';
import { keptOfRun } from './kept-of-run.ts';
import { MetricsLines } from './metrics-line.ts';
import type { RunFiles } from './run-files.ts';

type Measured = Values<typeof allMeasures>;

export interface Execution {
  readonly settings: TrainSettings;
  readonly pipeline: DatasetPipeline;
  readonly runtime: Runtime;
  readonly files: RunFiles;
  /** name of the file that takes the weights */
  readonly weightsFile: string;
  /** in the trace and in progress; left out, the rule */
  readonly title?: string;
  readonly display: Display;
  readonly signal: AbortSignal;
  /** microbatches between two checkpoints; left out, one is taken where the run is interrupted */
  readonly checkpointEvery?: number | undefined;
  /** whether a checkpoint is of use where the run is interrupted; left out, it is */
  readonly resumable?: boolean;
  /** where the run goes on, and what it had come to there */
  readonly from?: { readonly checkpoint: StoredCheckpoint | undefined; readonly before: Before } | undefined;
  /** takes the figures too, where they are scraped */
  readonly metrics?: MetricsServer | undefined;
  /** a picture of the run, where one is wanted */
  readonly picture?: Gantt | undefined;
}

/**
 * Runs one pipeline, shows its progress, and writes its metrics, trace and weights to the run folder.
 *
 * @throws {StageError} the reason why the run failed; what was written until then stays
 */
export async function execute(execution: Execution): Promise<RunReport> {
  const { settings, pipeline, files, display, signal, picture } = execution;
  const { epochs, seed } = settings;
  const rule = titleOf(settings.rule);
  const { title = rule } = execution;
  const { before = nothing } = execution.from ?? {};
  const { microbatches = Number.POSITIVE_INFINITY, microbatch = 100, samples } = pipeline;
  const toLearn = Math.min(epochs * samples.count, microbatches * microbatch);
  const began = wallNanoseconds();
  const seconds = (): number => before.seconds + (wallNanoseconds() - began) / 1e9;
  const lines = new MetricsLines(rule, seed);
  const trace = files.trace(title);
  const goodness = goodnessHistograms(undefined, before.goodness);
  const samplesIn = (count: number): number => samplesBefore(count, pipeline);
  const checkpoints = new CheckpointWriter(files, before, { samplesIn, seconds, goodness });
  const live = liveChannel()?.begin({
    title,
    rule,
    total: toLearn - before.samples,
    steers: execution.runtime.steers === true,
  });
  let start: StartEvent | undefined;
  const record = (event: TraceEvent): void => {
    if (event.kind === 'start') start = event;
    trace(event);
    goodness.add(event);
    checkpoints.add(event);
    picture?.add(event);
    live?.add(event);
  };
  const note = ({ weights: _, hardware: __, selectivity: { kept }, ...measured }: Measured): void => {
    const figures = onTop(before, kept === null ? measured : { ...measured, kept });
    const line = lines.next(seconds(), figures);
    files.metrics(line);
    execution.metrics?.update(figuresOfLine(line));
    display.show(title, figures, toLearn, epochs);
    live?.figures({ latencyMs: figures.latency, accuracy: figures.running.accuracy ?? null });
  };
  const measured = run(pipeline, execution.runtime, {
    signal,
    checkpointEvery: await checkpointsOf(execution),
    from: execution.from?.checkpoint,
    goodnessEvery: goodnessEveryOf(pipeline),
    controls: live?.controls,
  }).pipe(tap(record), measure(allMeasures, { every: 500 }), tap(note));
  const values = await lastValueFrom(measured).finally(() => {
    display.clear();
    live?.close();
  });
  await checkpoints.finished();
  files.goodness({ rule, seed, layers: goodness.value() });
  await files.weights(execution.weightsFile, values.weights, { rule, seed: String(seed) });
  const wallSeconds = seconds();
  const limits = await limitsOf(execution, values);
  const steered = live?.controls?.touched && { steered: true };
  return {
    ...reportOf(execution, values, start),
    ...limits,
    ...steered,
    heldOut: checkpoints.curve,
    wallSeconds,
  };
}

/** Samples in the first microbatches of a run: the last one of an epoch may be short. */
function samplesBefore(microbatches: number, { samples, microbatch = 100 }: DatasetPipeline): number {
  const inAnEpoch = Math.ceil(samples.count / microbatch);
  return Math.floor(microbatches / inAnEpoch) * samples.count + (microbatches % inAnEpoch) * microbatch;
}

/** Every tenth microbatch, or more of them where an epoch is short. */
function goodnessEveryOf({ samples, microbatch = 100 }: DatasetPipeline): number {
  const inAnEpoch = Math.ceil(samples.count / microbatch);
  return Math.min(10, Math.max(1, Math.floor(inAnEpoch / 10)));
}

/** What limits the pipeline, by what its ops took in this run; nothing where they took nothing, or no one can say. */
async function limitsOf(
  { pipeline, runtime }: Execution,
  { opTimes }: Measured,
): Promise<Pick<RunReport, 'limits'>> {
  if (opTimes.length === 0) return {};
  const { limits } = await limitsOfPipeline(pipeline, runtime, { times: opTimes });
  return 'reason' in limits ? {} : { limits };
}

/** An interrupted run can be resumed, by every schedule whose weights stand still at some moment. */
async function checkpointsOf(execution: Execution): Promise<number | undefined> {
  const { pipeline, checkpointEvery, resumable = true } = execution;
  if (checkpointEvery !== undefined || !resumable) return checkpointEvery;
  const schedule = await make<Schedule>(pipeline.schedule);
  return countMatters(schedule) ? undefined : Number.POSITIVE_INFINITY;
}

function reportOf(
  { settings, pipeline, runtime, signal, from }: Execution,
  values: Measured,
  start: StartEvent | undefined,
): Omit<RunReport, 'wallSeconds' | 'heldOut' | 'limits'> {
  const { test, running, latency, throughput, utilisation } = values;
  const { peakActivationBytes, weightVersions } = values.memory;
  const whole = throughputOnTop(from?.before ?? nothing, throughput);
  const complete = pipeline.test !== undefined && test.samples === pipeline.test.count;
  return {
    rule: titleOf(settings.rule),
    seed: settings.seed,
    schedule: pipeline.schedule.name,
    runtime: runtime.name,
    tile: start?.tile ?? '',
    kernels: start?.kernels ?? '',
    layers: settings.layers,
    workers: start?.devices ?? utilisation.stages.length,
    ...(start?.why !== undefined && { why: start.why }),
    epochs: settings.epochs,
    ...(start?.from !== undefined && { resumedFrom: start.from }),
    samples: whole.samples,
    samplesPerSecond: whole.samplesPerSecond,
    cost: values.cost,
    ...(selectionOf(settings) && { kept: keptOfRun(values.selectivity, pipeline.layers.length) }),
    ...hardwareReport(settings.energy, values.hardware, throughput.samples, settings.endurance),
    testAccuracy: complete ? (test.accuracy ?? null) : null,
    ...(complete && { testSamples: test.samples }),
    layerFigures: values.layers,
    runningAccuracy: running.accuracy ?? null,
    latencyMs: { p50: latency.p50, p99: latency.p99 },
    bubble: utilisation.bubble,
    stages: utilisation.stages.map((shares, i) => ({
      ...shares,
      peakActivationBytes: peakActivationBytes[i] ?? 0,
    })),
    peakActivationBytes: Math.max(0, ...peakActivationBytes),
    weightVersions,
    ...(values.inconsistency.most.some((updates) => updates > 0) && { inconsistency: values.inconsistency }),
    weightsHash: weightsHash(values.weights),
    learningSeconds: whole.seconds,
    interrupted: signal.aborted,
  };
}
