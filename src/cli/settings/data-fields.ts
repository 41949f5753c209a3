import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isNamedData } from '../../extend.ts';
import { oneOf, positive, text } from './fields.ts';

/** The label's column: a name or a number, kept as text. */
export function labelField() {
  const asText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);
  return z.preprocess(asText, text('label', 'a column, by name or number'));
}

/** How features are scaled: a rule by name, or a number to divide by. */
export function scaleField() {
  const rule = "'auto', 'none', 'columns' or a number above 0";
  const error = ({ input }: { readonly input?: unknown }): string =>
    `scale must be ${rule}; got '${String(input)}'`;
  return z.union([oneOf('scale', ['auto', 'none', 'columns']), positive('scale')], { error });
}

/** Settings with the path of their data from the root, so that a run folder finds them from anywhere on this machine. */
export function withDataPath<T>(settings: T): T {
  const { data } = settings as { readonly data?: unknown };
  if (typeof data !== 'string' || isNamedData(data) || !existsSync(data)) return settings;
  return { ...settings, data: resolve(data) };
}
