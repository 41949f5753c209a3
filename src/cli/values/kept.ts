import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { shown } from '../../extend.ts';
import type { Kept } from '../../simulation.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import type { KnownSchedule } from '../settings/schedules.ts';

const share = z.number().min(0).max(1);
const shares = z.object({
  all: share,
  parts: z.array(z.object({ microbatch: z.number().int().min(0), kept: share })).min(1),
});
const run = z.object({ rule: z.string().optional(), seed: z.number().optional(), kept: shares.optional() });
/** What `train --json` prints, or one run of it. */
const runFile = z.union([z.object({ runs: z.array(run).min(1) }).transform(({ runs }) => runs), run]);

/** The share that a text is; undefined where it is the path of a run. @throws {Error} when it is a number and no share */
export function keptIn(text: string): number | undefined {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) return undefined;
  if (!(value >= 0 && value <= 1))
    throw new Error(`kept must be a share, 0 to 1, or the file of a run; got ${shown(text)}`);
  return value;
}

/**
 * `0.1`, or the shares of a run with a selection: of several runs in a file the first whose rule is the schedule's.
 *
 * @param note  is told which run that is, and what it kept
 * @throws {Error} when a file holds no such run
 */
export async function keptOf(
  text: string,
  { name, rule, schedule }: KnownSchedule,
  note: (text: string) => void,
): Promise<Kept> {
  const value = keptIn(text);
  if (value !== undefined) return value;
  if (rule !== 'backprop' && schedule.next === undefined)
    throw new Error(
      `kept must be a share with schedule ${name}, whose microbatches are chapters; got '${text}'`,
    );
  const folder = statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const path = folder ? join(text, 'summary.json') : text;
  const thing = `kept ${path}`;
  const parsed = runFile.safeParse(parseJson(await readText(path, thing), thing));
  const runs = parsed.success ? [parsed.data].flat().filter(({ kept }) => kept !== undefined) : [];
  const found = runs.find((one) => one.rule?.startsWith(rule) ?? true);
  if (found?.kept === undefined) {
    const got = runs.length === 0 ? 'none' : `one of ${runs.map((one) => one.rule).join(', ')}`;
    throw new Error(
      `${thing} must hold a run of train --select with kept.parts, of rule ${rule}; got ${got}`,
    );
  }
  const { rule: own = rule, seed, kept } = found;
  const percent = (100 * kept.all).toFixed(1);
  note(
    `kept: ${own}${seed === undefined ? '' : `, seed ${seed}`} of ${path}, which kept ${percent} % of its samples`,
  );
  return kept.parts;
}
