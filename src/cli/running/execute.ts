import { lastValueFrom, tap } from 'rxjs';
import {
  type ChromeTrace,
  type DatasetPipeline,
  measure,
  type RunFolder,
  type RunReport,
  type Runtime,
  run,
  type TraceEvent,
  valuesOf,
  wallNanoseconds,
  weightsHash,
  writeSafetensors,
} from '../../index.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import type { Display } from './display.ts';
import { allMeasures } from './figures.ts';

export interface Execution {
  readonly settings: TrainSettings;
  readonly pipeline: DatasetPipeline;
  readonly runtime: Runtime;
  readonly folder: RunFolder;
  readonly trace: ChromeTrace;
  /** name of the file that takes the weights */
  readonly weightsFile: string;
  readonly display: Display;
  readonly signal: AbortSignal;
}

/**
 * Runs one pipeline, shows how it goes, and leaves its metrics, trace and weights in the run folder.
 *
 * @throws {StageError} what the run failed with; what was written until then stays
 */
export async function execute(execution: Execution): Promise<RunReport> {
  const { settings, pipeline, folder, trace, display, signal } = execution;
  const { rule } = settings;
  const began = wallNanoseconds();
  const measures = allMeasures();
  let tile = '';
  let devices: number | undefined;
  let kernels = '';
  let sink: { add(event: TraceEvent): void } | undefined;
  const record = (event: TraceEvent): void => {
    if (event.kind === 'start') {
      tile = event.tile;
      devices = event.devices;
      kernels = event.kernels;
      sink = trace.run(rule, event.stages, event.start);
    }
    sink?.add(event);
  };
  const note = (): void => {
    const seconds = (wallNanoseconds() - began) / 1e9;
    const { weights: _, ...values } = valuesOf(measures);
    folder.appendMetrics({ rule, seconds, ...values });
    display.show(rule, values, settings.epochs * pipeline.samples.count, settings.epochs);
  };
  try {
    const events = run(pipeline, execution.runtime, { signal }).pipe(tap(record));
    await lastValueFrom(events.pipe(measure(measures, { every: 500 }), tap(note)));
  } finally {
    display.clear();
  }
  const values = valuesOf(measures);
  const parameters = values.weights;
  await writeSafetensors(folder.path(execution.weightsFile), parameters, {
    rule,
    seed: String(settings.seed),
  });
  const { peakActivationBytes, weightVersions } = values.memory;
  const complete = pipeline.test !== undefined && values.test.samples === pipeline.test.count;
  return {
    rule,
    schedule: pipeline.schedule.name,
    runtime: execution.runtime.name,
    tile,
    kernels,
    layers: settings.layers,
    workers: devices ?? values.utilisation.stages.length,
    epochs: settings.epochs,
    samples: values.throughput.samples,
    samplesPerSecond: values.throughput.samplesPerSecond,
    cost: values.cost,
    testAccuracy: complete ? (values.test.accuracy ?? null) : null,
    heldOut: values.heldOut.map(({ epoch, accuracy, seconds }) => ({
      epoch,
      accuracy: accuracy ?? 0,
      seconds,
    })),
    runningAccuracy: values.running.accuracy ?? null,
    latencyMs: { p50: values.latency.p50, p99: values.latency.p99 },
    bubble: values.utilisation.bubble,
    stages: values.utilisation.stages.map((shares, i) => ({
      ...shares,
      peakActivationBytes: peakActivationBytes[i] ?? 0,
    })),
    peakActivationBytes: Math.max(0, ...peakActivationBytes),
    weightVersions,
    weightsHash: weightsHash(parameters),
    learningSeconds: values.throughput.seconds,
    wallSeconds: (wallNanoseconds() - began) / 1e9,
    interrupted: signal.aborted,
  };
}
