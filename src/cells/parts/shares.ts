import type { Cells } from '../cell.ts';

/** What diagnostics tell about the cells of an array. */
export interface CellShares {
  /** share of the cells that can't move: their bounds are one weight, from the beginning or since they broke */
  readonly stuck: number;
  /** share of the cells that can move and stand at their lowest or highest weight, or seem to by their write noise */
  readonly atBounds: number;
}

/** Reads off how many cells are stuck and how many stand at a bound; cells without bounds are neither. */
export function sharesOf({ weights, bounds }: Pick<Cells, 'weights' | 'bounds'>): CellShares {
  if (bounds === undefined) return { stuck: 0, atBounds: 0 };
  const { lower, upper } = bounds;
  let [stuck, atBounds] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    if (lower[i] === upper[i]) stuck++;
    else if (weights[i] <= lower[i] || weights[i] >= upper[i]) atBounds++;
  }
  return { stuck: stuck / weights.length, atBounds: atBounds / weights.length };
}
