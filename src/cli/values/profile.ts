import { z } from 'zod';
import { nearest, refusal } from '../../extend.ts';
import {
  bytesOfProfile,
  type Profile,
  readGraph,
  type Scenario,
  scaled,
  stagesOfProfile,
} from '../../simulation.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { scheduleNamed, unitsOf } from '../settings/schedules.ts';

const time = z.number().min(0);
export const layerOfProfile = z.object({
  name: z.string(),
  ...{ F: time, B: time, W: time, U: time },
  activationBytes: z.number().min(0).optional(),
  parameterBytes: z.number().min(0).optional(),
  stage: z.number().int().min(0).optional(),
});
/** A profile's file, as docs/profile.schema.json says it. */
export const profileFile = z.object({
  layers: z.array(layerOfProfile).min(1).max(1000),
  linkLatency: time.optional(),
  rule: z.string().optional(),
});

/** What a file says of each stage. */
export interface ProfileCosts {
  readonly costs: Scenario['costs'];
  /** bytes on the links out of each stage, kept of a microbatch, and of weights; undefined where it does not say */
  readonly bytes: readonly number[] | undefined;
  readonly held: readonly number[] | undefined;
  readonly weights: readonly number[] | undefined;
  /** what was read in another way than it stands */
  readonly notes: readonly string[];
}

type RuleProfile = Profile & { readonly rule?: string; readonly notes?: readonly string[] };

/** What a file says layers cost: a profile that `calibrate` wrote, or a graph.txt of PipeDream. */
async function readProfile(path: string): Promise<RuleProfile> {
  const text = await readText(path, `profile ${path}`);
  if (!text.trimStart().startsWith('{')) return readGraph(text, path);
  const value = parseJson(text, `profile ${path}`);
  const parsed = profileFile.safeParse(value);
  if (parsed.success) return parsed.data as RuleProfile;
  const [issue] = parsed.error.issues;
  mustHaveAll(value, issue.path, path);
  throw new Error(
    `profile ${path} must hold layers with their costs; got ${issue.path.join('.')}: ${issue.message}`,
  );
}

/** @throws {Error} where a layer lacks what it has under a name that is nearly the right one */
function mustHaveAll(value: unknown, [part, index, field]: readonly PropertyKey[], path: string): void {
  if (part !== 'layers' || typeof index !== 'number' || typeof field !== 'string') return;
  const { layers } = value as { readonly layers: readonly object[] };
  const known = Object.keys(layerOfProfile.shape);
  if (field in layers[index]) return;
  const other = Object.keys(layers[index]).find((key) => !known.includes(key) && nearest(key, [field]));
  if (other !== undefined)
    throw new Error(refusal(`${field} of layer ${index} of profile ${path}`, 'given', other, [field]));
}

/**
 * The layers' costs and bytes, shared out over the stages. Costs of backprop, which a graph.txt has too, are those of single
 * products, of which a schedule makes as many as its rule needs; costs of a local rule are whole ops of that rule alone.
 *
 * @throws {Error} when the profile is of another local rule than the schedule's
 */
export async function profileCosts(
  path: string,
  { stages }: { readonly stages: number },
  name: string,
): Promise<ProfileCosts> {
  const { rule = 'backprop', notes = [], ...profile } = await readProfile(path);
  const own = scheduleNamed(name).rule;
  if (rule !== 'backprop' && rule !== own)
    throw new Error(
      `profile ${path} must be of ${own === 'backprop' ? own : `${own} or backprop`} for schedule ${name}; got one of ${rule}`,
    );
  const units = rule === 'backprop' ? unitsOf(name) : { F: 1, B: 0, W: 1 };
  const costs = stagesOfProfile(profile, stages).map(({ F, B, W, U }) => ({
    F: scaled(F, units.F),
    ...(B && units.B > 0 && { B: scaled(B, units.B) }),
    ...(W && { W: scaled(W, units.W) }),
    ...(U && { U }),
  }));
  const { sent, held, weights } = bytesOfProfile(profile, stages);
  const theirs = new Set(profile.layers.map(({ stage }) => stage)).size;
  const staged = profile.layers.every(({ stage }) => stage !== undefined);
  const cut =
    staged && theirs !== stages
      ? [`${path} has ${theirs} stages of its own; cut into ${stages} by cost`]
      : [];
  return { costs, bytes: sent, held, weights, notes: [...notes.map((one) => `${path}: ${one}`), ...cut] };
}
