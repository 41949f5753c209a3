import { availableParallelism, cpus } from 'node:os';
import type { ProductsPlan } from '../../extend.ts';
import { type Dataset, firstOf, namedData, slice } from '../../index.ts';
import { type Gantt, gantt, openRunFolder, type RunInTrace, type RunReport, wallDate } from '../../report.ts';
import { titleOf } from '../members/members.ts';
import { complain } from '../outlet.ts';
import type { CompareSettings, TrainSettings } from '../settings/train-settings.ts';
import { interruptible, unlessAborted } from '../signals.ts';
import { pipelineOf, runtimeOf } from '../values/network.ts';
import { storedProducts } from '../values/products.ts';
import { display } from './display.ts';
import { execute } from './execute.ts';
import type { Resumed } from './resume.ts';
import { RunFiles } from './run-files.ts';

/** What `compare` and `train` are to do. */
export interface Job {
  readonly command: 'compare' | 'train';
  /** the folder that takes the run folder */
  readonly root: string;
  /** the settings that run it again */
  readonly config: CompareSettings | TrainSettings;
  readonly products: ProductsPlan;
  /** whether pictures of the runs are wanted */
  readonly pictures?: boolean;
  /** the run that is resumed, where one is: its folder takes the files */
  readonly resumed?: Resumed | undefined;
  /** networks to train, one after the other, and the file for the weights of each */
  readonly networks: readonly { readonly settings: TrainSettings; readonly weightsFile: string }[];
}

/** The document of `compare` and `train`. */
export interface Summary {
  readonly runFolder: string;
  readonly runs: readonly RunReport[];
  readonly interrupted: boolean;
  /** microbatches that were learned from before, of a run that was resumed */
  readonly resumedFrom?: number;
  /** why the command failed, where it did */
  readonly error?: string;
  /** one sentence for each file that could not be written, where there are such files */
  readonly unwritten?: readonly string[];
  /** of each run whose trace was too long: events in `trace.json`, and events that are not */
  readonly traceCut?: readonly RunInTrace[];
  readonly environment: { node: string; platform: string; cpu: string; cores: number };
}

/** How a job has ended. */
export interface Outcome {
  readonly summary: Summary;
  /** why it failed, where it did; the runs in the summary were finished before */
  readonly failure?: Error;
  /** of the process, where nothing failed: 0, or 128 and the number of the signal that interrupted it */
  readonly exitCode: number;
  /** of each run, where they were asked for */
  readonly pictures: readonly { readonly title: string; readonly picture: Gantt }[];
}

/**
 * Trains the networks of a job in a new run folder. The folder can be read however that ends: finished, interrupted by a
 * signal (a second one ends the process at once), or failed.
 *
 * @throws {Error} when the data or the run folder cannot be used; what fails later is in the outcome
 */
export async function trainAll(job: Job): Promise<Outcome> {
  const { command, root, config, products, networks } = job;
  const whole = await namedData(config.data, 'train');
  const { learned: samples, heldOut } = split(whole, config);
  const test = heldOut ? undefined : await namedData(config.data, 'test');
  const folder = job.resumed?.folder ?? (await openRunFolder(root, command, wallDate()));
  let failure: Error | undefined;
  // a fault that follows a failure is told behind it, below
  const tell = (fault: string): void => {
    if (failure === undefined) {
      process.stderr.write(clearLine());
      complain(fault);
    }
  };
  const files = new RunFiles(folder, networks.length, tell);
  const interrupt = interruptible();
  const runs: RunReport[] = [];
  const pictures: { title: string; picture: Gantt }[] = [];
  try {
    if (job.resumed === undefined) await folder.writeJson('config.json', storedProducts(config, products));
    for (const { settings, weightsFile } of networks) {
      if (interrupt.signal.aborted) break;
      const pipeline = pipelineOf(settings, { samples, test, heldOut, products });
      const { signal } = interrupt;
      const runtime = await unlessAborted(runtimeOf(settings, pipeline), signal);
      if (runtime === undefined) break;
      const picture = job.pictures ? gantt('last') : undefined;
      const shown = display();
      runs.push(
        await execute({
          ...{ settings, pipeline, runtime, files, weightsFile, display: shown, signal, picture },
          checkpointEvery: settings.checkpointEvery,
          from: job.resumed,
        }),
      );
      if (picture) pictures.push({ title: `${titleOf(settings.rule)}, ${pipeline.schedule.name}`, picture });
    }
  } catch (error) {
    failure = error as Error;
  }
  interrupt.done();
  const told = failure === undefined ? 0 : files.faults.length;
  files.close();
  const summary = (): Summary => ({
    runFolder: files.folder,
    runs,
    interrupted: interrupt.signal.aborted,
    ...(job.resumed && { resumedFrom: job.resumed.checkpoint?.microbatch ?? 0 }),
    ...(failure && { error: failure.message }),
    ...(files.faults.length > 0 && { unwritten: files.faults }),
    ...(files.cut.length > 0 && { traceCut: files.cut }),
    environment: environment(),
  });
  await files.json('summary.json', summary());
  const ended = { summary: summary(), pictures };
  // a signal has set the status already
  const interrupted = Number(process.exitCode ?? 0);
  if (failure === undefined) return { ...ended, exitCode: files.faults.length > 0 ? 1 : interrupted };
  const behind = files.faults.slice(told);
  const message = [failure.message, ...behind].join('; ');
  const exitCode = interrupted || 1;
  return {
    ...ended,
    exitCode,
    failure: behind.length === 0 ? failure : new Error(message, { cause: failure }),
  };
}

/** Removes the status line of a terminal. */
function clearLine(): string {
  return process.stderr.isTTY ? '\r\x1b[K' : '';
}

/** The samples that are learned from, and those that are held out. */
function split(whole: Dataset, { limit, heldOut }: Pick<TrainSettings, 'limit' | 'heldOut'>) {
  const rest = whole.count - heldOut;
  if (rest < 1)
    throw new Error(`heldOut must be below ${whole.count}, the samples there are; got ${heldOut}`);
  const learned = heldOut > 0 ? slice(whole, 0, rest) : whole;
  return {
    learned: limit === undefined ? learned : firstOf(learned, limit),
    heldOut: heldOut > 0 ? slice(whole, rest, whole.count) : undefined,
  };
}

function environment(): Summary['environment'] {
  const cpu = cpus()[0]?.model ?? 'unknown';
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu,
    cores: availableParallelism(),
  };
}
