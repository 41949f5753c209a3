/**
 * Pattern search: moves one number at a time, up or down, as long as the error falls, then with half the stride.
 *
 * @param strides  first stride of each number
 * @returns  the best numbers found
 * @see Hooke and Jeeves 1961, "Direct search" solution of numerical and statistical problems
 */
export function search(
  start: readonly number[],
  strides: readonly number[],
  error: (numbers: readonly number[]) => number,
  halvings = 12,
): readonly number[] {
  const best = [...start];
  let least = error(best);
  const tried = (i: number, by: number): boolean => {
    const before = best[i];
    best[i] = before + by;
    const got = error(best);
    if (got < least) {
      least = got;
      return true;
    }
    best[i] = before;
    return false;
  };
  for (let h = 0, scale = 1; h < halvings; h++, scale /= 2) {
    for (let sweep = 0, moved = true; moved && sweep < 40; sweep++) {
      moved = false;
      for (let i = 0; i < best.length; i++)
        if (tried(i, strides[i] * scale) || tried(i, -strides[i] * scale)) moved = true;
    }
  }
  return best;
}
