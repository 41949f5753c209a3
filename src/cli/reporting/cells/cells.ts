import { join } from 'node:path';
import type { ReportFigure } from '../../../report.ts';
import { readAges } from '../../analog/ages-file.ts';
import type { Group } from '../groups.ts';
import { networkOf } from '../sections/learned.ts';
import { agesFigure } from './ages.ts';
import { conductancesFigure } from './conductances.ts';

/** Of analog runs: how the cells' weights lie at the end, and how the networks grow old where `age` has said so. */
export async function cellsFigures(groups: readonly Group[]): Promise<ReportFigure[]> {
  const analog = groups.filter(({ runs: [{ record }] }) => record.settings.tile === 'crossbar');
  const conductances = analog.map(async ({ label, runs: [{ run, record }] }, i) => {
    const network = networkOf(record, run.rule, run.seed ?? 1);
    if (network === undefined) return undefined;
    const { settings, weightsFile } = network;
    return conductancesFigure(
      join(record.path, weightsFile),
      label,
      settings.weightScale ?? 1,
      `cells-${i + 1}`,
    );
  });
  // age puts digital networks on a chip too
  const folders = [...new Set(groups.flatMap(({ runs }) => runs.map(({ record }) => record.path)))];
  const ages = (await Promise.all(folders.map(readAges))).flat();
  const figures = [...(await Promise.all(conductances)), await agesFigure(ages)];
  return figures.filter((figure) => figure !== undefined);
}
