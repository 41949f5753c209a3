import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Profile, readGraph, type Scenario, stagesOfProfile } from '../index.ts';
import { isLocal, type ScheduleName } from './schedules.ts';

const time = z.number().min(0);
const layer = z.object({
  name: z.string(),
  ...{ F: time, B: time, W: time, U: time },
  activationBytes: z.number().min(0).optional(),
});
const profile = z.object({ layers: z.array(layer).min(1), linkLatency: time.optional() });

/** What a file says layers cost: a profile that `calibrate` wrote, or a graph.txt of PipeDream. */
export async function readProfile(path: string): Promise<Profile> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`profile ${path} must be a readable file; got ${error.message}`);
  });
  if (!text.trimStart().startsWith('{')) return readGraph(text);
  const parsed = profile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data as Profile;
  const [issue] = parsed.error.issues;
  throw new Error(
    `profile ${path} must hold layers with their costs; got ${issue.path.join('.')}: ${issue.message}`,
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`profile ${path} must be JSON or a graph.txt; got ${(error as Error).message}`);
  }
}

/** The layers' costs as they were measured, whatever rule they were measured of, shared out over the stages. */
export async function costsOfProfile(
  path: string,
  { stages }: { readonly stages: number },
  name: ScheduleName,
): Promise<Scenario['costs']> {
  const costs = stagesOfProfile(await readProfile(path), stages);
  return isLocal(name) ? costs.map(({ F, W, U }) => ({ F, ...(W && { W }), ...(U && { U }) })) : costs;
}
