/** What a study says: a claim, what was measured, and what that means for the claim. */
export interface Study {
  readonly question: string;
  readonly claim: string;
  /** fixed before anything was measured */
  readonly criterion: string;
  readonly measured: readonly string[];
  /** begins with holds, fails or holds only if */
  readonly verdict: string;
}

/** @throws {RangeError} when the verdict is none */
export function studyText({ question, claim, criterion, measured, verdict }: Study): string {
  if (!/^(holds|fails|holds only if)\b/.test(verdict))
    throw new RangeError(`verdict must begin with holds, fails or holds only if; got '${verdict}'`);
  return [
    question,
    '',
    ...measured,
    '',
    `claim: ${claim}`,
    `criterion: ${criterion}`,
    `verdict: ${verdict}`,
    '',
  ].join('\n');
}

/** Columns for people, numbers to the right: the first row is the head. */
export function columns(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
