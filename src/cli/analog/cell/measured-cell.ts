import { parse } from 'csv-parse/sync';
import type { MeasuredCell } from '../../../extend.ts';
import { readText } from '../../settings/files/text-file.ts';

type Reading = MeasuredCell['up'][number];

const ups = ['up', '+', '1', 'ltp', 'potentiation', 'set'];
const downs = ['down', '-', '-1', 'ltd', 'depression', 'reset'];
const rule =
  'a column of pulse numbers and one of conductances, rising and then falling or with a third that says up or down; or pulse, up, down';

/**
 * Reads a measured cell from a table: `pulse, conductance`, where pulses after the highest conductance are DOWN pulses;
 * `pulse, conductance, direction`; or `pulse, up, down`. A header is skipped, and names the columns where it knows them.
 *
 * @throws {Error} one sentence, with the line, where the table is another one
 */
export async function measuredCell(path: string): Promise<MeasuredCell> {
  const thing = `measured cell ${path}`;
  const text = await readText(path, thing, 16e6);
  let lines: string[][];
  try {
    const options = { skip_empty_lines: true, trim: true, comment: '#', delimiter: [',', ';', '\t'] };
    lines = parse(text, options) as string[][];
  } catch (error) {
    throw new Error(`${thing} must be a table; got ${(error as Error).message}`);
  }
  const headed = lines.length > 0 && Number.isNaN(Number(lines[0][0]));
  const head = headed ? lines[0].map((name) => name.toLowerCase()) : [];
  const rows = headed ? lines.slice(1) : lines;
  const width = rows[0]?.length ?? 0;
  if (width < 2 || width > 3) throw new Error(`${thing} must have ${rule}; got ${width} columns`);
  const number = (row: number, column: number): number => {
    const cell = rows[row][column];
    const value = cell === '' ? Number.NaN : Number(cell);
    if (!Number.isFinite(value))
      throw new Error(
        `line ${row + 1 + (headed ? 1 : 0)} of ${thing} must have a finite number in column ${column + 1}; got '${cell}'`,
      );
    return value;
  };
  const reading = (row: number, column: number): Reading => ({
    pulse: number(row, 0),
    conductance: number(row, column),
  });
  if (width === 2) return split(rows.map((_, row) => reading(row, 1)));
  const directions = rows.map((row) => row[2].toLowerCase());
  if (directions.every((name) => ups.includes(name) || downs.includes(name)) && !head[2]?.startsWith('down'))
    return {
      up: numbered(rows.flatMap((_, row) => (ups.includes(directions[row]) ? [reading(row, 1)] : []))),
      down: numbered(rows.flatMap((_, row) => (downs.includes(directions[row]) ? [reading(row, 1)] : []))),
    };
  return {
    up: rows.flatMap((row, i) => (row[1] === '' ? [] : [reading(i, 1)])),
    down: rows.flatMap((row, i) => (row[2] === '' ? [] : [reading(i, 2)])),
  };
}

/** One sequence: UP pulses to its highest conductance, and DOWN pulses from there. */
function split(all: readonly Reading[]): MeasuredCell {
  const top = all.reduce((best, { conductance }, i) => (conductance > all[best].conductance ? i : best), 0);
  return { up: numbered(all.slice(0, top + 1)), down: numbered(all.slice(top)) };
}

/** Pulse numbers from 0 on: some count on through both branches, some begin anew. */
function numbered(readings: readonly Reading[]): Reading[] {
  const first = readings[0]?.pulse ?? 0;
  return readings.map(({ pulse, conductance }, i) => ({
    pulse: pulse >= first ? pulse - first : i,
    conductance,
  }));
}
