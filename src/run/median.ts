/** The value in the middle of a list in order, of an even number the upper of the two; 0 of none. */
export function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
}
