import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportFigure } from '../../../report.ts';
import { type Network, networksOf } from '../../running/networks.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { TrainSettings } from '../../settings/train-settings.ts';
import type { Group } from '../groups.ts';
import { featuresFigure } from './features.ts';

/** The features of each group's first run, where it learned from images. */
export async function learnedFigures(groups: readonly Group[]): Promise<ReportFigure[]> {
  const figures = groups.map(async ({ label, runs: [{ run, record }] }, i) => {
    const shape = imageShape(record.path);
    const file = networkOf(record, run.rule, run.seed ?? 1)?.weightsFile;
    if (shape === undefined || file === undefined) return undefined;
    return featuresFigure(join(record.path, file), label, shape, `features-${i + 1}`);
  });
  return (await Promise.all(figures)).filter((figure) => figure !== undefined);
}

/** Rows and columns of the images that a run learned from; undefined where it learned from no grey images. */
export function imageShape(path: string): readonly [number, number] | undefined {
  const file = join(path, 'data.json');
  if (!existsSync(file)) return undefined;
  let document: { readonly shape?: unknown };
  try {
    document = JSON.parse(readFileSync(file, 'utf8')) as { readonly shape?: unknown };
  } catch {
    throw new Error(`${file} must be the JSON that a run writes; got what is none`);
  }
  const { shape } = document ?? {};
  if (!Array.isArray(shape) || shape.length !== 2) return undefined;
  const [height, width] = shape as number[];
  const images = [height, width].every((side) => Number.isSafeInteger(side) && side > 1 && side <= 512);
  return images ? [height, width] : undefined;
}

/** One network of a run; undefined where the settings name no such network. */
export function networkOf({ settings }: RunRecord, rule: string, seed: number): Network | undefined {
  const networks = networksOf(settings as unknown as TrainSettings);
  return networks.find((one) => one.settings.rule === rule && (one.settings.seed ?? 1) === seed);
}
