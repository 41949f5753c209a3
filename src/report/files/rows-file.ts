import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { AppendFile } from './append-file.ts';

/**
 * Rows of JSON in a file, one a line, that grows and can be gone on with: the rows that stand there are kept. A last line that
 * was torn, for whoever wrote it was killed, is cut off.
 */
export class RowsFile<Row extends object> {
  readonly #file: AppendFile;

  /**
   * @param begins  what every row begins with, `{"settings":`; a file whose lines begin otherwise is left as it is
   * @param each    is told of each row that stands there, in order
   * @throws {Error} when a line is no such row, when it is no regular file, or as the file system says
   */
  constructor(path: string, begins: string, each: (row: Row) => void) {
    let size = 0;
    let unended = false;
    let count = 0;
    const there = statSync(path, { throwIfNoEntry: false });
    // a device such as /dev/full may never end
    if (there !== undefined && !there.isFile()) throw new Error(`${path}, which is no regular file`);
    for (const { line, bytes, ended } of there ? linesOf(path) : []) {
      count++;
      const row = rowIn<Row>(line, begins);
      if (row !== undefined) {
        each(row);
        size += bytes;
        unended = !ended;
      } else if (ended || !(line.startsWith(begins) || begins.startsWith(line)))
        throw new Error(`line ${count} of ${path} must be a row, ${begins}…; got '${line.slice(0, 40)}'`);
    }
    this.#file = new AppendFile(path, size);
    if (unended) this.#file.append('\n');
  }

  /** @throws {Error} as the file system says; then no part of the row is in the file */
  append(row: Row): void {
    this.#file.append(`${JSON.stringify(row)}\n`);
  }

  close(): void {
    this.#file.close();
  }
}

function rowIn<Row extends object>(line: string, begins: string): Row | undefined {
  if (!line.startsWith(begins)) return undefined;
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}

/** The lines of a file that may be larger than memory, the last one too where nothing ends it. */
function* linesOf(path: string): Generator<{ line: string; bytes: number; ended: boolean }> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(1 << 20);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      rest = Buffer.concat([rest, piece.subarray(0, read)]);
      let from = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
        yield { line: rest.toString('utf8', from, end), bytes: end + 1 - from, ended: true };
        from = end + 1;
      }
      rest = rest.subarray(from);
    }
    if (rest.length > 0) yield { line: rest.toString('utf8'), bytes: rest.length, ended: false };
  } finally {
    closeSync(file);
  }
}
