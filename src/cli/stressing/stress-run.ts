import { lastValueFrom, tap } from 'rxjs';
import {
  type MachineFault,
  type OpenLine,
  type Supervision,
  shifted,
  wallNanoseconds,
} from '../../extend.ts';
import { type Pipeline, type Runtime, run, type TraceEvent, virtual } from '../../index.ts';
import type { StressReport } from '../../report.ts';
import { openRunFolder, readGate, wallDate } from '../../report.ts';
import { complain } from '../outlet.ts';
import { type Environment, watchMachine } from '../running/machine.ts';
import { RunFiles } from '../running/run-files.ts';
import { interruptible } from '../signals.ts';
import { devicesOf, runtimeOf } from '../values/network.ts';
import { productsOf, storedProducts } from '../values/products.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { LiveView } from './live-view.ts';
import { MachineSamples } from './machine-samples.ts';
import type { ResumedStress } from './resumed-stress.ts';
import { shiftOf } from './shift-spec.ts';
import { sourceOf } from './source-of.ts';
import { faultsOf } from './specs/faults-of.ts';
import { lineOf } from './specs/line-of.ts';
import { StressFigures } from './stress-figures.ts';
import { asTraining, stressPipeline } from './stress-pipeline.ts';
import type { StressSettings } from './stress-settings.ts';

/** A stream, ready to be run. */
export interface PreparedStress {
  readonly settings: StressSettings;
  readonly pipeline: Pipeline;
  /** the line that settings describe; of a search for the capacity there is none */
  line(): Promise<OpenLine>;
  readonly runtime: Runtime;
}

/** How a stressed stream has ended. */
export interface StressOutcome {
  readonly report: StressReport;
  readonly runFolder: string;
  readonly environment: Environment;
  /** why it failed, where it did */
  readonly failure?: Error;
}

/** @throws {Error} one sentence, where a setting does not fit or the source can't be read */
export async function prepareStress(settings: StressSettings): Promise<PreparedStress> {
  const { source, seed, label, classes, unusable, shift, scaling } = settings;
  for (const gate of gatesIn(settings)) readGate(gate);
  const known = { seed, label, classes, unusable, window: windowOf(settings), stdin: process.stdin };
  const found = await sourceOf(source, known);
  const shifts = shift === undefined ? [] : shift.split(';').map(shiftOf);
  const stream = shifts.length > 0 ? shifted(found.stream, shifts, { seed }) : found.stream;
  const products = await productsOf(settings);
  const scales = scaling === 'running' || (scaling === 'auto' && stream.numbers === 'floats');
  const pipeline = stressPipeline(
    settings,
    { stream, labelPlace: found.labelPlace, scales },
    products,
    undefined,
  );
  const runtime = settings.timing
    ? await timingOnly(settings, pipeline)
    : await runtimeOf(asTraining(settings), pipeline);
  return { settings, pipeline, line: () => lineOf(settings, stream), runtime };
}

async function timingOnly(settings: StressSettings, pipeline: Pipeline): Promise<Runtime> {
  if (settings.runtime !== 'virtual')
    throw new Error(`timing must be left out with runtime '${settings.runtime}'; got true`);
  const { count: devices } = await devicesOf(asTraining(settings), pipeline);
  return virtual({ devices, macsPerSecond: settings.macsPerSecond, learning: false });
}

/**
 * Streams until the line ends or a signal comes, and leaves a run folder: config.json, trace.json, checkpoint.safetensors,
 * weights.safetensors, report.json.
 */
export async function stress(
  prepared: PreparedStress,
  job: { readonly root: string; readonly trace?: boolean; readonly resumed?: ResumedStress | undefined },
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
  const disk = { fullUntil: 0, faults: 0 };
  let now = 0;
  const checkpoints = new CheckpointFile(
    folder.folder,
    () => before + now - figures.begun,
    () => now < disk.fullUntil,
    complain,
  );
  const view = new LiveView();
  const trace = files.trace(settings.rule);
  const watched = watchMachine();
  const machine = real ? new MachineSamples() : undefined;
  let shown = wallNanoseconds();
  const record = (event: TraceEvent): void => {
    if (event.kind !== 'weights') now = Math.max(now, 'end' in event ? event.end : event.start);
    trace(event);
    figures.add(event);
    checkpoints.add(event);
    if (event.kind === 'fault' && event.fault === 'full-disk')
      disk.fullUntil = event.start + (faults.diskFull[disk.faults++] ?? 0);
    if (wallNanoseconds() - shown < 1e9) return;
    shown = wallNanoseconds();
    view.show(figures.live(now));
  };
  let failure: Error | undefined;
  await lastValueFrom(
    run(faults.pipeline, runtime, {
      signal,
      ...(!settings.timing && { checkpointEvery: settings.checkpointEvery }),
      from: checkpoint,
      supervision: supervisionOf(settings, faults.machine),
      faults: faults.machine,
    }).pipe(tap(record)),
    { defaultValue: undefined },
  ).catch((error: Error) => {
    failure = error;
  });
  view.clear();
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
  await files.json('report.json', { ...report, environment, ...(failure && { error: failure.message }) });
  files.close();
  return { report, runFolder: folder.folder, environment, ...(failure && { failure }) };
}

/** Samples of a file that are held: those that wait, those whose label has not come, and some to read ahead. */
function windowOf({ room, labelDelay, microbatch }: StressSettings): number {
  return Math.max(4096, 2 * (labelDelay + (room + 4) * microbatch));
}

function gatesIn({ gate }: StressSettings): string[] {
  return gate?.split(';') ?? [];
}

/** Threads that die are restarted where that was asked for, or something is to be broken. */
function supervisionOf(settings: StressSettings, machine: readonly MachineFault[]): Supervision | undefined {
  const { supervise, faults, runtime, checkpointEvery, restarts } = settings;
  const asked = supervise ?? (faults !== undefined && runtime !== 'inline');
  if (!asked) return undefined;
  if (runtime !== 'workers')
    throw new Error(`supervise must be left out with runtime '${runtime}'; got true`);
  return { checkpointEvery, restarts, verify: machine.some(({ fault }) => fault === 'corrupt-slot') };
}
