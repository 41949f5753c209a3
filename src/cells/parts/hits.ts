import { must } from '../../core/check.ts';
import { type Hits, type Lines, mostSlots } from '../../kernels/analog/pulses.ts';
import type { CellsContext, Trains } from '../cell.ts';

/** hits that are gathered before they are carried out, at least */
const fewest = 8192;

/** Finds out which cells are hit, some thousand at a time: `step` carries out the hits that lie in `hits`. */
export interface Gatherer {
  readonly hits: Hits;
  /** @returns  pulses on all cells */
  coincide(trains: Trains, step: () => void): number;
  /** @returns  pulses on all cells */
  pulse(counts: Int32Array, line: number | undefined, step: () => void): number;
}

export function gatherer({ inputs, units, arena, kernels }: CellsContext): Gatherer {
  const most = Math.max(fewest, units);
  const [counted, words] = [arena.words(most), arena.words(2 * units)];
  const hits: Hits = {
    cells: arena.words(most),
    counts: new Int32Array(counted.buffer, counted.byteOffset, most),
    noise: arena.floats(Math.max(mostSlots * units, 4 * most)),
    tally: arena.words(2),
  };
  const lines: Lines = {
    rows: arena.words(inputs),
    rowSigns: arena.bytes(inputs),
    columns: arena.words(units),
    columnSigns: arena.bytes(units),
    active: words,
  };
  return {
    hits,
    coincide(trains, step) {
      fill(lines.rows, trains.inputs, 'inputs of pulse trains');
      fill(lines.rowSigns, trains.inputSigns, 'signs of the inputs of pulse trains');
      fill(lines.columns, trains.units, 'units of pulse trains');
      fill(lines.columnSigns, trains.unitSigns, 'signs of the units of pulse trains');
      let pulses = 0;
      for (let row = 0; row < inputs; ) {
        row = kernels.coincidences(lines, row, hits);
        if (hits.tally[0] === 0) continue;
        pulses += hits.tally[1];
        step();
      }
      return pulses;
    },
    pulse(counts, line, step) {
      const [first, size] = line === undefined ? [0, inputs * units] : [line * units, units];
      must(counts.length === size, 'counts of pulses', `${size} numbers`, counts.length);
      must(first >= 0 && first < inputs * units, 'line of pulses', `below ${inputs}`, line);
      let pulses = 0;
      clear(hits);
      for (let i = 0; i < size; i++) {
        for (let left = counts[i]; left !== 0; ) {
          const n = Math.max(-mostSlots, Math.min(left, mostSlots));
          if (!add(hits, first + i, n)) {
            step();
            clear(hits);
            add(hits, first + i, n);
          }
          left -= n;
          pulses += Math.abs(n);
        }
      }
      if (hits.tally[0] > 0) step();
      return pulses;
    },
  };
}

function fill(into: Uint32Array | Uint8Array, from: Uint32Array | Uint8Array, thing: string): void {
  must(from.length === into.length, thing, `${into.length} numbers`, from.length);
  into.set(from);
}

function clear({ tally }: Hits): void {
  tally[0] = 0;
  tally[1] = 0;
}

/** @returns  false when there is no room */
function add({ cells, counts, noise, tally }: Hits, cell: number, n: number): boolean {
  const hit = tally[0];
  if (hit === cells.length || tally[1] + Math.abs(n) > noise.length) return false;
  cells[hit] = cell;
  counts[hit] = n;
  tally[0]++;
  tally[1] += Math.abs(n);
  return true;
}
