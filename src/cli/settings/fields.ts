import { z } from 'zod';
import { nearest, refusal, shown } from '../../extend.ts';
import { isPath, memberList } from '../members/member-spec.ts';

/** Values of settings, from a command line (text) or a config file (JSON), that all complain alike. */

type Issue = { readonly input?: unknown };

/** @param names  those there are, of which the nearest is offered */
function sentence(thing: string, rule: string, names: readonly string[] = []) {
  return ({ input }: Issue): string => refusal(thing, rule, input, names);
}

/** The error of a setting that is none, with the nearest that is one. @param of  what holds it */
export function unknownSetting(of: string, key: string, known: readonly string[]): Error {
  return new Error(`${of} must hold known settings only; got ${shown(key)}${nearest(key, known)}`);
}

/**
 * How JSON Schema says a rule that zod can't tell it: takes the place of what zod makes of the field.
 *
 * @param json  a schema, without a description and a default
 */
export function saidInJson(json: object): { readonly inJson: object } {
  return { inJson: json };
}

/** In JSON Schema: one of some names, or a path as `isPath` has it. */
export function namesOrPathInJson(names: readonly string[]): object {
  return { anyOf: [{ enum: names }, { type: 'string', pattern: '^(\\.{1,2}/|/|[A-Za-z]:[\\\\/])' }] };
}

/** In JSON Schema: a list, or the same as text with commas between. */
function listInJson(items: object, most?: number, unique = true): object {
  const list = { type: 'array', items, minItems: 1, ...(most && { maxItems: most }), uniqueItems: unique };
  return { anyOf: [list, { type: 'string', minLength: 1 }] };
}

/** `'ff', 'mono-forward' or 'backprop'` */
function listed(names: readonly string[], last: string): string {
  const quoted = names.map((name) => `'${name}'`);
  return [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)].filter(Boolean).join(last);
}

/** Text that is a number becomes one; anything else is left for the rule to refuse by its own name. */
export function fromText(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))
    ? Number(value)
    : value;
}

export function whole(thing: string, least: number, unit = '') {
  const error = sentence(thing, `a whole number${unit === '' ? '' : ` of ${unit}`}, ${least} or more`);
  return z.preprocess(fromText, z.number({ error }).int({ error }).min(least, { error }));
}

export function positive(thing: string) {
  const error = sentence(thing, 'a number above 0');
  return z.preprocess(fromText, z.number({ error }).positive({ error }));
}

/** Between two numbers, both allowed. */
export function between(thing: string, least: number, most: number) {
  const error = sentence(thing, `a number from ${least} to ${most}`);
  return z.preprocess(fromText, z.number({ error }).min(least, { error }).max(most, { error }));
}

export function notNegative(thing: string) {
  const error = sentence(thing, 'a finite number, 0 or more');
  return z.preprocess(fromText, z.number({ error }).min(0, { error }));
}

export function finite(thing: string) {
  return z.preprocess(fromText, z.number({ error: sentence(thing, 'a finite number') }));
}

export function share(thing: string) {
  const error = sentence(thing, 'between 0 and 1');
  return z.preprocess(fromText, z.number({ error }).min(0, { error }).max(1, { error }));
}

export function oneOf<const T extends readonly string[]>(thing: string, names: T) {
  return z.enum(names, { error: sentence(thing, listed(names, ' or '), names) });
}

/** text that something else can read @param names  that it may begin with */
export function parsed(
  thing: string,
  rule: string,
  fits: (value: string) => boolean,
  names: readonly string[] = [],
) {
  const error = sentence(thing, rule, names);
  return z.string({ error }).refine(fits, { error });
}

/** `2`, so many parts, or `1+3`, the size of each, as text */
export function parts(thing: string) {
  const error = sentence(thing, 'a whole number, 1 or more, or several with + between');
  return z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z
      .string({ error })
      .regex(/^[1-9]\d{0,3}(\+[1-9]\d{0,3})*$/, { error })
      .meta(
        saidInJson({
          anyOf: [
            { type: 'integer', minimum: 1, maximum: 9999 },
            { type: 'string', pattern: '^[1-9]\\d{0,3}(\\+[1-9]\\d{0,3})*$' },
          ],
        }),
      ),
  );
}

/** one of some names, or a path: `./mine.ts` */
export function nameOrPath(thing: string, names: readonly string[]) {
  const error = sentence(thing, `${listed(names, ', ')} or the path of a module`, names);
  const known = (name: string): boolean => isPath(name) || names.includes(name);
  return z
    .string({ error })
    .refine(known, { error })
    .meta(saidInJson(namesOrPathInJson(names)));
}

/** `gpipe,1f1b`, or ["gpipe", "1f1b"]: each at most once */
export function someOf<const T extends readonly string[]>(thing: string, names: T) {
  const error = sentence(thing, `some of ${listed(names, ', ')}, each once, with commas between`, names);
  const each = z.array(z.enum(names, { error }), { error }).min(1, { error });
  return z
    .preprocess(
      splitAtCommas,
      each.refine((all) => new Set(all).size === all.length, { error }),
    )
    .meta(saidInJson(listInJson({ enum: names })));
}

/** `ff,./mine.ts:units=300`, or ["ff", "./mine.ts:units=300"]: names or paths, each at most once */
export function namesOrPaths(thing: string, names: readonly string[]) {
  const rule = `some of ${listed(names, ', ')} or paths of modules, each once, with commas between`;
  const error = sentence(thing, rule, names);
  const one = z.string({ error }).refine((name) => isPath(name) || names.includes(name), { error });
  const each = z.array(one, { error }).min(1, { error });
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? memberList(value) : value),
      each.refine((all) => new Set(all).size === all.length, { error }),
    )
    .meta(saidInJson(listInJson(namesOrPathInJson(names))));
}

export function yesOrNo(thing: string) {
  return z.boolean({ error: sentence(thing, 'true or false') });
}

/** Like `share`, without 1. */
export function shareBelowOne(thing: string) {
  const error = sentence(thing, '0 or more and below 1');
  return z.preprocess(fromText, z.number({ error }).min(0, { error }).lt(1, { error }));
}

/** Above 0 and below 1. */
export function shareAboveZero(thing: string) {
  const error = sentence(thing, 'above 0 and below 1');
  return z.preprocess(fromText, z.number({ error }).gt(0, { error }).lt(1, { error }));
}

export function text(thing: string, rule: string) {
  const error = sentence(thing, rule);
  return z.string({ error }).min(1, { error });
}

/** text that begins with one of some names, most of the time: shells and editors offer them */
export function namedText(thing: string, rule: string, names: readonly string[]) {
  return text(thing, rule).meta(saidInJson({ anyOf: [{ enum: names }, { type: 'string', minLength: 1 }] }));
}

function splitAtCommas(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
}

/** `1..3` becomes 1, 2, 3; anything else is left for the rule to refuse. */
function withoutRange(value: unknown, most: number): unknown {
  const [, first, last] = /^\s*(\d+)\.\.(\d+)\s*$/.exec(String(value)) ?? [];
  const length = Number(last) - Number(first) + 1;
  if (first === undefined || !(length >= 1)) return splitAtCommas(value);
  return Array.from({ length: Math.min(length, most + 1) }, (_, i) => Number(first) + i);
}

/** `1..5`, `1,2,3`, or [1, 2, 3]: each once, so many at most */
export function wholeList(thing: string, least: number, most: number) {
  const error = sentence(thing, `whole numbers, ${least} or more, each once, such as 1..5 or 1,2,3`);
  const one = z.preprocess(fromText, z.number({ error }).int({ error }).min(least, { error }));
  const each = z
    .array(one, { error })
    .min(1, { error })
    .max(most, { error: () => `${thing} must be at most ${most} numbers; got more` });
  return z
    .preprocess(
      (value) => withoutRange(value, most),
      each.refine((all) => new Set(all).size === all.length, { error }),
    )
    .meta(saidInJson(listInJson({ type: 'integer', minimum: least }, most)));
}

/** `500,500`, or [500, 500]: so many at most, which is checked before any of them is */
export function wholes(thing: string, least: number, unit: string, most: number) {
  const error = sentence(thing, `whole numbers of ${unit}, ${least} or more, with commas between`);
  const one = z.preprocess(fromText, z.number({ error }).int({ error }).min(least, { error }));
  const few = z.custom((all) => !Array.isArray(all) || all.length <= most, {
    error: ({ input }) => `${thing} must be at most ${most} numbers; got ${(input as unknown[]).length}`,
    abort: true,
  });
  const list = few.pipe(z.array(one, { error }).min(1, { error }));
  return z
    .preprocess(splitAtCommas, list)
    .meta(saidInJson(listInJson({ type: 'integer', minimum: least }, most, false)));
}
