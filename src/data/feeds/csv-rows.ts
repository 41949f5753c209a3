import { parse } from 'csv-parse/sync';
import { type Columns, columnsOf, isNumber, nameOf } from '../formats/csv/columns.ts';
import { absent, absentLabel, delimiterOf, longestRecord } from '../formats/csv/csv.ts';
import { linesOf } from './lines.ts';
import { labelText, type Row, type RowReader } from './row.ts';

/**
 * A table as text, row by row, each as soon as its line has its end: the same header, delimiters and missing values as of a table that is read at
 * once, whose parser keeps the last line back.
 */
export const csvRows: RowReader = async function* (bytes, { thing, label }) {
  let columns: Columns | undefined;
  const waiting: Line[] = [];
  for await (const line of recordsOf(bytes, thing)) {
    if (columns !== undefined) yield rowOf(line, columns, thing);
    else if (waiting.push(line) === 2) {
      columns = columnsIn(waiting, label, thing);
      for (const one of columns.names ? waiting.slice(1) : waiting) yield rowOf(one, columns, thing);
    }
  }
  if (columns !== undefined || waiting.length === 0) return;
  columns = columnsIn(waiting, label, thing);
  if (columns.names === undefined) yield rowOf(waiting[0], columns, thing);
};

/** The cells of each record: of one line, or of several where quotes hold line ends. */
async function* recordsOf(bytes: AsyncIterable<Buffer>, thing: string): AsyncGenerator<Line> {
  let delimiter: string | undefined;
  let text = '';
  let line = 0;
  let open = false;
  for await (const read of linesOf(bytes, thing)) {
    line++;
    const bare = line === 1 && read.startsWith('\ufeff') ? read.slice(1) : read;
    text = open ? `${text}\n${bare}` : bare;
    // an even number of quotes has closed all it opened
    if (bare.includes('"')) open = (bare.split('"').length % 2 === 0) !== open;
    if (text.length > longestRecord)
      throw new Error(`records of ${thing} must be at most ${longestRecord} characters; got more`);
    if (open || text.trim() === '') continue;
    delimiter ??= delimiterOf(text);
    yield { cells: cellsOf(text, delimiter, line, thing), line };
  }
  if (open) throw new Error(`${thing} must be a readable table; got a quote that is never closed`);
}

function cellsOf(text: string, delimiter: string, line: number, thing: string): string[] {
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim());
  try {
    return parse(text, { delimiter, trim: true, relax_column_count: true })[0];
  } catch (cause) {
    throw new Error(
      `line ${line} of ${thing} must be a readable record; got ${(cause as Error).message.split('\n')[0]}`,
      { cause },
    );
  }
}

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

function columnsIn(lines: readonly Line[], label: string | undefined, thing: string): Columns {
  return columnsOf(
    lines.map(({ cells }) => cells),
    { label },
    thing,
  );
}

function rowOf({ cells, line }: Line, columns: Columns, thing: string): Row {
  const { count, features, label } = columns;
  const values = new Float32Array(features.length).fill(Number.NaN);
  if (cells.length !== count) {
    const wrong = `line ${line} of ${thing} must have ${count} cells, as the first line; got ${cells.length}`;
    return { values, label: undefined, wrong };
  }
  let wrong: string | undefined;
  features.forEach((index, j) => {
    const cell = cells[index];
    const value = isNumber(cell) ? Math.fround(Number(cell)) : Number.NaN;
    values[j] = value;
    if (Number.isFinite(value)) return;
    const rule = absent.has(cell.toLowerCase()) ? 'have a value' : 'be a finite number';
    wrong ??= `${nameOf(columns, index)} in line ${line} of ${thing} must ${rule}; got '${cell.slice(0, 40)}'`;
  });
  const named = label === undefined ? '' : cells[label];
  const bare = absentLabel.has(named.toLowerCase());
  if (bare && label !== undefined)
    wrong ??= `${nameOf(columns, label)} in line ${line} of ${thing} must have a value; got '${named}'`;
  return { values, label: bare ? undefined : labelText(named), ...(wrong !== undefined && { wrong }) };
}
