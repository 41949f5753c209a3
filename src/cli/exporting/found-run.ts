import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { networkName, type RunToExport, readSafetensors } from '../../report.ts';
import { begunAt } from '../runs/record-parts.ts';
import { findRun, recordNamed } from '../runs/run-record.ts';
import { streamNamed } from '../runs/stream-record.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { runToExport, tracesIn } from './run-to-export.ts';

/**
 * The run that somebody means: of `train`, `compare` or `stress`, by folder or name.
 *
 * @throws {Error} when there is none
 */
export async function foundRun(asked: string, root: string): Promise<RunToExport> {
  const record = findRun(asked, root);
  if (record !== undefined) return runToExport(record);
  const named = streamNamed(asked, root);
  const places = [
    asked,
    ...(asked === basename(asked) ? [join(root, asked)] : []),
    ...(named ? [named] : []),
  ];
  for (const folder of places) {
    const stressed = await stressedRun(folder);
    if (stressed !== undefined) return stressed;
  }
  return runToExport(recordNamed(asked, root));
}

/** What `stress` has left: a trace and weights; its figures are those of its report. */
async function stressedRun(folder: string): Promise<RunToExport | undefined> {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) return undefined;
  const thing = `config of run folder ${path}`;
  const { source, rule, seed } = (parseJson(await readText(path, thing), thing) ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof source !== 'string' || typeof rule !== 'string' || !Number.isSafeInteger(seed)) return undefined;
  return {
    folder,
    begun: begunAt(folder),
    figures: async () => {
      throw new Error(
        `run must be of train or compare, which write figures down as they go; got ${folder}, of stress`,
      );
    },
    traces: () => tracesIn(folder),
    networks: async () => {
      const { parameters, metadata } = await readSafetensors(join(folder, 'weights.safetensors'));
      const name = networkName(metadata.rule ?? rule, seed as number);
      const refused = `of train or compare, whose data are known; got ${folder}, of stress`;
      const known = { rule: metadata.rule ?? rule, seed: seed as number, name, parameters };
      return [{ ...known, metadata: { ...metadata, seed: String(seed) }, form: { refused } }];
    },
  };
}
