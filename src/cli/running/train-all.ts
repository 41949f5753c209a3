import { availableParallelism, cpus } from 'node:os';
import {
  ChromeTrace,
  type Dataset,
  firstOf,
  namedData,
  openRunFolder,
  type ProductsPlan,
  type RunReport,
  slice,
  wallDate,
} from '../../index.ts';
import type { CompareSettings, TrainSettings } from '../settings/train-settings.ts';
import { pipelineOf, runtimeOf } from '../values/network.ts';
import { display } from './display.ts';
import { execute } from './execute.ts';

/** What `compare` and `train` ask for. */
export interface Job {
  readonly command: 'compare' | 'train';
  /** the folder that takes the run folder */
  readonly root: string;
  /** all that is needed to run it again */
  readonly config: Omit<CompareSettings | TrainSettings, 'tile'>;
  readonly products: ProductsPlan;
  /** what to train, one after the other, and the file that takes each one's weights */
  readonly networks: readonly { readonly settings: TrainSettings; readonly weightsFile: string }[];
}

/** The document of `compare` and `train`. */
export interface Summary {
  readonly runFolder: string;
  readonly runs: readonly RunReport[];
  readonly interrupted: boolean;
  /** why the command failed, where it did */
  readonly error?: string;
  readonly environment: { node: string; platform: string; cpu: string; cores: number };
}

/**
 * Trains the networks of a job in a new run folder, and leaves it readable however that ends: finished, interrupted by
 * Ctrl-C (a second one ends the process at once), or failed.
 *
 * @throws {Error} why it failed
 */
export async function trainAll({ command, root, config, products, networks }: Job): Promise<Summary> {
  const whole = await namedData(config.data, 'train');
  const { learned: samples, heldOut } = split(whole, config);
  const test = heldOut ? undefined : await namedData(config.data, 'test');
  const folder = await openRunFolder(root, command, wallDate());
  const interrupt = new AbortController();
  const onInterrupt = () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort());
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const trace = new ChromeTrace(folder.path('trace.json'));
  const runs: RunReport[] = [];
  const summary = (): Summary => ({
    runFolder: folder.folder,
    runs,
    interrupted: interrupt.signal.aborted,
    environment: environment(),
  });
  try {
    await folder.writeJson('config.json', { ...config, tile: shortName(products) });
    for (const { settings, weightsFile } of networks) {
      if (interrupt.signal.aborted) break;
      const pipeline = pipelineOf(settings, { samples, test, heldOut, products });
      const runtime = await runtimeOf(settings, pipeline);
      const { signal } = interrupt;
      runs.push(
        await execute({
          settings,
          pipeline,
          runtime,
          folder,
          trace,
          signal,
          weightsFile,
          display: display(),
        }),
      );
    }
    await folder.writeJson('summary.json', summary());
  } catch (error) {
    await folder.writeJson('summary.json', { ...summary(), error: (error as Error).message });
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    trace.close();
    folder.close();
  }
  return summary();
}

/** What is learned from, and what is held out of it where that was asked for. */
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

/** The name by which `--tile` finds these products again. */
function shortName({ name }: ProductsPlan): string {
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
