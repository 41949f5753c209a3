import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunFolder, readCheckpoint, reopenRunFolder, type StoredCheckpoint } from '../../report.ts';
import { checkpointFile } from '../running/checkpoint-writer.ts';
import { parse, readConfig, withOwnMembers } from '../settings/read-settings.ts';
import { losesInside } from './specs/edges-of.ts';
import { type StressSettings, stressSettings } from './stress-settings.ts';

/** A stream that was interrupted, and where it goes on. */
export interface ResumedStress {
  readonly settings: StressSettings;
  readonly folder: RunFolder;
  /** undefined where it was interrupted before its first checkpoint: it begins anew */
  readonly checkpoint: StoredCheckpoint | undefined;
  /** nanoseconds that had passed at the checkpoint */
  readonly elapsed: number;
}

/**
 * Opens the run folder of a `stress` that was interrupted.
 *
 * @throws {Error} unless it is a folder that `stress` wrote, whose checkpoint can be read
 */
export async function resumedStress(path: string): Promise<ResumedStress> {
  const config = join(path, 'config.json');
  if (!existsSync(config))
    throw new Error(`run to resume must hold a config.json; got '${path}', which has none`);
  const settings = await withOwnMembers(parse(stressSettings, await readConfig(config), config));
  if (settings.source === '-')
    throw new Error(`run to resume must not read standard input, which is gone; got '${path}'`);
  if (losesInside(settings))
    throw new Error(
      `run to resume must have checkpoints, which no run with fullEdge ${settings.fullEdge} takes; got '${path}'`,
    );
  const file = join(path, checkpointFile);
  const checkpoint = existsSync(file) ? await readCheckpoint(file) : undefined;
  // what was being written when the process was killed
  for (const name of readdirSync(path).filter(
    (one) => one.startsWith(checkpointFile) && one.endsWith('.part'),
  ))
    rmSync(join(path, name));
  const folder = await reopenRunFolder(path, checkpoint?.microbatch ?? 0);
  return { settings, folder, checkpoint, elapsed: Number(checkpoint?.notes.elapsed ?? 0) };
}
