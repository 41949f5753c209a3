import { availableParallelism, cpus } from 'node:os';
import {
  type Dataset,
  firstOf,
  type Gantt,
  gantt,
  namedData,
  openRunFolder,
  type RunInTrace,
  type RunReport,
  slice,
  type TilePlan,
  wallDate,
} from '../../index.ts';
import type { CompareSettings, TrainSettings } from '../settings/train-settings.ts';
import { pipelineOf, runtimeOf } from '../values/network.ts';
import { display } from './display.ts';
import { execute } from './execute.ts';
import { RunFiles } from './run-files.ts';

/** What `compare` and `train` are to do. */
export interface Job {
  readonly command: 'compare' | 'train';
  /** the folder that takes the run folder */
  readonly root: string;
  /** the settings that run it again */
  readonly config: Omit<CompareSettings | TrainSettings, 'tile'>;
  readonly tile: TilePlan;
  /** whether pictures of the runs are wanted */
  readonly pictures?: boolean;
  /** networks to train, one after the other, and the file for the weights of each */
  readonly networks: readonly { readonly settings: TrainSettings; readonly weightsFile: string }[];
}

/** The document of `compare` and `train`. */
export interface Summary {
  readonly runFolder: string;
  readonly runs: readonly RunReport[];
  readonly interrupted: boolean;
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
  const { command, root, config, tile, networks } = job;
  const whole = await namedData(config.data, 'train');
  const { learned: samples, heldOut } = split(whole, config);
  const test = heldOut ? undefined : await namedData(config.data, 'test');
  const folder = await openRunFolder(root, command, wallDate());
  let failure: Error | undefined;
  // a fault that follows a failure is told behind it, below
  const tell = (fault: string): void => {
    if (failure === undefined) process.stderr.write(`${clearLine()}forwardflow: ${fault}\n`);
  };
  const files = new RunFiles(folder, networks.length, tell);
  const interrupt = interruption();
  const runs: RunReport[] = [];
  const pictures: { title: string; picture: Gantt }[] = [];
  try {
    await folder.writeJson('config.json', { ...config, tile: shortName(tile) });
    for (const { settings, weightsFile } of networks) {
      if (interrupt.signal.aborted) break;
      const pipeline = pipelineOf(settings, { samples, test, heldOut, tile });
      const runtime = await runtimeOf(settings, pipeline);
      const picture = job.pictures ? gantt('last') : undefined;
      const { signal } = interrupt;
      const shown = display();
      runs.push(
        await execute({ settings, pipeline, runtime, files, weightsFile, display: shown, signal, picture }),
      );
      if (picture) pictures.push({ title: `${settings.rule}, ${pipeline.schedule.name}`, picture });
    }
  } catch (error) {
    failure = error as Error;
  }
  interrupt.release();
  const told = failure === undefined ? 0 : files.faults.length;
  files.close();
  const summary = (): Summary => ({
    runFolder: files.folder,
    runs,
    interrupted: interrupt.signal.aborted,
    ...(failure && { error: failure.message }),
    ...(files.faults.length > 0 && { unwritten: files.faults }),
    ...(files.cut.length > 0 && { traceCut: files.cut }),
    environment: environment(),
  });
  await files.json('summary.json', summary());
  const ended = { summary: summary(), pictures };
  if (failure === undefined) return { ...ended, exitCode: files.faults.length > 0 ? 1 : interrupt.exitCode };
  const behind = files.faults.slice(told);
  const message = [failure.message, ...behind].join('; ');
  const exitCode = interrupt.exitCode || 1;
  return {
    ...ended,
    exitCode,
    failure: behind.length === 0 ? failure : new Error(message, { cause: failure }),
  };
}

/** Aborts its signal when the process is asked to end; asked again, the process ends at once. */
function interruption(): { readonly signal: AbortSignal; readonly exitCode: number; release(): void } {
  const controller = new AbortController();
  let exitCode = 0;
  const onSignal = (_: NodeJS.Signals, number: number): void => {
    if (controller.signal.aborted) process.exit(128 + number);
    exitCode = 128 + number;
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
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

/** The name by which `--tile` finds this tile again. */
function shortName({ name }: TilePlan): string {
  return name.split('-')[0];
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
