import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isNamedData, refusal, type ScaleRule } from '../../extend.ts';
import { fromText, saidInJson, text } from './fields.ts';

/** The label's column: a name or a number, kept as text. */
export function labelField() {
  const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);
  return z
    .preprocess(asText, text('label', 'a column, by name or number'))
    .meta(saidInJson({ anyOf: [{ type: 'string', minLength: 1 }, { type: 'number' }] }));
}

const scaleNames: readonly string[] = ['auto', 'none', 'columns'];
const scaleInJson = { anyOf: [{ enum: scaleNames }, { type: 'number', exclusiveMinimum: 0 }] };

/** How features are scaled: a rule by name, or a number to divide by. */
export function scaleField() {
  const error = ({ input }: { readonly input?: unknown }): string =>
    refusal('scale', "'auto', 'none', 'columns' or a number above 0", input, scaleNames);
  const fits = (value: unknown): boolean =>
    scaleNames.includes(value as string) ||
    (typeof value === 'number' && value > 0 && Number.isFinite(value));
  return z.preprocess(fromText, z.custom<ScaleRule>(fits, { error })).meta(saidInJson(scaleInJson));
}

/** Settings with the path of their data from the root, so that a run folder finds them from anywhere on this machine. */
export function withDataPath<T>(settings: T): T {
  const { data } = settings as { readonly data?: unknown };
  if (typeof data !== 'string' || isNamedData(data) || !existsSync(data)) return settings;
  return { ...settings, data: resolve(data) };
}
