import { lastValueFrom, tap } from 'rxjs';
import { type MachineFault, type Supervision, wallNanoseconds } from '../../extend.ts';
import { run, type TraceEvent } from '../../index.ts';
import { type MetricsServer, openRunFolder, type StressReport, wallDate } from '../../report.ts';
import { figuresOfStream } from '../exporting/metrics-port.ts';
import { complain } from '../outlet.ts';
import { type Environment, watchMachine } from '../running/machine.ts';
import { RunFiles } from '../running/run-files.ts';
import { liveChannel } from '../serving/child/live-channel.ts';
import { interruptible } from '../signals.ts';
import { stressProgress } from '../terminal/stress-progress.ts';
import { storedProducts } from '../values/products.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { MachineSamples } from './machine-samples.ts';
import type { PreparedStress } from './prepare-stress.ts';
import type { ResumedStress } from './resumed-stress.ts';
import { losesInside } from './specs/edges-of.ts';
import { faultsOf } from './specs/faults-of.ts';
import { StressFigures } from './stress-figures.ts';
import { gatesIn, type StressSettings } from './stress-settings.ts';

/** How a stressed stream has ended. */
export interface StressOutcome {
  readonly report: StressReport;
  readonly runFolder: string;
  readonly environment: Environment;
  /** why it failed, where it did */
  readonly failure?: Error;
}

/**
 * Streams until the line ends or a signal comes, and leaves a run folder: config.json, trace.json, checkpoint.safetensors,
 * weights.safetensors, report.json.
 */
export async function stress(
  prepared: PreparedStress,
  job: {
    readonly root: string;
    readonly trace?: boolean;
    readonly resumed?: ResumedStress | undefined;
    readonly metrics?: MetricsServer | undefined;
  },
): Promise<StressOutcome> {
  const { settings, pipeline, runtime } = prepared;
  const { resumed } = job;
  const line = await prepared.line();
  const checkpoint = resumed?.checkpoint;
  const before = checkpoint ? (resumed?.elapsed ?? 0) : 0;
  const lasts = line.lasts === undefined ? undefined : Math.max(1, line.lasts - before);
  const streaming = { ...pipeline, line: { ...line, ...(lasts !== undefined && { lasts }) } };
  const real = settings.runtime !== 'virtual';
  const figures = new StressFigures(settings, streaming, runtime.name);
  const faults = await faultsOf(settings, streaming);
  const folder = resumed?.folder ?? (await openRunFolder(job.root, 'stress', wallDate()));
  const files = new RunFiles(folder, 1, complain, job.trace);
  if (resumed === undefined)
    await folder.writeJson('config.json', storedProducts(settings, pipeline.products));
  const interrupt = interruptible();
  const { signal } = interrupt;
  let fullUntil = 0;
  let now = 0;
  const checkpoints = new CheckpointFile(
    folder.folder,
    () => before + now - figures.begun,
    () => now < fullUntil,
    complain,
  );
  const view = stressProgress();
  const trace = files.trace(settings.rule);
  const watched = watchMachine();
  const machine = real ? new MachineSamples() : undefined;
  let shown = wallNanoseconds();
  const live = liveChannel()?.begin({
    ...{ title: settings.rule, rule: settings.rule, total: settings.count ?? null },
    ...{ steers: runtime.steers === true, perSecond: line.arrivals.rate },
  });
  const record = (event: TraceEvent): void => {
    if (event.kind !== 'weights') now = Math.max(now, 'end' in event ? event.end : event.start);
    trace(event);
    figures.add(event);
    checkpoints.add(event);
    live?.add(event);
    if (event.kind === 'fault' && event.fault === 'full-disk') fullUntil = event.start + (event.lasts ?? 0);
    if (wallNanoseconds() - shown < 1e9) return;
    shown = wallNanoseconds();
    const seen = figures.live(now);
    view.show(seen);
    job.metrics?.update(figuresOfStream(seen, settings));
    live?.figures({ latencyMs: seen.latency.latencyMs, accuracy: seen.accuracy ?? null });
  };
  let failure: Error | undefined;
  await lastValueFrom(
    run(faults.pipeline, runtime, {
      signal,
      ...(!settings.timing && !losesInside(settings) && { checkpointEvery: settings.checkpointEvery }),
      from: checkpoint,
      supervision: supervisionOf(settings, faults.machine),
      faults: faults.machine,
      controls: live?.controls,
    }).pipe(tap(record)),
    { defaultValue: undefined },
  ).catch((error: Error) => {
    failure = error;
  });
  view.clear();
  live?.close();
  interrupt.done();
  await checkpoints.finished();
  const samples = machine?.close();
  const weights = figures.weights;
  if (weights.length > 0) await files.weights('weights.safetensors', weights, { rule: settings.rule });
  const report = figures.report({
    ...{
      ...samples,
      checkpoints: checkpoints.counts,
      interrupted: signal.aborted,
      seconds: (now - figures.begun) / 1e9,
    },
    gates: gatesIn(settings),
  });
  const environment = watched();
  const steered = live?.controls?.touched && { steered: true };
  const document = { ...report, ...steered, environment, ...(failure && { error: failure.message }) };
  await files.json('report.json', document);
  await liveChannel()?.ended({ ...document, runFolder: folder.folder });
  files.close();
  return {
    report: { ...report, ...steered },
    runFolder: folder.folder,
    environment,
    ...(failure && { failure }),
  };
}

/** Threads that die are restarted where that was asked for, or something is to be broken and edges lose nothing. */
function supervisionOf(settings: StressSettings, machine: readonly MachineFault[]): Supervision | undefined {
  const { supervise, faults, runtime, checkpointEvery, restarts } = settings;
  const asked = supervise ?? (faults !== undefined && runtime !== 'inline' && !losesInside(settings));
  if (!asked) return undefined;
  if (runtime === 'inline') throw new Error(`supervise must be left out with runtime '${runtime}'; got true`);
  return { checkpointEvery, restarts, verify: machine.some(({ fault }) => fault === 'corrupt-slot') };
}
