import { must } from '../../core/check.ts';
import type { ImageRow } from './image-sheet.ts';

/** What a terminal shows of images. */
export interface ImageBlocks {
  /** of each image, in pixels; even */
  readonly width: number;
  readonly height: number;
  readonly rows: readonly ImageRow[];
  /** characters a line; left out, 80 */
  readonly across?: number;
}

/** a cell's upper and lower half, by whether each is light */
const blocks = [' ', '▄', '▀', '█'];

/**
 * Images as text, each a quarter of its area: a character is two cells, one above the other, and a cell is 2 × 2 pixels, full
 * where their mean is above the image's own. Names stand above, cut to the
 * width of an image; what does not fit on a line goes on below.
 *
 * @throws {RangeError} when an image has another size, or a side is not even
 */
export function imageBlocks({ width, height, rows, across = 80 }: ImageBlocks): string {
  must(width % 2 === 0 && height % 2 === 0, 'sides of images as blocks', 'even', `${width} × ${height}`);
  const wide = width / 2;
  const pictures = rows.flatMap(({ name, images }) =>
    images.map((image) => {
      const rule = `${width} × ${height} values`;
      must(image.length === width * height, `image of row '${name}'`, rule, image.length);
      return [name.slice(0, wide).padEnd(wide), ...linesOf(image, width, height)];
    }),
  );
  const each = Math.max(1, Math.floor((across + 1) / (wide + 1)));
  const lines: string[] = [];
  for (let first = 0; first < pictures.length; first += each) {
    const beside = pictures.slice(first, first + each);
    beside[0].forEach((_, line) => {
      lines.push(
        beside
          .map((picture) => picture[line])
          .join(' ')
          .trimEnd(),
      );
    });
  }
  return lines.join('\n');
}

function linesOf(image: ArrayLike<number>, width: number, height: number): string[] {
  let sum = 0;
  for (let i = 0; i < image.length; i++) sum += image[i];
  const level = sum / image.length;
  const isLight = (row: number, column: number): number => {
    const at = 2 * row * width + 2 * column;
    const next = at + width;
    return image[at] + image[at + 1] + image[next] + image[next + 1] > 4 * level ? 1 : 0;
  };
  return Array.from({ length: Math.ceil(height / 4) }, (_, line) =>
    Array.from({ length: width / 2 }, (_, column) => {
      const below = 4 * line + 2 < height ? isLight(2 * line + 1, column) : 0;
      return blocks[2 * isLight(2 * line, column) + below];
    }).join(''),
  );
}
