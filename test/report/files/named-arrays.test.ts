import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { StateArray } from '../../../src/core/state.ts';
import { type NamedArray, readArrays, writeArrays } from '../../../src/report/files/named-arrays.ts';
import { readSafetensors } from '../../../src/report/files/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'named-arrays-'));
const path = join(folder, 'checkpoint.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const dataOf = (shape: readonly number[]): fc.Arbitrary<StateArray> => {
  const size = { minLength: product(shape), maxLength: product(shape) };
  return fc.oneof<fc.Arbitrary<StateArray>[]>(
    fc.float32Array(size),
    fc.float64Array(size),
    fc.int32Array(size),
    fc.uint32Array(size),
    fc.uint16Array(size),
    fc.uint8Array(size),
  );
};
const arrays = fc
  .uniqueArray(
    fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__'),
    { maxLength: 6 },
  )
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => shapes.chain((shape) => dataOf(shape).map((data) => ({ name, shape, data })))),
    ),
  );
const sorted = (list: readonly NamedArray[]) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

/** one array of each type */
const six: readonly NamedArray[] = [
  { name: 'bytes', shape: [3], data: Uint8Array.of(1, 2, 255) },
  { name: 'ids', shape: [2], data: Float64Array.of(2 ** 53, -0.1) },
  { name: 'labels', shape: [2], data: Uint16Array.of(300, 65_535) },
  { name: 'mean', shape: [1, 2], data: Float32Array.of(0.5, -2) },
  { name: 'random', shape: [2], data: Uint32Array.of(2 ** 32 - 1, 7) },
  { name: 'steps', shape: [], data: Int32Array.of(-5) },
];

/** A file with this header and so many bytes of data, whatever they are. */
function damaged(header: object, dataBytes: number): void {
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([size, json, Buffer.alloc(dataBytes)]));
}

describe('arrays of every type', () => {
  test('are read back bit by bit, of their types, whatever the names and shapes', async () => {
    const metadata = fc.dictionary(fc.string(), fc.string());
    await fc.assert(
      fc.asyncProperty(arrays, metadata, async (given, texts) => {
        await writeArrays(path, given, texts);
        const back = await readArrays(path);
        expect(sorted(back.arrays)).toEqual(sorted(given));
        const types = (list: readonly NamedArray[]) => sorted(list).map(({ data }) => data.constructor.name);
        expect(types(back.arrays)).toEqual(types(given));
        expect(Object.entries(back.metadata)).toEqual(Object.entries(texts));
      }),
      { numRuns: 60 },
    );
  });

  test('are the golden file of the format, wherever an array begins', async () => {
    await writeArrays(path, six.slice(0, 3));
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      bytes: { dtype: 'U8', shape: [3], data_offsets: [0, 3] },
      ids: { dtype: 'F64', shape: [2], data_offsets: [3, 19] },
      labels: { dtype: 'U16', shape: [2], data_offsets: [19, 23] },
    });
    expect(bytes.toString('hex', 8 + length)).toBe('0102ff00000000000040439a9999999999b9bf2c01ffff');
  });

  test('may lie in memory shared between threads, and in the midst of it', async () => {
    const shared = new Uint16Array(new SharedArrayBuffer(16)).subarray(1, 3);
    shared.set([300, 4]);
    await writeArrays(path, [{ name: 'labels', shape: [2], data: shared }]);
    expect((await readArrays(path)).arrays[0]?.data).toEqual(Uint16Array.of(300, 4));
  });

  test('that are no weights are refused as weights', async () => {
    for (const array of six.filter(({ name }) => name !== 'mean')) {
      await writeArrays(path, [array]);
      await expect(readSafetensors(path)).rejects.toThrow(
        /must be F32, the only one supported; got "[FIU]\d+"/,
      );
    }
  });

  test('must have shapes that match, names of their own, and numbers that the format knows', async () => {
    const [bytes] = six;
    await expect(writeArrays(path, [bytes, bytes])).rejects.toThrow(/name must be its own.*got 'bytes'/);
    await expect(writeArrays(path, [{ ...bytes, shape: [2] }])).rejects.toThrow(
      'shape of bytes must be that of its 3 numbers; got [2]',
    );
    const wrong = { name: 'x', shape: [1], data: BigInt64Array.of(1n) as unknown as Uint8Array };
    await expect(writeArrays(path, [wrong])).rejects.toThrow(/typed array of F32, .*; got BigInt64Array/);
  });
});

describe('a file that is not trusted', () => {
  const entry = (dtype: string, shape: unknown, begin: number, end: number) => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  const cases: [string, () => void, RegExp][] = [
    ['of another type', () => damaged({ a: entry('F16', [2], 0, 4) }, 4), /one of F32, F64, .*got "F16"/],
    ['of a type from the prototype', () => damaged({ a: entry('toString', [1], 0, 4) }, 4), /got "toString"/],
    ['of half a double', () => damaged({ a: entry('F64', [1], 0, 4) }, 4), /shape of .* that of 4 bytes/],
    ['of three bytes for two shorts', () => damaged({ a: entry('U16', [2], 0, 3) }, 3), /that of 3 bytes/],
    ['of more doubles than it has', () => damaged({ a: entry('F64', [2], 0, 16) }, 15), /within 15 bytes/],
    [
      'of a shape beyond all numbers',
      () => damaged({ a: entry('U8', Array(40).fill(2 ** 52), 0, 4) }, 4),
      /shape of/,
    ],
    [
      'with a hole between types',
      () => damaged({ a: entry('U8', [1], 0, 1), b: entry('F64', [1], 8, 16) }, 16),
      /at byte 1.*got 8/,
    ],
  ];
  test.each(cases)('%s is refused in one sentence', async (_, make, sentence) => {
    make();
    const error = await readArrays(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).toContain(path);
    expect((error as Error).message.length).toBeLessThan(path.length + 250);
  });

  test('may be cut or changed anywhere: it is read, or refused in one sentence', async () => {
    const sound = join(folder, 'sound.safetensors');
    await writeArrays(sound, six, { microbatch: '40' });
    const bytes = readFileSync(sound);
    const place = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(place, async (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        await expect(readArrays(path)).rejects.toThrow(/must be/);
      }),
    );
    await fc.assert(
      fc.asyncProperty(place, fc.nat(255), async (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        writeFileSync(path, changed);
        await readArrays(path).catch((error: Error) => expect(error.message).toMatch(/must be/));
      }),
      { numRuns: 300 },
    );
  });
});
