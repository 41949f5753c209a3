import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { must } from '../../core/check.ts';
import { findFashion } from '../fashion.ts';
import { readBytes } from '../formats/file-bytes.ts';
import type { DataFormat, Source } from '../formats/format.ts';
import { formats } from '../formats/formats.ts';
import { pathRefusal } from '../formats/nearest-path.ts';
import { findMnist } from '../mnist.ts';

/** Data that are found by a name. */
const named: Readonly<Record<string, () => string>> = { mnist: findMnist, fashion: findFashion };

const accepted = formats.map(({ accepts }) => accepts).join(', ');

/** What `--data` accepts, as its help and its errors say it. */
export const dataRule = `'mnist', 'fashion', a file or folder (${accepted}), or - for CSV on standard input`;

/** Whether data are found by this name rather than by a path. */
export function isNamedData(name: string): boolean {
  return name === '-' || Object.hasOwn(named, name);
}

/** A source, what reports call it, and the format that reads it. */
export interface OpenSource {
  readonly name: string;
  readonly source: Source;
  readonly format: DataFormat;
}

/**
 * Finds what reads some data, by looking at its first bytes or at the names in its folder.
 *
 * @param stream  standard input, for the name `-`
 * @throws {Error} one sentence, when there is nothing, or nothing that a format reads
 */
export async function openSource(name: string, stream?: Readable): Promise<OpenSource> {
  if (name === '-') {
    must(stream !== undefined, 'data', 'a file or a folder where there is no standard input', name);
    const source: Source = { path: name, kind: 'stream', head: Buffer.alloc(0), entries: [], stream };
    return { name: 'standard input', source, format: formatOf(source) };
  }
  const known = Object.hasOwn(named, name) ? named[name] : undefined;
  const path = known === undefined ? name : known();
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new RangeError(pathRefusal('data', dataRule, name, Object.keys(named)));
  const source: Source = found.isDirectory()
    ? { path, kind: 'folder', head: Buffer.alloc(0), entries: await entriesOf(path) }
    : { path, kind: 'file', head: await readBytes(path, 4096), entries: [] };
  return { name: known === undefined ? basename(resolve(path)) : name, source, format: formatOf(source) };
}

async function entriesOf(path: string): Promise<string[]> {
  const entries = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${path} must be a folder that can be read; got ${cause.code}`, { cause });
  });
  return entries.sort();
}

function formatOf(source: Source): DataFormat {
  const { path, kind, head } = source;
  if (kind === 'file' && head.length === 0) throw new Error(`${path} must hold samples; got an empty file`);
  const other = foreign.find(({ magic }) => kind === 'file' && head.subarray(0, magic.length).equals(magic));
  const found = other === undefined ? formats.find((format) => format.fits(source)) : undefined;
  if (found !== undefined) return found;
  const got = other?.got ?? `a file that begins with ${head.toString('hex', 0, 8)}`;
  throw new Error(`${path} must be one of ${accepted}; got ${got}`);
}

/** Files that people have data in, which nothing here reads, and what to do about it. */
const foreign = [
  { start: '\xff\xd8\xff', got: 'a JPEG image: convert it to PNG' },
  { start: 'GIF8', got: 'a GIF image: convert it to PNG' },
  { start: '\x89HDF', got: 'an HDF5 file: save its arrays with numpy.savez' },
  { start: 'PAR1', got: 'a Parquet file: save it as CSV' },
  { start: '\x80', got: 'a Python pickle: save its arrays with numpy.savez' },
  { start: 'MATLAB', got: 'a MATLAB file: save its arrays with numpy.savez' },
  { start: '@rel', got: 'an ARFF file: save it as CSV' },
  { start: '@REL', got: 'an ARFF file: save it as CSV' },
  { start: '%', got: 'an ARFF file: save it as CSV' },
  { start: 'BZh', got: 'a bzip2 file: unpack it' },
  { start: '\xfd7zXZ', got: 'an xz file: unpack it' },
].map(({ start, got }) => ({ magic: Buffer.from(start, 'latin1'), got }));
