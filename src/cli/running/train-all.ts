import type { ProductsPlan } from '../../extend.ts';
import type { DatasetPipeline } from '../../index.ts';
import {
  type Gantt,
  gantt,
  type MetricsServer,
  openRunFolder,
  type RunInTrace,
  type RunReport,
  type SeedsDifference,
  type SeedsSummary,
  seedsDifferences,
  seedsSummary,
  wallDate,
} from '../../report.ts';
import { complain, remark, tellLine } from '../outlet.ts';
import { liveChannel } from '../serving/child/live-channel.ts';
import type { CompareSettings, TrainSettings } from '../settings/train-settings.ts';
import { interruptible, unlessAborted } from '../signals.ts';
import { trainProgress } from '../terminal/train-progress.ts';
import { pipelineOf, runtimeOf } from '../values/network.ts';
import { storedProducts } from '../values/products.ts';
import { type InitialWeights, type InitReport, initialWeights, initLines } from '../weights/initial.ts';
import { execute } from './execute.ts';
import { type Environment, watchMachine } from './machine.ts';
import type { Network } from './networks.ts';
import type { Resumed } from './resume.ts';
import { dataFile, dataLine, mustBeAsBefore, readRunData, split, storedData, warnings } from './run-data.ts';
import { RunFiles } from './run-files.ts';
import { lanesOf, sideBySide } from './side-by-side.ts';

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
  /** takes figures while networks are trained, where they are scraped */
  readonly metrics?: MetricsServer | undefined;
  /** whether a trace is written; left out, it is */
  readonly trace?: boolean;
  /** makes a report of the run folder in the end, and says where it is; left out, none is made */
  readonly report?: ((runFolder: string) => Promise<string | undefined>) | undefined;
  /** networks trained at the same time; left out, as many as have a core for each of their threads */
  readonly sideBySide?: number | undefined;
  /** networks to train, in the order in which they are told */
  readonly networks: readonly Network[];
}

/** The document of `compare` and `train`. */
export interface Summary {
  readonly command: 'compare' | 'train';
  readonly name?: string;
  readonly runFolder: string;
  /** one line: what was learned from, and how its features were scaled; runs of before had none */
  readonly data?: string;
  readonly runs: readonly RunReport[];
  /** means over the seeds, where there are several: of `train`, and of each rule of `compare` */
  readonly summary?: SeedsSummary | Readonly<Record<string, SeedsSummary>>;
  /** of `compare` with several seeds: each stream against backprop, seed by seed */
  readonly differences?: readonly SeedsDifference[];
  /** networks that were trained at the same time, where there were several */
  readonly sideBySide?: number;
  /** where the weights come from, of runs that did not start from fresh ones */
  readonly init?: readonly InitReport[];
  readonly interrupted: boolean;
  /** microbatches that were learned from before, of a run that was resumed */
  readonly resumedFrom?: number;
  /** why the command failed, where it did */
  readonly error?: string;
  /** one sentence for each file that could not be written, where there are such files */
  readonly unwritten?: readonly string[];
  /** of each run whose trace was too long: events in `trace.json`, and events that are not */
  readonly traceCut?: readonly RunInTrace[];
  readonly environment: Environment;
  /** the page of the run, where one was made */
  readonly report?: string;
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
  const data = await readRunData(config, remark);
  if (job.resumed) mustBeAsBefore(data, await storedData(job.resumed.path));
  const { learned: samples, heldOut } = split(data.train, config);
  for (const warning of warnings(samples, data, config.heldOut)) remark(warning);
  const test = heldOut ? undefined : data.test;
  const { labelPlace } = data.document;
  const pipelines = networks.map(({ settings }) =>
    pipelineOf(settings, { samples, test, heldOut, products, labelPlace }),
  );
  const initial = await initialOf(job, pipelines);
  for (const line of initial.reports.flatMap(initLines)) tellLine(line);
  const lanes = job.sideBySide ?? (await lanesOf(networks, pipelines));
  const folder = await (job.resumed?.reopen() ?? openRunFolder(root, command, wallDate()));
  let failure: Error | undefined;
  // a fault that follows a failure is told behind it, below
  const tell = (fault: string): void => {
    if (failure === undefined) complain(fault);
  };
  const files = new RunFiles(folder, networks.length, tell, job.trace);
  const interrupt = interruptible();
  const { signal } = interrupt;
  const reports: (RunReport | undefined)[] = [];
  const drawn: (Outcome['pictures'][number] | undefined)[] = [];
  const train = async (network: Network, i: number): Promise<void> => {
    const { settings, weightsFile, title } = network;
    const pipeline = { ...pipelines[i], weights: initial.weights[i] };
    const runtime = await unlessAborted(runtimeOf(settings, pipeline), signal);
    if (runtime === undefined) return;
    const picture = job.pictures ? gantt('last') : undefined;
    reports[i] = await execute({
      ...{
        settings,
        pipeline,
        runtime,
        files,
        weightsFile,
        title,
        display: trainProgress(),
        signal,
        picture,
      },
      ...{
        checkpointEvery: settings.checkpointEvery,
        from: job.resumed,
        resumable: config.seeds === undefined,
        metrics: job.metrics,
      },
    });
    if (picture) drawn[i] = { title: `${title}, ${pipeline.schedule.name}`, picture };
  };
  const watched = watchMachine();
  try {
    if (job.resumed === undefined) {
      await folder.writeJson(dataFile, data.document);
      await folder.writeJson('config.json', storedProducts(config, products));
    }
    await sideBySide(networks, lanes, train, () => signal.aborted);
  } catch (error) {
    failure = error as Error;
  }
  interrupt.done();
  const environment = watched();
  const told = failure === undefined ? 0 : files.faults.length;
  files.close();
  const runs = reports.filter((report) => report !== undefined);
  const summary = (): Summary => ({
    command,
    ...(config.name !== undefined && { name: config.name }),
    runFolder: files.folder,
    data: dataLine(
      data.document,
      networks.map(({ settings }) => settings.rule),
    ),
    runs,
    ...(config.seeds && runs.length > 0 && overSeeds(command, runs)),
    ...(lanes > 1 && { sideBySide: lanes }),
    ...(initial.reports.length > 0 && { init: initial.reports }),
    interrupted: signal.aborted,
    ...(job.resumed && { resumedFrom: job.resumed.checkpoint?.microbatch ?? 0 }),
    ...(failure && { error: failure.message }),
    ...(files.faults.length > 0 && { unwritten: files.faults }),
    ...(files.cut.length > 0 && { traceCut: files.cut }),
    environment,
  });
  await files.histograms();
  await files.json('summary.json', summary());
  const pictures = drawn.filter((picture) => picture !== undefined);
  const report = runs.length > 0 && !signal.aborted ? await job.report?.(files.folder) : undefined;
  const reported = (): Summary => ({ ...summary(), ...(report !== undefined && { report }) });
  if (report !== undefined) await files.json('summary.json', reported());
  await liveChannel()?.ended(reported());
  const ended = { summary: reported(), pictures };
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

/** What the networks start from: a run that goes on from a checkpoint has all that is in there. */
async function initialOf(
  { config, networks, resumed }: Job,
  pipelines: readonly DatasetPipeline[],
): Promise<InitialWeights> {
  if (config.init === undefined || resumed?.checkpoint !== undefined)
    return { weights: networks.map(() => []), reports: [] };
  return initialWeights(config.init, networks, pipelines);
}

/** Means over the seeds, of each rule where there may be several. */
function overSeeds(
  command: Job['command'],
  runs: readonly RunReport[],
): Pick<Summary, 'summary' | 'differences'> {
  if (command === 'train') return { summary: seedsSummary(runs) };
  const rules = [...new Set(runs.map(({ rule }) => rule))];
  const of = (rule: string) => runs.filter((run) => run.rule === rule);
  return {
    summary: Object.fromEntries(rules.map((rule) => [rule, seedsSummary(of(rule))])),
    differences: seedsDifferences(runs),
  };
}

/** The samples that are learned from, and those that are held out. */
