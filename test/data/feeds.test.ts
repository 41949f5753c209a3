import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { type Feed, type FeedOptions, feed } from '../../src/data/feeds/feed.ts';
import { npy } from './written.ts';

const dir = await mkdtemp(join(tmpdir(), 'feeds-'));
afterAll(() => rm(dir, { recursive: true }));
const put = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
};
const draw = random(1);
const at = (stream: Feed, index: number): [number, ...number[]] => {
  const into = new Float32Array(stream.width);
  return [stream.sample(index, draw, into), ...into];
};
const come = ({ live }: Feed, count: number) =>
  live.available >= count
    ? undefined
    : firstValueFrom(live.changes.pipe(filter(() => live.available >= count)));
/** All samples of what ends. */
const all = async (path: string, options?: FeedOptions) => {
  const stream = await feed(path, options);
  const { live } = stream;
  if (!live.ended) await firstValueFrom(live.changes.pipe(filter(() => live.ended)));
  return Array.from({ length: live.available }, (_, i) => at(stream, i));
};
const expected = [
  [1, 0.5, 2],
  [0, -1, 3],
  [1, 4, 0],
];
const table = 'a,b,label\n0.5,2,yes\n-1,3,no\n4,0,yes\n';
const lines = '{"x":[0.5,2],"y":"yes"}\n{"x":[-1,3],"y":"no"}\n\n{"x":[4,0],"y":"yes"}';
const array = npy({ shape: [3, 3], descr: '<f8', values: [0.5, 2, 1, -1, 3, 0, 4, 0, 1] });

describe('a feed of a file', () => {
  it.each([
    ['a.csv', table],
    ['a.csv.gz', gzipSync(table)],
    ['quoted.csv', '"a","b\nb",label\r\n0.5,2,"yes"\r\n-1,3,no\r\n4,0,yes\r\n'],
    ['bare.csv', table.slice(0, -1)],
    ['a.jsonl', lines],
    [
      'flat.jsonl',
      '{"a":0.5,"b":2,"class":true}\n{"a":-1,"b":3,"class":false}\n{"b":0,"a":4,"class":true}\n',
    ],
    ['a.npy', array],
    ['a.npy.gz', gzipSync(array)],
  ])('%s has the samples in their order, and finds the classes', async (name, content) => {
    expect(await all(await put(name, content))).toEqual(expected);
  });

  it('has a label in any column', async () => {
    expect(await all(await put('x.csv', '7,0.5\n8,1\n'), { label: '1' })).toEqual([
      [0, 0.5],
      [1, 1],
    ]);
    expect(await all(await put('x.jsonl', '[7,0.5]\n[8,1]\n'), { label: '1', classes: 9 })).toEqual([
      [7, 0.5],
      [8, 1],
    ]);
  });

  it('holds no more than its window, and goes on once samples are released', async () => {
    const path = await put('long.csv', `x,y\n${Array.from({ length: 500 }, (_, i) => `${i},0`).join('\n')}`);
    const stream = await feed(path, { classes: 1, window: 8 });
    await come(stream, 8);
    expect(stream.live.available).toBe(8);
    expect(at(stream, 0)).toEqual([0, 0]);
    stream.live.release(5);
    await come(stream, 13);
    expect(stream.live.available).toBe(13);
    expect(at(stream, 12)).toEqual([0, 12]);
    expect(() => at(stream, 4)).toThrow('index of a sample that comes by itself must be from 5 to 12; got 4');
    // a run that is resumed begins later: what comes before is passed over
    stream.live.release(300);
    await come(stream, 308);
    expect(at(stream, 300)).toEqual([0, 300]);
    stream.live.close();
    expect(stream.live.ended).toBe(true);
  });

  it('refuses a bad value with line and column, or hands on NaN and −1', async () => {
    const path = await put('bad.csv', 'a,b,label\n1,2,no\n3,?,no\n4,5,maybe\n6,7\n8,9,yes\n');
    await expect(all(path, { classes: ['no', 'yes'] })).rejects.toThrow(
      `column 'b' in line 3 of ${path} must have a value; got '?'`,
    );
    expect(await all(path, { classes: ['no', 'yes'], unusable: 'drop' })).toEqual([
      [0, 1, 2],
      [0, 3, Number.NaN],
      [-1, 4, 5],
      [-1, Number.NaN, Number.NaN],
      [1, 8, 9],
    ]);
    const broken = await put('bad.jsonl', '{"x":1,"y":0}\n{"x":1,\n{"x":"a","y":0}\n');
    await expect(all(broken, { classes: 1 })).rejects.toThrow(`line 2 of ${broken} must be JSON`);
    expect(await all(broken, { classes: 1, unusable: 'drop' })).toEqual([
      [0, 1],
      [-1, Number.NaN],
      [0, Number.NaN],
    ]);
    await expect(all(await put('cut.npy', array.subarray(0, -4)))).rejects.toThrow('truncated');
  });

  it('says what to do about classes that are not known, labels that are none and files that are none', async () => {
    const stdin = Readable.from([Buffer.from(table)]);
    await expect(feed('-', { stdin })).rejects.toThrow('classes of standard input must be stated');
    await expect(feed(join(dir, 'none.csv'))).rejects.toThrow('must be a file that can be read; got none');
    await expect(all(await put('c.csv', table), { classes: 2 })).rejects.toThrow(
      "must be one of its classes, 0 to 1; got 'yes'",
    );
    await expect(feed(await put('empty.csv', ''))).rejects.toThrow('must hold samples; got nothing');
  });
});

describe('a feed of standard input', () => {
  it('has its lines, however they are torn', async () => {
    const torn = [...table].map((character) => Buffer.from(character));
    expect(await all('-', { stdin: Readable.from(torn), classes: ['no', 'yes'] })).toEqual(expected);
    const pieces = lines.match(/.{1,3}|\n/gs)?.map((piece) => Buffer.from(piece)) ?? [];
    expect(await all('-', { stdin: Readable.from(pieces), classes: ['no', 'yes'] })).toEqual(expected);
  });
});

describe('a file that is followed', () => {
  /** the next turn of the event loop, instead of a timer */
  const wait = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('is read on as it grows, a torn line once it has its end, and anew where another takes its name', async () => {
    const path = await put('grows.csv', 'a,b,label\n0.5,2,yes\n-1,3,n');
    const stream = await feed(path, { follow: true, classes: ['no', 'yes'], wait });
    await come(stream, 1);
    expect(stream.live.available).toBe(1);
    await appendFile(path, 'o\n4,0,yes\n');
    await come(stream, 3);
    expect([0, 1, 2].map((i) => at(stream, i))).toEqual(expected);
    await rename(path, `${path}.1`);
    await writeFile(path, '9,9,no\n');
    await come(stream, 4);
    expect(at(stream, 3)).toEqual([0, 9, 9]);
    expect(stream.live.ended).toBe(false);
    stream.live.close();
    expect(stream.live.ended).toBe(true);
  });
});
