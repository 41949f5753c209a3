import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../report.ts';
import { complain } from '../outlet.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import type { ChipAges } from './ages.ts';
import type { ChipSettings } from './loaded-run.ts';

/** The file of a run folder that `age` leaves for its report. */
const agesFile = 'ages.json';
/** bytes of such a file that are read */
const mostBytes = 16e6;

const schema = z.object({
  runs: z
    .array(
      z.object({
        ...{ rule: z.string().max(200), seed: z.number(), chipSeed: z.number(), cell: z.string().max(2000) },
        samples: z.number().min(0),
        asked: z.record(z.string(), z.unknown()),
        ages: z
          .array(z.object({ seconds: z.number().min(0), testAccuracy: z.number().min(0).max(1).nullable() }))
          .max(10_000),
      }),
    )
    .max(10_000),
});

/** What of a chip tells one way to age it from another: not its seed, nor what executes the products. */
export function askedOf({ chipSeed: _, cell: __, products: ___, ...asked }: ChipSettings): ChipAges['asked'] {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/**
 * What `age` has left in a run folder; nothing where it was never run there.
 *
 * @throws {Error} one sentence, when the file is not one that `age` writes
 */
export async function readAges(folder: string): Promise<readonly ChipAges[]> {
  const path = join(folder, agesFile);
  if (!existsSync(path)) return [];
  const found = schema.safeParse(parseJson(await readText(path, path, mostBytes), path));
  if (found.success) return found.data.runs;
  const [{ path: field, message }] = found.error.issues;
  const rule = message.replace(/^Invalid input: /, '');
  throw new Error(
    `${field.join('.') || 'value'} in ${path} must be as age writes it; got what is not: ${rule}`,
  );
}

/**
 * Adds ages to those of before; of the same network on the same chip the new ones stay.
 *
 * @returns whether they are in the file: one that can't be written is told of
 */
export async function keepAges(
  folder: string,
  before: readonly ChipAges[],
  now: readonly ChipAges[],
): Promise<boolean> {
  const key = ({ rule, seed, chipSeed, cell, asked }: ChipAges): string =>
    JSON.stringify([rule, seed, chipSeed, cell, asked]);
  const replaced = new Set(now.map(key));
  const runs = [...before.filter((one) => !replaced.has(key(one))), ...now];
  const path = join(folder, agesFile);
  try {
    await writeWhole(path, [`${JSON.stringify({ runs }, null, 2)}\n`]);
    return true;
  } catch (error) {
    complain(`ages could not be kept in ${path}: ${(error as Error).message}`);
    return false;
  }
}
