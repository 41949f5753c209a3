import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { must, mustBeWhole } from '../../core/check.ts';
import { endless, type SampleStream } from '../endless.ts';
import { bytesFrom, damaged, openFile } from '../formats/file-bytes.ts';
import { npyMagic } from '../formats/numpy/npy.ts';
import { inOrder, listed } from '../reading/classes.ts';
import { csvRows } from './csv-rows.ts';
import { followedBytes } from './followed-bytes.ts';
import { jsonRows } from './json-rows.ts';
import { npyRows } from './npy-rows.ts';
import type { Row, RowOptions, RowReader } from './row.ts';
import { FeedWindow } from './window.ts';

export interface FeedOptions {
  /** the label's column, by name or number; left out, one with a usual name, of an array the last */
  readonly label?: string | undefined;
  /**
   * the classes: their names, or their count where labels are whole numbers from 0; left out, they are found by reading the file
   * once before, which what grows and standard input can't be
   */
  readonly classes?: readonly string[] | number | undefined;
  /** whether the file is read on as it grows, as `tail -F` does; left out, false */
  readonly follow?: boolean | undefined;
  /** samples that are held at most: reading waits until some are released; left out, 4096 */
  readonly window?: number | undefined;
  /**
   * what happens to a value that is missing or no number, and to a label that is no class: `refuse` is an error with line and
   * column, `drop` hands on NaN and −1, for a pipeline that drops them too; left out, `refuse`
   */
  readonly unusable?: 'refuse' | 'drop' | undefined;
  /** what `-` reads */
  readonly stdin?: Readable | undefined;
  /** waits until a followed file may have grown; left out, 100 ms */
  readonly wait?: (() => Promise<void>) | undefined;
}

/** A stream that comes by itself. */
export type Feed = SampleStream & { readonly live: FeedWindow; readonly classNames: readonly string[] };

/**
 * Samples as they come: the lines of a file, or of standard input, in their order: CSV, JSON lines, or the rows of an NPY array, of a file
 * packed with gzip or not, which the first bytes tell. Features are 32-bit floats as they stand there.
 *
 * @param path  a file, or `-` for standard input, which is text
 * @throws {Error} one sentence, when it can't be read, has no sample or no label, or its classes are to be stated
 */
export async function feed(path: string, options: FeedOptions = {}): Promise<Feed> {
  const { window: room = 4096, unusable = 'refuse', label, classes } = options;
  const thing = path === '-' ? 'standard input' : path;
  const aborted = new AbortController();
  const stop = (): void => {
    aborted.abort();
    if (path === '-') options.stdin?.destroy();
  };
  if (typeof classes === 'number') mustBeWhole(classes, `classes of ${thing}`, 1);
  const names = classes === undefined ? await foundClasses(path, thing, options) : classes;
  const bytes = bytesOf(path, options, aborted.signal);
  const { rows, first } = await opened(bytes, path, { thing, label });
  const width = first.values.length;
  const held = new FeedWindow(width, room, stop);
  const codeOf = coded(names);
  const take = ({ values, label: given, wrong }: Row): Promise<void> => {
    const code = given === undefined ? -1 : codeOf(given);
    if (unusable === 'refuse' && wrong !== undefined) throw new Error(wrong);
    if (unusable === 'refuse' && code < 0)
      throw new Error(
        `label of sample ${held.available + 1} of ${thing} must be one of its classes, ${described(names)}; got '${given?.slice(0, 40)}'`,
      );
    return held.add(values, code);
  };
  const pump = async (): Promise<void> => {
    try {
      await take(first);
      for await (const row of rows) {
        if (aborted.signal.aborted) break;
        await take(row);
      }
      held.end();
    } catch (error) {
      if (!aborted.signal.aborted) held.fail(error);
    } finally {
      void bytes.return(undefined);
    }
  };
  void pump();
  const stream = endless({
    ...{ name: path === '-' ? thing : basename(path), width, numbers: 'floats' },
    classes: typeof names === 'number' ? names : names.length,
    sample: (index, _random, into) => held.read(index, into),
    live: held,
  });
  const classNames = typeof names === 'number' ? Array.from({ length: names }, (_, i) => `${i}`) : names;
  return { ...stream, live: held, classNames };
}

/** The first row, and what reads the others. What was opened is closed where there is none. */
async function opened(
  bytes: AsyncGenerator<Buffer>,
  path: string,
  options: RowOptions,
): Promise<{ rows: AsyncGenerator<Row, void>; first: Row }> {
  try {
    const { form, rest } = await formOf(bytes, path);
    const rows = form(rest, options);
    const first = await rows.next();
    if (first.done) throw new Error(`${options.thing} must hold samples; got none`);
    return { rows, first: first.value };
  } catch (error) {
    void bytes.return(undefined);
    throw error;
  }
}

function coded(names: readonly string[] | number): (label: string) => number {
  if (typeof names !== 'number') {
    const places = new Map(names.map((name, i) => [name, i]));
    return (label) => places.get(label) ?? -1;
  }
  return (label) => {
    const number = Number(label);
    return Number.isInteger(number) && number >= 0 && number < names ? number : -1;
  };
}

function described(names: readonly string[] | number): string {
  return typeof names === 'number' ? `0 to ${names - 1}` : listed(names);
}

/** Reads a file once for its labels. */
async function foundClasses(path: string, thing: string, options: FeedOptions): Promise<string[]> {
  const { label, follow = false } = options;
  const grows = path === '-' ? 'standard input' : follow ? 'a file that is followed' : undefined;
  if (grows !== undefined)
    throw new Error(
      `classes of ${grows} must be stated, as a count (--classes 10) or as names (--classes no,yes): it is read once; got none`,
    );
  const bytes = bytesOf(path, options, new AbortController().signal);
  const { rows, first } = await opened(bytes, path, { thing, label });
  const names = new Set<string>(first.label === undefined ? [] : [first.label]);
  for await (const row of rows) {
    if (row.label !== undefined) names.add(row.label);
    if (names.size > 65_536)
      throw new Error(`labels of ${thing} must be at most 65536 classes; got more: name another --label`);
  }
  if (names.size === 0) throw new Error(`${thing} must hold samples with labels; got none`);
  return inOrder([...names]);
}

async function* bytesOf(
  path: string,
  { follow = false, stdin, wait }: FeedOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (path === '-') {
    must(stdin !== undefined, 'source', 'a file where there is no standard input', path);
    for await (const chunk of stdin) yield Buffer.from(chunk);
    return;
  }
  if (follow) {
    yield* followedBytes(path, { signal, wait: wait ?? (() => soon(signal)) });
    return;
  }
  const handle = await openFile(path);
  try {
    const { bytes, end } = await bytesFrom(handle);
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) yield chunk;
    } catch (cause) {
      throw damaged(path, cause as NodeJS.ErrnoException);
    } finally {
      end();
    }
  } finally {
    await handle.close();
  }
}

function soon(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 100);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** What the bytes are, by the first of them: an array, JSON lines, else a table. */
async function formOf(
  bytes: AsyncGenerator<Buffer>,
  path: string,
): Promise<{ form: RowReader; rest: AsyncGenerator<Buffer> }> {
  const { value: start, done } = await bytes.next();
  if (done) throw new Error(`${path === '-' ? 'standard input' : path} must hold samples; got nothing`);
  const head = start.toString('latin1', 0, 64).trimStart();
  const json = /^[{[]/.test(head) || /\.(jsonl|ndjson)(\.gz)?$/i.test(path);
  const form = start.subarray(0, 6).equals(npyMagic) ? npyRows : json ? jsonRows : csvRows;
  return { form, rest: all() };

  async function* all(): AsyncGenerator<Buffer> {
    yield start;
    yield* bytes;
  }
}
