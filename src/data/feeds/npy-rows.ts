import { npyHeader, npyHeaderBytes, npyNumbers } from '../formats/numpy/npy.ts';
import type { RowReader } from './row.ts';

/**
 * The rows of an `.npy` array of numbers, in C's order, of which one column is the label: the one that `label` numbers, 1 the first, left out the
 * last. What is appended behind the rows that its header counts is read as more of them.
 */
export const npyRows: RowReader = async function* (bytes, { thing, label = '-1' }) {
  let held: Buffer = Buffer.alloc(0);
  let header: ReturnType<typeof npyHeader> | undefined;
  let row = 0;
  for await (const chunk of bytes) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (header === undefined) {
      if (held.length < 12 || held.length < npyHeaderBytes(held)) continue;
      header = npyHeader(held, thing);
      held = held.subarray(header.end);
    }
    const { shape, fortran, text, number } = header;
    const width = shape.slice(1).reduce((a, b) => a * b, 1);
    if (fortran || text !== undefined || shape.length < 2 || width < 2)
      throw new Error(
        `${thing} must be an array of numbers in C's order, a row a sample, with its label in a column; got shape (${shape.join(', ')})${fortran ? " in Fortran's order" : ''}`,
      );
    const at = columnAt(label, width, thing);
    const whole = Math.floor(held.length / (width * number.each));
    const all = npyNumbers(held, number, whole * width);
    held = held.subarray(whole * width * number.each);
    for (let i = 0; i < whole; i++) {
      row++;
      const cells = Array.from({ length: width }, (_, j) => all[i * width + j]);
      const [given] = cells.splice(at, 1);
      const bad = cells.findIndex((value) => !Number.isFinite(Math.fround(value)));
      const named = Number.isFinite(given);
      const column = bad < 0 ? at : bad + (bad >= at ? 1 : 0);
      const wrong = `column ${column + 1} in row ${row} of ${thing} must be a finite number; got ${all[i * width + column]}`;
      yield {
        values: cells,
        label: named ? String(given) : undefined,
        ...((bad >= 0 || !named) && { wrong }),
      };
    }
  }
  if (header === undefined || held.length > 0)
    throw new Error(`truncated: ${thing} must hold whole rows behind its header; got a part of one`);
};

function columnAt(label: string, width: number, thing: string): number {
  const number = Number(label);
  const at = number < 0 ? width + number : number - 1;
  if (Number.isInteger(number) && at >= 0 && at < width) return at;
  throw new Error(`label must be a column of ${thing}, 1 to ${width}, or -1 the last; got '${label}'`);
}
