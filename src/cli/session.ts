import { availableParallelism, cpus } from 'node:os';
import {
  ChromeTrace,
  type Dataset,
  firstOf,
  namedData,
  namedTile,
  openRunFolder,
  type RunFolder,
  type RunReport,
  type TilePlan,
  wallDate,
} from '../index.ts';
import type { CompareSettings, TrainSettings } from './settings.ts';

/** What the commands that write a run folder share: the folder, the trace, Ctrl-C, and the document they end in. */
export interface Session {
  readonly folder: RunFolder;
  readonly trace: ChromeTrace;
  readonly tile: TilePlan;
  readonly samples: Dataset;
  readonly test: Dataset;
  readonly signal: AbortSignal;
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
 * Opens a run folder, does `work` in it, and leaves it readable however the work ends: finished, interrupted by Ctrl-C (a
 * second one ends the process at once), or failed.
 *
 * @param config  all that is needed to run it again
 */
export async function session(
  command: 'compare' | 'train',
  root: string,
  settings: CompareSettings | TrainSettings,
  work: (session: Session, runs: RunReport[]) => Promise<void>,
): Promise<Summary> {
  const tile = await namedTile(settings.tile);
  const whole = await namedData(settings.data, 'train');
  const samples = settings.limit === undefined ? whole : firstOf(whole, settings.limit);
  const test = await namedData(settings.data, 'test');
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
    await folder.writeJson('config.json', { ...settings, tile: shortName(tile) });
    await work({ folder, trace, tile, samples, test, signal: interrupt.signal }, runs);
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
