import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type RunFolder, readCheckpoint, reopenRunFolder, type StoredCheckpoint } from '../../report.ts';
import { parseJson } from '../settings/files/text-file.ts';
import { parse, readConfig, withOwnMembers } from '../settings/read-settings.ts';
import { type TrainSettings, trainSettings } from '../settings/train-settings.ts';
import { type Curve, checkpointFile } from './checkpoint-writer.ts';

/** A run of `train` that was interrupted, and where it goes on. */
export interface Resumed {
  readonly settings: TrainSettings;
  readonly folder: RunFolder;
  /** undefined where the run was interrupted before its first checkpoint: it begins anew */
  readonly checkpoint: StoredCheckpoint | undefined;
  readonly curve: Curve;
}

const point = z.object({ epoch: z.number(), accuracy: z.number(), seconds: z.number() });

/**
 * Opens the run folder of an interrupted `train`.
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
  const folder = await reopenRunFolder(path, checkpoint?.microbatch ?? 0);
  const curve = parse(
    z.array(point),
    parseJson(checkpoint?.notes.heldOut ?? '[]', `held-out curve in ${file}`),
    file,
  );
  return { settings, folder, checkpoint, curve };
}
