import { bar, type Shares } from './marks.ts';
import type { Canvas } from './screen.ts';

/** characters of a bar, at most, and of the words behind it */
const longestBar = 30;
const words = ' 100 % busy 100 % starved 100 % blocked'.length;
const figures = ' 100/100/100 %'.length;

/**
 * One line a stage: a bar of its time and the shares as numbers; where there are more stages than lines, the last line says
 * how many are not shown.
 */
export function stageLines(stages: readonly Shares[], { columns, rows, coloured }: Canvas): string[] {
  if (rows < 1) return [];
  const shown = stages.length <= rows ? stages : stages.slice(0, rows - 1);
  const digits = String(stages.length - 1).length;
  const name = `stage ${' '.repeat(digits)} `.length;
  const worded = columns >= name + words + 10;
  const width = Math.max(0, Math.min(longestBar, columns - name - (worded ? words : figures)));
  const lines = shown.map((shares, i) => {
    const percent = [shares.busy, shares.starved, shares.blocked].map((part) =>
      String(Math.round(100 * part)),
    );
    const [busy, starved, blocked] = percent.map((part) => part.padStart(3));
    const text = worded
      ? ` ${busy} % busy ${starved} % starved ${blocked} % blocked`
      : ` ${percent.join('/')} %`;
    return `stage ${String(i).padStart(digits)} ${bar(shares, width, coloured)}${text}`;
  });
  return shown.length === stages.length
    ? lines
    : [...lines, `and ${stages.length - shown.length} more stages`];
}
