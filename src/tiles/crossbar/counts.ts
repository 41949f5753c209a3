import type { HardwareCounts } from '../../core/trace.ts';

/** What reads for one purpose have cost so far. An array reads one row at a time. */
export interface ReadTally {
  /** rows read by the tile, each once */
  rows: number;
  /** rows read by an array, those read again included */
  reads: number;
  /** rows that bound management has had read again */
  redraws: number;
  /** conversions of inputs and outputs: for each read as many as its arrays have lines */
  dacs: number;
  adcs: number;
  /** cells that conducted, Σ over reads */
  cells: number;
  /** conversions that were clipped */
  inputsClipped: number;
  outputsClipped: number;
}

export const emptyTally = (): ReadTally => ({
  rows: 0,
  reads: 0,
  redraws: 0,
  dacs: 0,
  adcs: 0,
  cells: 0,
  inputsClipped: 0,
  outputsClipped: 0,
});

/** Totals of several parts, by names such as `learn/reads`. */
export function counted(parts: Readonly<Record<string, object>>): HardwareCounts {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, counts]) =>
      Object.entries(counts).map(([name, count]) => [`${part}/${name}`, Number(count)]),
    ),
  );
}
