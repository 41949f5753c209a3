import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Info, parse } from 'csv-parse';
import { bytesFrom, damaged, openFile } from '../file-bytes.ts';
import type { DataFormat, PartReader, RawOptions, RawSamples } from '../format.ts';
import { LabelCodes } from '../label-codes.ts';
import { NumberStore } from '../number-store.ts';
import { type ColumnOptions, type Columns, columnsOf, isNumber, nameOf } from './columns.ts';

/** characters of one record at most: an open quote swallows no more */
export const longestRecord = 2 ** 24;
const tableName = /\.(csv|tsv)(\.gz)?$/i;

/** Tables as text: a sample a line, with a header or without, cells separated by commas, semicolons or tabs. */
export const csv: DataFormat = {
  name: 'CSV',
  accepts: 'CSV',
  fits({ kind, head, entries }) {
    if (kind === 'folder') return entries.some((name) => tableName.test(name) && /train/i.test(name));
    return kind === 'stream' || isText(head);
  },
  async find({ path, kind, stream, entries }, options) {
    if (kind === 'stream')
      return {
        parts: {
          train: (known) =>
            readTable(stream as Readable, 'standard input', {
              ...options,
              columns: known?.columns,
              width: known?.width,
            }),
        },
        passedOver: [],
      };
    const read =
      (file: string): PartReader =>
      (known) =>
        readTableFile(file, { ...options, columns: known?.columns, width: known?.width });
    if (kind === 'file') return { parts: { train: read(path) }, passedOver: [] };
    const tables = entries.filter((name) => tableName.test(name));
    const trains = tables.filter((name) => /(^|[-_.])train/i.test(name));
    const tests = tables.filter((name) => /(^|[-_.])test/i.test(name));
    if (trains.length !== 1 || tests.length > 1)
      throw new Error(
        `${path} must hold one table whose name has train, and one with test or none; got ${tables.join(', ')}: give one of them with --data`,
      );
    return {
      parts: {
        train: read(join(path, trains[0])),
        ...(tests.length === 1 && { test: read(join(path, tests[0])) }),
      },
      passedOver: [],
    };
  },
};

/** What is asked of a table. */
export interface TableOptions extends ColumnOptions, Pick<RawOptions, 'missing'> {}

/** UTF-8, or UTF-16 with its mark; no other bytes below the blank than tabs and line ends. */
function isText(head: Buffer): boolean {
  if (head[0] === 0xff && head[1] === 0xfe) return true;
  return head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13 || byte === 12);
}

async function readTableFile(path: string, options: TableOptions): Promise<RawSamples> {
  const handle = await openFile(path);
  try {
    const { bytes, end } = await bytesFrom(handle);
    try {
      return await readTable(bytes, path, options);
    } catch (cause) {
      throw damaged(path, cause as NodeJS.ErrnoException);
    } finally {
      end();
    }
  } finally {
    await handle.close();
  }
}

/**
 * Reads a table from a stream of bytes. Of each record only its numbers are kept.
 *
 * @param thing  the table, for errors
 * @throws {Error} one sentence with line and column: no table, a line of another length, a missing value, a cell that must be a number
 */
export async function readTable(bytes: Readable, thing: string, options: TableOptions): Promise<RawSamples> {
  const { start, rest } = await firstLine(bytes);
  const parser = parse({
    ...{ delimiter: delimiterOf(start), bom: true, trim: true, info: true, skip_empty_lines: true },
    ...{ relax_column_count: true, max_record_size: longestRecord },
  });
  const source = Readable.from(rest);
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  const waiting: Line[] = [];
  let rows: Rows | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const line = { cells: record, line: info.lines };
      if (rows !== undefined) rows.add(line);
      else if (waiting.push(line) === 2) rows = rowsOf(waiting, options, thing);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('CSV_')) throw cause;
    throw new Error(`${thing} must be a readable table; got ${message.split('\n')[0]}`, { cause });
  } finally {
    source.destroy();
    parser.destroy();
  }
  return (rows ?? rowsOf(waiting, options, thing)).samples();
}

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

function rowsOf(lines: readonly Line[], options: TableOptions, thing: string): Rows {
  if (lines.length === 0) throw new Error(`${thing} must hold a table; got no line`);
  const columns = columnsOf(
    lines.map(({ cells }) => cells),
    options,
    thing,
  );
  const rows = new Rows(columns, options, thing);
  for (const line of columns.names === undefined ? lines : lines.slice(1)) rows.add(line);
  return rows;
}

/** cells that stand for no value; a label may be called none or null */
export const absent = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '-']);
export const absentLabel = new Set(['', 'na', 'nan', '?']);

/** The samples of a table, line by line. */
class Rows {
  readonly #columns: Columns;
  readonly #thing: string;
  readonly #refuse: boolean;
  /** whether a run knows the features: its label needs no word */
  readonly #known: boolean;
  readonly #numbers: NumberStore;
  readonly #labels: LabelCodes;
  #count = 0;
  #missing = 0;

  constructor(columns: Columns, { missing = 'refuse', width }: TableOptions, thing: string) {
    this.#columns = columns;
    this.#thing = thing;
    this.#refuse = missing === 'refuse';
    this.#known = width !== undefined;
    this.#numbers = new NumberStore(thing);
    this.#labels = new LabelCodes(thing);
  }

  add({ cells, line }: Line): void {
    const { count, label, features } = this.#columns;
    if (cells.length !== count)
      throw new Error(
        `line ${line} of ${this.#thing} must have ${count} cells, as the first line; got ${cells.length}`,
      );
    if (label !== undefined) {
      const cell = cells[label];
      if (absentLabel.has(cell.toLowerCase())) this.#absent(line, label, cell);
      this.#labels.add(/^-?\d+\.0*$/.test(cell) ? cell.slice(0, cell.indexOf('.')) : cell);
    }
    for (const index of features) this.#numbers.add(this.#number(cells[index], line, index));
    this.#count++;
  }

  samples(): RawSamples {
    const { names, label, features, notes } = this.#columns;
    if (this.#count === 0) throw new Error(`${this.#thing} must hold samples; got a header alone`);
    const labelled =
      label === undefined || this.#known ? [] : [`labels are in ${nameOf(this.#columns, label)}`];
    return {
      ...{ count: this.#count, width: features.length, shape: [features.length] },
      ...{ features: this.#numbers.numbers(), dtype: 'text', missing: this.#missing },
      labels: label === undefined ? undefined : this.#labels.labels(),
      notes: [...labelled, ...notes],
      ...(names !== undefined && { columns: features.map((index) => names[index]) }),
    };
  }

  #number(cell: string, line: number, index: number): number {
    const value = Number(cell);
    // Number reads '' as 0, and 0x10 as 16
    const plain = cell.length < 3 ? cell !== '' : cell[1] <= '9' || isNumber(cell);
    if (plain && Number.isFinite(Math.fround(value))) return value;
    if (absent.has(cell.toLowerCase())) return this.#absent(line, index, cell);
    const shown = cell.length > 40 ? `${cell.slice(0, 40)}…` : cell;
    throw new Error(
      `${nameOf(this.#columns, index)} in line ${line} of ${this.#thing} must be a finite number; got '${shown}': write it as a number, or leave the column out`,
    );
  }

  #absent(line: number, index: number, cell: string): number {
    if (this.#refuse)
      throw new Error(
        `${nameOf(this.#columns, index)} in line ${line} of ${this.#thing} must have a value; got '${cell}': fill it in or leave the line out`,
      );
    this.#missing++;
    return Number.NaN;
  }
}

/** The text up to the first line end, and all bytes from the beginning on. */
export async function firstLine(
  bytes: AsyncIterable<Buffer>,
): Promise<{ start: string; rest: AsyncGenerator<Buffer> }> {
  const chunks = bytes[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) break;
    read.push(Buffer.from(value));
    length += read.at(-1)!.length;
    if (value.includes(10) || length > 2 ** 16) break;
  }
  const start = Buffer.concat(read).toString('utf8').split('\n')[0];
  return { start, rest: all() };

  async function* all(): AsyncGenerator<Buffer> {
    yield* read;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
}

/** The one of comma, semicolon, tab and bar that the first line has most of, outside quotes. */
export function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counted = [',', ';', '\t', '|'].map((delimiter) => ({
    delimiter,
    count: bare.split(delimiter).length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
