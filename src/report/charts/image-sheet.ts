import { PNG } from 'pngjs';
import { must } from '../../core/check.ts';
import { escaped } from './escaped.ts';
import { svgFrame } from './svg-frame.ts';

/** Images of one kind, side by side. */
export interface ImageRow {
  readonly name: string;
  /** grey values, 0 black to 1 white, row by row [height × width each]; beyond that they are cut */
  readonly images: readonly ArrayLike<number>[];
}

/** Rows of images of one size. */
export interface ImageSheet {
  readonly title: string;
  /** of each image, in pixels */
  readonly width: number;
  readonly height: number;
  readonly rows: readonly ImageRow[];
}

const gap = 2;

/**
 * All images as one PNG file, grey, 2 pixels apart.
 *
 * @throws {RangeError} when there is no image, or one has another size
 */
export function imagePng({ width, height, rows }: Omit<ImageSheet, 'title'>): Buffer {
  const across = Math.max(0, ...rows.map(({ images }) => images.length));
  must(across > 0, 'rows of an image sheet', 'at least one with an image', rows.length);
  const png = new PNG({ width: across * (width + gap) - gap, height: rows.length * (height + gap) - gap });
  png.data.fill(255);
  rows.forEach(({ name, images }, row) => {
    images.forEach((image, column) => {
      must(
        image.length === width * height,
        `image of row '${name}'`,
        `${width} × ${height} values`,
        image.length,
      );
      for (let i = 0; i < image.length; i++) {
        const y = row * (height + gap) + Math.floor(i / width);
        const x = column * (width + gap) + (i % width);
        const grey = Math.round(255 * Math.min(1, Math.max(0, image[i])));
        png.data.fill(grey, 4 * (y * png.width + x), 4 * (y * png.width + x) + 3);
      }
    });
  });
  return PNG.sync.write(png, { colorType: 0 });
}

/**
 * Rows of images with their names, as the text of an SVG file; the images are a PNG in it, twice as large.
 *
 * @throws {RangeError} as `imagePng`
 */
export function imageSheet(sheet: ImageSheet): string {
  const { title, width, height, rows } = sheet;
  const png = imagePng(sheet);
  const across = Math.max(...rows.map(({ images }) => images.length));
  const [left, top, scale] = [16 + 7 * Math.max(...rows.map(({ name }) => name.length)), 36, 2];
  const wide = scale * (across * (width + gap) - gap);
  const tall = scale * (rows.length * (height + gap) - gap);
  const names = rows.map(
    ({ name }, i) =>
      `<text x="${left - 8}" y="${top + scale * (i * (height + gap) + height / 2) + 4}" text-anchor="end" font-size="12">${escaped(name)}</text>`,
  );
  return svgFrame({
    title,
    width: left + wide + 12,
    height: top + tall + 12,
    inside: [
      ...names,
      `<image x="${left}" y="${top}" width="${wide}" height="${tall}" style="image-rendering:pixelated" href="data:image/png;base64,${png.toString('base64')}"/>`,
    ],
  });
}
