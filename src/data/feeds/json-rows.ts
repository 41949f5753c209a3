import { linesOf } from './lines.ts';
import { labelText, type Row, type RowReader } from './row.ts';

const usual = ['label', 'class', 'target', 'y'];

/**
 * JSON lines: an object a line, `{"x": [0.1, 0.2], "label": "a"}` or `{"width": 1, "height": 2, "label": 3}`, or an array, whose label's column
 * `label` numbers. The first line says which keys there are; lists become as many features, true and false 1 and 0.
 */
export const jsonRows: RowReader = async function* (bytes, { thing, label }) {
  let keys: string[] | undefined;
  let key = '';
  let width: number | undefined;
  let number = 0;
  for await (const line of linesOf(bytes, thing)) {
    number++;
    if (line.trim() === '') continue;
    const place = `line ${number} of ${thing}`;
    const parsed = parsedLine(line, place);
    if (typeof parsed === 'string') {
      if (width === undefined) throw new Error(parsed);
      yield { values: new Float32Array(width).fill(Number.NaN), label: undefined, wrong: parsed };
      continue;
    }
    const record = recordOf(parsed);
    if (keys === undefined) {
      key = labelKey(Object.keys(record), label, thing);
      keys = Object.keys(record).filter((name) => name !== key);
    }
    const row = rowOf(record, keys, key, width, place);
    width ??= row.values.length;
    yield row;
  }
};

type Cells = Readonly<Record<string, unknown>>;

/** The value of a line, or what is wrong with it. */
function parsedLine(line: string, place: string): object | string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
    return `${place} must be a JSON object or list; got ${line.trim().slice(0, 40)}`;
  } catch (cause) {
    const [, column] = /position (\d+)/.exec((cause as Error).message) ?? [];
    const where = column === undefined ? place : `column ${Number(column) + 1} in ${place}`;
    return `${where} must be JSON; got '${line.trim().slice(0, 40)}'`;
  }
}

/** The cells of a list are called by their numbers from 1. */
function recordOf(value: object): Cells {
  if (!Array.isArray(value)) return value as Cells;
  return Object.fromEntries(value.map((cell, i) => [`column ${i + 1}`, cell]));
}

function labelKey(keys: readonly string[], label: string | undefined, thing: string): string {
  const number = Number(label);
  const byNumber = keys.at(number < 0 ? number : number - 1);
  const found =
    label === undefined
      ? keys.find((key) => usual.includes(key.toLowerCase()))
      : (keys.find((key) => key === label) ?? (/^-?[1-9]\d*$/.test(label) ? byNumber : undefined));
  if (found !== undefined) return found;
  throw new Error(
    `lines of ${thing} must have a key called ${usual.join(', ')}, or --label must say which it is, by name or number; got ${keys.slice(0, 8).join(', ')}`,
  );
}

function rowOf(
  record: Cells,
  keys: readonly string[],
  key: string,
  width: number | undefined,
  place: string,
): Row {
  const values: number[] = [];
  let wrong: string | undefined;
  for (const name of keys) {
    for (const cell of [record[name]].flat(4) as unknown[]) {
      const value =
        typeof cell === 'number' || typeof cell === 'boolean' ? Math.fround(Number(cell)) : Number.NaN;
      values.push(value);
      if (!Number.isFinite(value))
        wrong ??= `'${name}' in ${place} must be a finite number; got ${JSON.stringify(cell)?.slice(0, 40)}`;
    }
  }
  const given = record[key];
  const named = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
  if (!named) wrong ??= `'${key}' in ${place} must be a label; got ${JSON.stringify(given)?.slice(0, 40)}`;
  const fits = width === undefined || values.length === width;
  if (!fits) wrong = `${place} must have ${width} features, as the first line; got ${values.length}`;
  return {
    values: fits ? values : new Float32Array(width).fill(Number.NaN),
    label: named ? labelText(String(given)) : undefined,
    ...(wrong !== undefined && { wrong }),
  };
}
