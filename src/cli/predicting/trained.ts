import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../../report.ts';
import { networksOf } from '../running/networks.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { parse } from '../settings/read-settings.ts';
import { compareSettings, type TrainSettings, trainSettings } from '../settings/train-settings.ts';

/** One network of a run folder. */
export interface Trained {
  readonly settings: TrainSettings;
  readonly weightsFile: string;
  /** whether the run folder has networks of several seeds */
  readonly seeded: boolean;
}

/** The networks that a run folder holds: one of `train`, one a rule of `compare`, and each for every seed. */
export async function networksIn(folder: string): Promise<Trained[]> {
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new Error(`run folder must hold a config.json; got '${folder}', which has none`);
  const thing = `config of run folder ${path}`;
  const config = parseJson(await readText(path, thing), thing);
  const single = trainSettings.safeParse(config);
  const all = networksOf(single.success ? single.data : parse(compareSettings, config, path));
  const seeded = new Set(all.map(({ settings: { seed } }) => seed)).size > 1;
  const trained: Trained[] = [];
  for (const { settings, weightsFile: name } of all) {
    const weightsFile = join(folder, name);
    if (!existsSync(weightsFile)) continue;
    const { parameters } = await readSafetensors(weightsFile);
    if (parameters.length > 0) trained.push({ settings, weightsFile, seeded });
  }
  if (trained.length === 0)
    throw new Error(`run folder must hold the weights of a network; got '${folder}', which has none`);
  return trained;
}
