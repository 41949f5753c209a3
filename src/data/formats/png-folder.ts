import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { PNG } from 'pngjs';
import { mostBytes } from './file-bytes.ts';
import type { DataFormat, Part, RawSamples } from './format.ts';
import { LabelCodes } from './label-codes.ts';

/** bytes of one picture's file at most */
const mostFile = 2 ** 26;
const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const partNames: Readonly<Record<Part, RegExp>> = { train: /^(train|training)$/i, test: /^(test|testing)$/i };

/** A folder a class, with PNG pictures of one size in each; or such folders in `train` and `test`. */
export const png: DataFormat = {
  name: 'PNG',
  accepts: 'PNG images in a folder a class',
  fits: ({ kind, head }) => kind === 'folder' || (kind === 'file' && head.subarray(0, 8).equals(magic)),
  async find({ path, kind, entries }) {
    if (kind === 'file')
      throw new Error(
        `${path} must lie in a folder that is named as its class; got one picture: give the folder of those folders with --data`,
      );
    const passedOver: string[] = [];
    const folderOf = (part: Part) => entries.find((name) => partNames[part].test(name));
    const [train, test] = [folderOf('train'), folderOf('test')];
    if (train === undefined) return { parts: { train: await pictures(path, passedOver) }, passedOver };
    return {
      parts: {
        train: await pictures(join(path, train), passedOver),
        ...(test !== undefined && { test: await pictures(join(path, test), passedOver) }),
      },
      passedOver,
    };
  },
};

interface Picture {
  readonly path: string;
  readonly label: string;
}

/** What reads the pictures of a folder of classes: those of all classes in turn, so that the first ones have something of each. */
async function pictures(dir: string, passedOver: string[]): Promise<() => Promise<RawSamples>> {
  const classes: Picture[][] = [];
  for (const label of (await readdir(dir)).sort()) {
    const folder = join(dir, label);
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined) passedOver.push(`${label} is a link to nothing`);
    if (!found?.isDirectory()) continue;
    const files = (await readdir(folder)).sort();
    const own = files.filter((name) => /\.png$/i.test(name) && !name.startsWith('.'));
    const other = files.find((name) => /\.(jpe?g|gif|bmp|tiff?|webp)$/i.test(name));
    if (other !== undefined)
      throw new Error(
        `${join(folder, other)} must be a PNG image; got ${extname(other)}: convert it, or leave it out`,
      );
    if (own.length === 0) passedOver.push(`${label} is a folder without PNG images`);
    else classes.push(own.map((name) => ({ path: join(folder, name), label })));
  }
  if (classes.length === 0)
    throw new Error(`${dir} must hold a folder of PNG images for each class; got none`);
  const longest = Math.max(...classes.map(({ length }) => length));
  const all = Array.from({ length: longest }, (_, k) => classes.flatMap((own) => own.slice(k, k + 1))).flat();
  return () => decoded(all, dir);
}

async function decoded(all: readonly Picture[], dir: string): Promise<RawSamples> {
  const labels = new LabelCodes(dir);
  let size: Size | undefined;
  let pixels = new Uint8Array();
  let coloured = false;
  for (const [index, { path, label }] of all.entries()) {
    const { width, height, data } = await decode(path, size);
    if (size === undefined) {
      size = { width, height };
      const bytes = 3 * width * height * all.length;
      if (bytes > mostBytes)
        throw new Error(`pictures in ${dir} must unpack to at most ${mostBytes} bytes; got ${bytes}`);
      pixels = new Uint8Array(bytes);
    }
    coloured = layOut(data, pixels, 3 * width * height * index) || coloured;
    labels.add(label);
  }
  const { width, height } = size as Size;
  const shape = coloured ? [height, width, 3] : [height, width];
  return {
    ...{ count: all.length, width: shape.reduce((a, b) => a * b), shape, dtype: 'uint8', missing: 0 },
    features: coloured ? pixels : everyThird(pixels),
    labels: labels.labels(),
    notes: [coloured ? 'colours are three values a pixel' : 'grey images are one value a pixel'],
  };
}

function everyThird(values: Uint8Array): Uint8Array {
  const thirds = new Uint8Array(values.length / 3);
  for (let i = 0; i < thirds.length; i++) thirds[i] = values[3 * i];
  return thirds;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** One picture as red, green, blue and opacity. @throws {Error} when it can't be read or has another size */
async function decode(path: string, size: Size | undefined): Promise<PNG> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > mostFile)
    throw new Error(
      `${path} must be a PNG file of at most ${mostFile} bytes; got ${found === undefined ? 'a link to nothing' : found.isFile() ? found.size : 'no file'}`,
    );
  const bytes = await readFile(path);
  if (!bytes.subarray(0, 8).equals(magic) || bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.length < 33)
    throw new Error(`${path} must be a PNG image; got other bytes in a file called ${basename(path)}`);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width * height > 2 ** 22 || width * height === 0)
    throw new Error(
      `${path} must have 1 to ${2 ** 22} pixels; got ${width} × ${height}: make the images smaller`,
    );
  if (size !== undefined && (width !== size.width || height !== size.height))
    throw new Error(
      `${path} must be ${size.width} × ${size.height}, as the first picture; got ${width} × ${height}: bring all to one size`,
    );
  if (bytes[28] !== 0)
    throw new Error(`${path} must not be interlaced; got an interlaced PNG: save it without`);
  try {
    return PNG.sync.read(bytes);
  } catch (cause) {
    throw new Error(
      `damaged: ${path} must be a PNG image that can be read; got '${(cause as Error).message}'`,
      { cause },
    );
  }
}

/** Three bytes a pixel, transparent ones over black. @returns whether some pixel is not grey */
function layOut(data: Uint8Array, into: Uint8Array, start: number): boolean {
  let coloured = false;
  for (let from = 0, to = start; from < data.length; from += 4, to += 3) {
    const opacity = data[from + 3];
    for (let k = 0; k < 3; k++)
      into[to + k] = opacity === 255 ? data[from + k] : Math.round((data[from + k] * opacity) / 255);
    coloured ||= into[to] !== into[to + 1] || into[to] !== into[to + 2];
  }
  return coloured;
}
