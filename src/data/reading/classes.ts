import { printableLine } from '../../core/check.ts';
import type { RawLabels } from '../formats/format.ts';

/**
 * The names of classes in their order: numbers as numbers where all are, others as text, by code point.
 *
 * @param names  each once, in any order
 */
export function inOrder(names: readonly string[]): string[] {
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return names.toSorted((a, b) => (numeric && Number(a) - Number(b)) || (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The class of each sample: its label's place among the names of the classes.
 *
 * @param thing  the data, for errors
 * @throws {Error} for the first label that is no class
 */
export function classLabels(
  { names, codes }: RawLabels,
  classNames: readonly string[],
  thing: string,
): Uint8Array | Uint16Array {
  const place = new Map(classNames.map((name, i) => [name, i]));
  const classes = names.map((name) => place.get(name) ?? -1);
  const unknown = classes.indexOf(-1);
  if (unknown >= 0) {
    const sample = codes.indexOf(unknown) + 1;
    throw new Error(
      `label of sample ${sample} of ${thing} must be one of the ${classNames.length} classes that are learned, ${listed(classNames)}; got '${names[unknown].slice(0, 40)}'`,
    );
  }
  const labels = classNames.length <= 256 ? new Uint8Array(codes.length) : new Uint16Array(codes.length);
  for (let i = 0; i < codes.length; i++) labels[i] = classes[codes[i]];
  return labels;
}

/** `a, b, c, …, z` */
export function listed(names: readonly string[]): string {
  const shown = names.length <= 6 ? names : [...names.slice(0, 4), '…', ...names.slice(-1)];
  return shown.map((name) => printableLine(name.slice(0, 40))).join(', ');
}
