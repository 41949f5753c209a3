/** Blocks where nobody says how many. */
const usualBlocks = 2;

/**
 * The layers of each block of block-local learning.
 *
 * @param layers  units of the hidden layers
 * @param blocks  `2`, so many, the later ones a layer longer where they can't be equal; or `1+3`, the layers of each; left out,
 *                2, or 1 of a single layer
 * @throws {Error} one sentence, where they are more than the layers, or don't hold them all
 */
export function cutIntoBlocks(
  layers: readonly number[],
  blocks: string = String(Math.min(usualBlocks, layers.length)),
): number[][] {
  const count = layers.length;
  const named = blocks.split('+').map(Number);
  if (named.length === 1 && named[0] > count)
    throw new Error(`blocks must be at most ${count}, as there are hidden layers; got ${blocks}`);
  const sizes =
    named.length > 1 ? named : Array.from({ length: named[0] }, (_, b) => Math.floor((count + b) / named[0]));
  const sum = sizes.reduce((total, size) => total + size);
  if (sum !== count)
    throw new Error(
      `blocks must hold ${count} layers together, as there are; got ${blocks}, which hold ${sum}`,
    );
  const left = [...layers];
  return sizes.map((size) => left.splice(0, size));
}

/** Blocks hold the hidden layers, each once. */
export function mustFitBlocks(settings: Readonly<Record<string, unknown>>): void {
  const { layers, blocks } = settings;
  if (blocks !== undefined) cutIntoBlocks(layers as number[], String(blocks));
}
