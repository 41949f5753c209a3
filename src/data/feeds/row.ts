/** One sample as it was read. */
export interface Row {
  /** NaN where a value is missing or is no number [width] */
  readonly values: ArrayLike<number>;
  /** undefined where there is none */
  readonly label: string | undefined;
  /** what is wrong with it, in one sentence with line and column; left out, nothing */
  readonly wrong?: string;
}

/** What is asked of a form of rows. */
export interface RowOptions {
  /** what is read, for errors */
  readonly thing: string;
  /** the label's column, by name or number; left out, one with a usual name */
  readonly label?: string | undefined;
}

/** Reads rows from bytes as they come. @throws {Error} one sentence, where what comes can't be rows at all */
export type RowReader = (bytes: AsyncIterable<Buffer>, options: RowOptions) => AsyncGenerator<Row, void>;

/** A label as a class is called: `3.0` is `3`. */
export function labelText(cell: string): string {
  return /^-?\d+\.0*$/.test(cell) ? cell.slice(0, cell.indexOf('.')) : cell;
}
