import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunFolder, readCheckpoint, reopenRunFolder, type StoredCheckpoint } from '../../report.ts';
import { remark } from '../outlet.ts';
import { parse, readConfig, withOwnMembers } from '../settings/read-settings.ts';
import { type TrainSettings, trainSettings } from '../settings/train-settings.ts';
import { type Before, beforeIn, nothing } from './before.ts';
import { checkpointFile } from './checkpoint-writer.ts';
import { linesUpTo } from './metrics-line.ts';

/** A run of `train` that was interrupted, and where it goes on. */
export interface Resumed {
  readonly settings: TrainSettings;
  readonly path: string;
  /** undefined where the run was interrupted before its first checkpoint: it begins anew */
  readonly checkpoint: StoredCheckpoint | undefined;
  /** what it had come to there */
  readonly before: Before;
  /** Opens its folder, to be written on. @throws {Error} when it cannot be written */
  reopen(): Promise<RunFolder>;
}

/**
 * Reads the run folder of an interrupted `train`.
 *
 * @throws {Error} unless it is a folder that `train` wrote, whose checkpoint can be read
 */
export async function resume(path: string): Promise<Resumed> {
  const config = join(path, 'config.json');
  if (!existsSync(config))
    throw new Error(`run to resume must hold a config.json; got '${path}', which has none`);
  const settings = await withOwnMembers(parse(trainSettings, await readConfig(config), config));
  if (settings.seeds !== undefined)
    throw new Error(`run to resume must have one seed; got '${path}', which has ${settings.seeds.length}`);
  const file = join(path, checkpointFile);
  const checkpoint = existsSync(file) ? await readCheckpoint(file) : undefined;
  const before = checkpoint === undefined ? nothing : beforeIn(checkpoint, file);
  const { microbatch } = checkpoint ?? { microbatch: 0 };
  // a checkpoint of an earlier version does not say how many samples it is behind
  const counted = before.samples > 0 || microbatch === 0;
  if (!counted)
    remark(`${file} is of an earlier version: what the run counts begins at microbatch ${microbatch}`);
  const stays = counted ? linesUpTo(before.samples) : {};
  return { settings, path, checkpoint, before, reopen: () => reopenRunFolder(path, microbatch, stays) };
}
