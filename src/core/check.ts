/** Argument checks that all speak alike: *thing must be rule; got value.* */

export function must(holds: boolean, thing: string, rule: string, got: unknown): asserts holds {
  if (!holds) throw new RangeError(`${thing} must be ${rule}; got ${shown(got)}`);
}

export function mustBeWhole(value: number, thing: string, least: number, unit = ''): void {
  const of = unit === '' ? '' : ` of ${unit}`;
  must(Number.isSafeInteger(value) && value >= least, thing, `a whole number${of}, ${least} or more`, value);
}

export function mustBePositive(value: number, thing: string): void {
  must(Number.isFinite(value) && value > 0, thing, 'a finite number above 0', value);
}

export function mustBeShare(value: number, thing: string): void {
  must(value >= 0 && value <= 1, thing, 'between 0 and 1', value);
}

/**
 * The sentence that refuses a value: *thing must be rule; got value*, and behind it the nearest of the names that there are.
 *
 * @param name  where the value is more than a name: what is compared with the names
 */
export function refusal(
  thing: string,
  rule: string,
  got: unknown,
  names: readonly string[] = [],
  name: unknown = got,
): string {
  return `${thing} must be ${rule}; got ${shown(got)}${typeof name === 'string' ? nearest(name, names) : ''}`;
}

/** @throws {RangeError} with the nearest name, where a name is none of those there are */
export function mustBeOneOf(
  name: unknown,
  names: readonly string[],
  thing: string,
  rule = `one of ${names.join(', ')}`,
): void {
  if (!names.includes(name as string)) throw new RangeError(refusal(thing, rule, name, names));
}

/**
 * The hint behind a name that is none: ` (did you mean '1f1b'?)`, or nothing where no name is near. Of a text that begins with a
 * name, `exq:1ms`, that name is meant.
 *
 * Near is what differs by at most a third of its letters, two at least: left out, added, changed or swapped with the next; or what is only the beginning.
 */
export function nearest(text: string, names: readonly string[]): string {
  const found = nearestName(text, names);
  return found === undefined ? '' : ` (did you mean '${found}'?)`;
}

/** The name itself; undefined where none is near, or the text begins with one. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  const [first = ''] = /^[\w-]+/.exec(text.trim().slice(0, longestName + 1)) ?? [];
  if (names.includes(first)) return undefined;
  return nearestTo(text.trim(), names) ?? nearestTo(first, names);
}

/** characters of a name that others are compared with */
const longestName = 60;

function nearestTo(name: string, names: readonly string[]): string | undefined {
  if (name === '' || name.length > longestName) return undefined;
  const given = name.toLowerCase();
  const begun = given.length >= 3 ? names.find((one) => one.toLowerCase().startsWith(given)) : undefined;
  if (begun !== undefined) return begun;
  const [best] = names
    .map((one) => ({ one, off: distance(given, one.toLowerCase()) }))
    .sort((a, b) => a.off - b.off);
  const most = Math.max(2, Math.floor(name.length / 3));
  return best !== undefined && best.off <= most && best.off < best.one.length ? best.one : undefined;
}

/** Edits from one text to the other, two letters swapped counting one. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return rows[from.length][to.length];
}

/** characters of a value that an error shows */
const most = 200;

/**
 * A value as an error shows it: text in quotes, control characters escaped, at most 200 characters of it, numbers that are
 * not finite by their names wherever they stand.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return shortened(`'${printable(value.slice(0, 2 * most))}'`, value.length);
  if (typeof value !== 'object' || value === null) return shortened(printable(String(value)));
  const named = (_key: string, one: unknown): unknown =>
    (typeof one === 'number' && !Number.isFinite(one)) || typeof one === 'bigint' ? String(one) : one;
  return shortened(printable(JSON.stringify(value, named) ?? String(value)));
}

function shortened(text: string, length = text.length): string {
  if (Math.max(text.length, length) <= most) return text;
  return `${text.slice(0, most)}… (${length.toLocaleString('en-US')} characters)`;
}

/** What moves a cursor, clears a screen, turns the direction of writing or can't be seen; the line feed is none of them. */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text in one line, without characters that a terminal obeys. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n');
}

/** Text without characters that a terminal obeys: each as `\x1b` or `\u202e`; line feeds stay. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
