import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { encodeIdx, type Idx } from '../../src/data/idx.ts';

/** Files as other programs write them, made byte by byte from what their formats say. */

export interface Numbers {
  readonly shape: readonly number[];
  /** NumPy's: `|u1`, `<i8`, `>f4`, `<U3` */
  readonly descr: string;
  readonly values: readonly (number | string)[];
  readonly fortran?: boolean;
  readonly version?: 1 | 2;
}

/** An .npy file, as numpy.lib.format documents it. */
export function npy({ shape, descr, values, fortran = false, version = 1 }: Numbers): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const literal = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const begin = version === 1 ? 10 : 12;
  const padded = `${literal.padEnd(Math.ceil((begin + literal.length + 1) / 64) * 64 - begin - 1)}\n`;
  const head = Buffer.alloc(begin);
  head.write('\x93NUMPY', 'latin1');
  head[6] = version;
  if (version === 1) head.writeUInt16LE(padded.length, 8);
  else head.writeUInt32LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), ...values.map((value) => item(descr, value))]);
}

function item(descr: string, value: number | string): Buffer {
  const [, order, kind, digits] = descr.match(/^(.)(.)(\d+)$/) ?? [];
  const size = Number(digits);
  const bytes = Buffer.alloc(kind === 'U' ? 4 * size : size);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const little = order !== '>';
  if (kind === 'U')
    for (const [i, one] of [...String(value)].entries())
      view.setUint32(4 * i, one.codePointAt(0) ?? 0, little);
  else if (kind === 'S') bytes.write(String(value), 'latin1');
  else if (kind === 'f' && size === 4) view.setFloat32(0, Number(value), little);
  else if (kind === 'f' && size === 8) view.setFloat64(0, Number(value), little);
  else if (kind === 'f')
    view.setUint16(0, Number(value), little); // the bits themselves
  else if (size === 8) view.setBigInt64(0, BigInt(value), little);
  else if (size === 4) view.setInt32(0, Number(value), little);
  else if (size === 2) view.setInt16(0, Number(value), little);
  else bytes[0] = Number(value);
  return bytes;
}

/** An .npz archive, packed as savez_compressed does or stored as savez does. */
export function npz(arrays: Readonly<Record<string, Numbers>>, level: 0 | 6 = 6): Buffer {
  const members = Object.entries(arrays).map(([name, numbers]) => [
    `${name}.npy`,
    new Uint8Array(npy(numbers)),
  ]);
  return Buffer.from(zipSync(Object.fromEntries(members), { level }));
}

/** A PNG of grey or coloured pixels. @param pixels  [height × width], or three a pixel */
export function png(width: number, height: number, pixels: readonly number[], colour = false): Buffer {
  const image = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) {
    const own = colour ? pixels.slice(3 * i, 3 * i + 3) : [pixels[i], pixels[i], pixels[i]];
    image.data.set([...own, 255], 4 * i);
  }
  return PNG.sync.write(image, { colorType: colour ? 2 : 0 });
}

/** Writes files below a folder: text, bytes, IDX where there is a shape, packed where the name ends in .gz. */
export async function files(
  dir: string,
  all: Readonly<Record<string, string | Buffer | Idx>>,
): Promise<string> {
  for (const [name, content] of Object.entries(all)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    const bytes =
      typeof content === 'string' ? Buffer.from(content) : 'shape' in content ? encodeIdx(content) : content;
    await writeFile(path, name.endsWith('.gz') ? gzipSync(bytes) : bytes);
  }
  return dir;
}
