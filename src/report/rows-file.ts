import { existsSync, readFileSync } from 'node:fs';
import { AppendFile } from './append-file.ts';

/**
 * Rows of JSON in a file, one a line, that grows and can be gone on with: the rows that stand there are kept. A last line that
 * was torn, for whoever wrote it was killed, is cut off.
 */
export class RowsFile<Row extends object> {
  /** those that stood in the file when it was opened */
  readonly kept: readonly Row[];
  readonly #file: AppendFile;

  /**
   * @param begins  what every row begins with, `{"settings":`; a file whose lines begin otherwise is left as it is
   * @throws {Error} when a line is no such row, or as the file system says
   */
  constructor(path: string, begins: string) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const last = text.slice(whole.length);
    const read = (line: string, i: number): Row => {
      const row = rowIn<Row>(line, begins);
      if (row !== undefined) return row;
      throw new Error(`line ${i + 1} of ${path} must be a row, ${begins}…; got '${line.slice(0, 40)}'`);
    };
    const rows = whole.split('\n').slice(0, -1).map(read);
    const torn = rowIn<Row>(last, begins) === undefined;
    if (torn && !last.startsWith(begins) && !begins.startsWith(last)) read(last, rows.length);
    this.kept = torn ? rows : [...rows, read(last, rows.length)];
    this.#file = new AppendFile(path, Buffer.byteLength(torn ? whole : text));
    if (!torn) this.#file.append('\n');
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
