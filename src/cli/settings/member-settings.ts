import type { z } from 'zod';
import { shown } from '../../extend.ts';
import { isPath } from '../members/member-spec.ts';
import { ownMember } from '../members/members.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Settings that mean something to some members of a family only: to these, and to no member of one's own. */
const meant: readonly (readonly [setting: string, key: string, names: readonly string[]])[] = [
  ['momentum', 'optimiser', ['sgd']],
  ['constantFor', 'optimiser', ['adam', 'sgd']],
  ['decay', 'optimiser', ['adam', 'sgd']],
  ['weightDecay', 'optimiser', ['adam', 'sgd']],
  ['alpha', 'loss', ['symba', 'swish', 'logistic']],
  ['theta', 'loss', ['logistic']],
];

/**
 * Refuses what would mean nothing to the member that was chosen.
 *
 * @throws {Error} one sentence for the first setting that stands at another value than its default
 */
export function mustFitMembers(settings: Settings, { shape }: z.ZodObject): void {
  for (const [setting, key, names] of meant) {
    const [value, member] = [settings[setting], settings[key]];
    if (typeof member !== 'string' || names.includes(member)) continue;
    if (value === undefined || value === (shape[setting] as z.ZodType).safeParse(undefined).data) continue;
    const instead = isPath(member) ? `, whose options stand behind its path` : '';
    throw new Error(`${setting} must be left out with ${key} '${member}'${instead}; got ${shown(value)}`);
  }
}

/**
 * The settings with the units that a rule of one's own was given behind its path: each of its layers has so many.
 *
 * @param given  whether `layers` was given too
 */
export function withUnits<T>(settings: T, given: boolean): T {
  const { rule, layers } = settings as Settings;
  if (typeof rule !== 'string' || !Array.isArray(layers)) return settings;
  const units = ownMember('rule', rule)?.options.units;
  if (units === undefined) return settings;
  if (given)
    throw new Error(`layers must be left out where units stand behind the path of a rule; got '${layers}'`);
  return { ...settings, layers: layers.map(() => Number(units)) };
}
