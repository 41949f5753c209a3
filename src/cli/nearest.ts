/**
 * The hint behind a name that is none: ` (did you mean '1f1b'?)`, or nothing where no name is near.
 *
 * Near is what differs by at most a third of its letters, two at least: left out, added, changed or swapped with the next; or what is only the beginning.
 */
export function nearest(name: string, names: readonly string[]): string {
  if (name.length > 60) return '';
  const given = name.toLowerCase();
  const begun = given.length >= 3 ? names.find((one) => one.toLowerCase().startsWith(given)) : undefined;
  if (begun !== undefined) return ` (did you mean '${begun}'?)`;
  const [best] = names
    .map((one) => ({ one, off: distance(given, one.toLowerCase()) }))
    .sort((a, b) => a.off - b.off);
  const most = Math.max(2, Math.floor(name.length / 3));
  const near = best !== undefined && best.off <= most && best.off < best.one.length;
  return near ? ` (did you mean '${best.one}'?)` : '';
}

/** Edits from one text to the other, two letters swapped counting one. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i].push(least);
    }
  }
  return rows[from.length][to.length];
}
