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

/** A name out of a file as it may stand in a line: what would move a terminal's cursor is escaped. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
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
    .map(({ name, shape }) => `${printable(name)} ${shapeText(shape)}`);
  const more = arrays.length - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(', ');
}
