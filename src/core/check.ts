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
