import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { histogramsFile } from '../running/run-files.ts';
import { histogramLayers } from '../runs/histogram-layers.ts';
import { mustFit } from '../runs/must-fit.ts';

const schema = z
  .object({
    edges: z.array(z.number()).min(1).max(1000),
    networks: z
      .array(
        z.object({
          ...{ rule: z.string().max(200), seed: z.number() },
          layers: histogramLayers,
        }),
      )
      .max(10_000),
  })
  .refine(
    ({ edges, networks }) =>
      networks.every(({ layers }) =>
        layers.every((layer) =>
          layer.epochs.every(
            ({ positive, negative }) =>
              positive.length === edges.length + 1 && negative.length === edges.length + 1,
          ),
        ),
      ),
    'one bin more than edges',
  );

/** `histograms.json`: rows by their goodness, network by network. */
export type StoredHistograms = z.infer<typeof schema>;

/**
 * What a run folder says of how goodness was spread.
 *
 * @returns undefined where it has no such file, as runs of backprop alone
 * @throws {Error} one sentence, when it is not what a run writes
 */
export function readHistograms(folder: string): StoredHistograms | undefined {
  const file = join(folder, histogramsFile);
  if (!existsSync(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} must be the JSON that a run writes; got what is none`);
  }
  mustFit(schema, value, file);
  return value as StoredHistograms;
}
