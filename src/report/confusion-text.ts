import type { ClassAccuracy, Confusion } from './confusion.ts';
import { columns } from './studies/columns.ts';
import { count, percent } from './table-cells.ts';

/** rows of a list of the worst */
const worstAtMost = 10;
/** characters of a class's name in a list */
const nameAtMost = 24;

/**
 * A confusion matrix for people, with the accuracy of each class: a row a label, a column a prediction. Where that is wider
 * than `width`, the most frequent mistakes and the classes that are known least instead.
 *
 * @param names  of the classes; left out, their numbers [classes]
 * @param width  characters, left out 80
 */
export function confusionText(confusion: Confusion, names?: readonly string[], width = 80): string {
  const nameOf = (one: number): string => shortened(names?.[one] ?? String(one));
  const matrix = matrixText(confusion, nameOf);
  const fits = matrix?.split('\n').every((line) => line.length <= width);
  return fits && matrix !== undefined ? matrix : worstText(confusion, nameOf);
}

type Naming = (index: number) => string;

function matrixText({ classes, matrix }: Confusion, nameOf: Naming): string | undefined {
  if (matrix === null) return undefined;
  const rows = matrix.map((row, label) => [
    nameOf(label),
    ...row.map((cell) => (cell === 0 ? '.' : String(cell))),
    accuracyText(classes[label]),
  ]);
  const head = ['label \\ predicted', ...classes.map(({ class: index }) => nameOf(index)), 'accuracy'];
  return columns(head, rows);
}

function worstText({ classes, pairs }: Confusion, nameOf: Naming): string {
  const worst = classes
    .filter(({ accuracy }) => accuracy !== null)
    .toSorted((a, b) => (a.accuracy ?? 0) - (b.accuracy ?? 0) || a.class - b.class)
    .slice(0, worstAtMost);
  const mistakes = pairs
    .slice(0, worstAtMost)
    .map(({ label, predicted, count: times }) => [
      nameOf(label),
      nameOf(predicted),
      count(times),
      percent(times / classes[label].samples),
    ]);
  const known = worst.map((one) => [nameOf(one.class), count(one.samples), accuracyText(one)]);
  return [
    `most frequent mistakes, ${mistakes.length} of ${count(pairs.length)} pairs of classes`,
    columns(['label', 'predicted', 'samples', 'of the label'], mistakes),
    '',
    `classes known least, ${known.length} of ${count(classes.length)}`,
    columns(['class', 'samples', 'accuracy'], known),
  ].join('\n');
}

function accuracyText({ accuracy }: ClassAccuracy): string {
  return accuracy === null ? 'no sample' : percent(accuracy);
}

function shortened(name: string): string {
  return name.length <= nameAtMost ? name : `${name.slice(0, nameAtMost - 1)}…`;
}
