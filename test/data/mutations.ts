import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Random } from '../../src/core/random.ts';
import { encodeIdx } from '../../src/data/idx.ts';
import { readData } from '../../src/data/reading/read-data.ts';
import { type files, npy, npz, png } from './written.ts';

/** A good file of one format, which is changed and read again. */
export interface Specimen {
  readonly format: string;
  /** the file that is changed */
  readonly file: string;
  readonly bytes: Buffer;
  /** what stands beside it, unchanged */
  readonly beside: Parameters<typeof files>[1];
  /** what is read: the file, or the folder it is in */
  readonly source: 'file' | 'folder';
  readonly label?: string;
}

const values = Array.from({ length: 6 * 16 }, (_, i) => (37 * i) % 256);
const rows = Array.from({ length: 6 }, (_, i) =>
  [`class ${i % 3}`, ...values.slice(16 * i, 16 * i + 16)].join(','),
);
const table = Buffer.from(
  `${['label', ...values.slice(0, 16).map((_, i) => `p${i}`)].join(',')}\n${rows.join('\n')}\n`,
);
const images = { shape: [6, 4, 4], descr: '|u1', values };
const truth = { shape: [6], descr: '<i8', values: [1, 2, 3, 1, 2, 3] };
const idx = Buffer.from(encodeIdx({ shape: [6, 4, 4], data: Uint8Array.from(values) }));
const idxLabels = { 'train-labels-idx1-ubyte': { shape: [6], data: Uint8Array.of(1, 2, 3, 1, 2, 3) } };
const large = Array.from({ length: 256 }, (_, i) => i);

export const specimens: readonly Specimen[] = [
  { format: 'csv', file: 'x.csv', bytes: table, beside: {}, source: 'file' },
  { format: 'csv.gz', file: 'x.csv.gz', bytes: gzipSync(table), beside: {}, source: 'file' },
  { format: 'npy', file: 'x.npy', bytes: npy(images), beside: { 'y.npy': npy(truth) }, source: 'file' },
  { format: 'npz', file: 'x.npz', bytes: npz({ x: images, y: truth }), beside: {}, source: 'file' },
  { format: 'idx', file: 'train-images-idx3-ubyte', bytes: idx, beside: idxLabels, source: 'folder' },
  {
    format: 'idx.gz',
    file: 'train-images-idx3-ubyte.gz',
    bytes: gzipSync(idx),
    beside: idxLabels,
    source: 'folder',
  },
  {
    ...{ format: 'png', file: 'a/1.png', bytes: png(16, 16, large), source: 'folder' },
    beside: { 'a/0.png': png(16, 16, large), 'b/1.png': png(16, 16, large) },
  },
];

/** Some bytes flipped, overwritten, cut out, doubled or cut off; large numbers in places where sizes stand. */
export function mutated(bytes: Buffer, draw: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = 1 + draw.whole(4); times > 0 && changed.length > 0; times--) {
    // half of all changes are where headers are
    const at = draw.whole(draw.whole(2) === 0 ? changed.length : Math.min(changed.length, 128));
    const length = 1 + draw.whole(Math.min(16, changed.length - at));
    switch (draw.whole(7)) {
      case 0:
        changed[at] ^= 1 << draw.whole(8);
        break;
      case 1:
        changed[at] = [0, 1, 0x22, 0x2c, 0x0a, 0x7f, 0x80, 0xff][draw.whole(8)];
        break;
      case 2:
        changed = changed.subarray(0, at);
        break;
      case 3:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)]);
        break;
      case 4:
        changed = Buffer.concat([changed.subarray(0, at + length), changed.subarray(at)]);
        break;
      case 5:
        if (at + 4 <= changed.length)
          changed.writeUInt32BE([0, 1, 0x7fffffff, 0xffffffff, 0x10000][draw.whole(5)], at);
        break;
      default:
        for (let i = at; i < at + length; i++) changed[i] = draw.whole(256);
    }
  }
  return changed;
}

/** What came of one changed file. */
export interface Outcome {
  /** undefined where it was read */
  readonly message: string | undefined;
  /** numbers that were kept, in bytes */
  readonly bytes: number;
}

/** Reads a specimen whose file has these bytes. @throws what is no error of ours: one sentence of *thing must be rule; got value* */
export async function readChanged(dir: string, { file, source }: Specimen, bytes: Buffer): Promise<Outcome> {
  await writeFile(join(dir, file), bytes);
  try {
    const { train } = await readData(source === 'file' ? join(dir, file) : dir);
    return { message: undefined, bytes: (train?.images.byteLength ?? 0) + (train?.labels.byteLength ?? 0) };
  } catch (error) {
    const { message } = error as Error;
    const documented =
      / must /.test(message) && /; got /.test(message) && !/[\n\r]/.test(message) && message.length < 1500;
    if (!documented) throw error;
    return { message, bytes: 0 };
  }
}
