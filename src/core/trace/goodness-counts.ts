/**
 * Where the bins meet into which rows are counted by their goodness, rising: four bins an octave from 2⁻⁸ to 2¹¹. What is less lies
 * in the first bin, what is more in the last, so there is one bin more than edges [77].
 */
export const goodnessEdges: readonly number[] = Array.from(
  { length: 77 },
  (_, i) => 2 ** (Math.floor(i / 4) - 8) * [1, 2 ** 0.25, Math.SQRT2, 2 ** 0.75][i % 4],
);

/** Bins into which rows are counted by their goodness. */
export const goodnessBins: number = goodnessEdges.length + 1;

/**
 * Counts rows by the size of their goodness, which some layers give a minus: bin b is of sizes from `goodnessEdges[b − 1]` to
 * below `goodnessEdges[b]`.
 *
 * @param goodness  of rows `first` to `first + rows − 1`, as multiples of `unit`
 * @returns  rows of each bin [goodnessBins]; they sum to `rows`
 */
export function goodnessCounts(
  goodness: ArrayLike<number>,
  first: number,
  rows: number,
  unit: number,
): number[] {
  const counts = new Array<number>(goodnessBins).fill(0);
  for (let r = first; r < first + rows; r++) counts[binOf(Math.abs(unit * goodness[r]))]++;
  return counts;
}

/** how many edges are at most `size` */
function binOf(size: number): number {
  let [low, high] = [0, goodnessEdges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (goodnessEdges[middle] <= size) low = middle + 1;
    else high = middle;
  }
  return low;
}
