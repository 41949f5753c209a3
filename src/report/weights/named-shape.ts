import { printableLine } from '../../core/check.ts';

/** An array of a network or of a file, without its values. */
export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** arrays that an error lists */
const listedAtMost = 12;

export function sameShape(shape: readonly number[] | undefined, other: readonly number[]): boolean {
  return shape?.length === other.length && other.every((extent, i) => extent === shape[i]);
}

/** `[784 × 500]` */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(' × ')}]`;
}

/** `layer0.weight [784 × 500], layer0.bias [500]`, and how many more there are */
export function listOf(arrays: readonly NamedShape[]): string {
  if (arrays.length === 0) return 'no array';
  const listed = arrays
    .slice(0, listedAtMost)
    .map(({ name, shape }) => `${printableLine(name)} ${shapeText(shape)}`);
  const more = arrays.length - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(', ');
}
