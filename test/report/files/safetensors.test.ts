import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Parameter } from '../../../src/core/trace.ts';
import { readSafetensors, weightsHash, writeSafetensors } from '../../../src/report/files/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
const path = join(folder, 'w.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const parameter = (name: string, shape: number[], data: number[]): Parameter => ({
  name,
  shape,
  data: Float32Array.from(data),
});
const names = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '0', '1', 'é "quoted"\n'),
);
const parameters = fc
  .uniqueArray(
    names.filter((name) => name !== '__metadata__'),
    { maxLength: 6 },
  )
  .chain((unique) =>
    fc.tuple(
      ...unique.map((name) =>
        fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) =>
          fc.float32Array({ minLength: product(shape), maxLength: product(shape) }).map((data) => ({
            name,
            shape,
            data,
          })),
        ),
      ),
    ),
  );
const byName = (list: readonly Parameter[]) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

/** A file with this header, length field and data, whatever they are. */
function damaged(header: string | object, dataBytes = 0, length?: bigint): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  writeFileSync(path, Buffer.concat([size, json, Buffer.alloc(dataBytes)]));
}
const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('what is written', () => {
  test('is read back bit by bit, whatever the names and shapes', async () => {
    const metadata = fc.dictionary(fc.string(), fc.string());
    await fc.assert(
      fc.asyncProperty(parameters, metadata, async (given, texts) => {
        await writeSafetensors(path, given, texts);
        const back = await readSafetensors(path);
        expect(byName(back.parameters)).toEqual(byName(given));
        expect(Object.entries(back.metadata)).toEqual(Object.entries(texts));
        expect(weightsHash(back.parameters)).toBe(weightsHash(given));
        expect((8 + Number(readFileSync(path).readBigUInt64LE())) % 8).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('is the golden file of the format', async () => {
    await writeSafetensors(
      path,
      [parameter('w', [1, 2], [1, -2]), parameter('b', [], [0.5])],
      { by: 'é' }, // two bytes in UTF-8
    );
    const header =
      '{"__metadata__":{"by":"é"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
    const padded = Buffer.from(header.padEnd(136 - 1)); // é counts twice
    expect(padded.length).toBe(136);
    expect(readFileSync(path).toString('hex')).toBe(
      `8800000000000000${padded.toString('hex')}0000803f000000c00000003f`,
    );
  });

  test('stands in the order given', async () => {
    await writeSafetensors(path, [parameter('z', [1], [1]), parameter('a', [1], [2])]);
    expect((await readSafetensors(path)).parameters.map(({ name }) => name)).toEqual(['z', 'a']);
  });

  test('may lie in memory shared between threads, and in the midst of it', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(16)).subarray(1, 3);
    shared.set([3, 4]);
    await writeSafetensors(path, [{ name: 'w', shape: [2], data: shared }]);
    expect((await readSafetensors(path)).parameters[0]!.data).toEqual(Float32Array.of(3, 4));
    expect(weightsHash([{ name: 'w', shape: [2], data: shared }])).toBe(
      weightsHash([parameter('w', [2], [3, 4])]),
    );
  });

  test('leaves no half file behind when it cannot be written', async () => {
    const taken = join(folder, 'a-folder');
    mkdirSync(join(taken, 'inside'), { recursive: true });
    await expect(writeSafetensors(taken, [parameter('w', [1], [1])])).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(statSync(taken).isDirectory()).toBe(true);
  });

  test('must have names of its own and shapes that match', async () => {
    const w = parameter('w', [1], [1]);
    await expect(writeSafetensors(path, [w, w])).rejects.toThrow(/name must be its own.*got 'w'/);
    await expect(writeSafetensors(path, [{ ...w, name: '__metadata__' }])).rejects.toThrow(RangeError);
    await expect(writeSafetensors(path, [{ ...w, shape: [2] }])).rejects.toThrow(
      'shape of w must be that of its 1 floats; got [2]',
    );
    await expect(writeSafetensors(path, [{ ...w, shape: [-1, -1] }])).rejects.toThrow(/0 or more/);
  });
});

describe('a file that is not trusted', () => {
  const cases: [string, () => void, RegExp][] = [
    ['is empty', () => writeFileSync(path, ''), /size of .* must be 8 bytes or more; got 0/],
    ['claims a header past its end', () => damaged('{}', 0, 3n), /within the file's 10 bytes; got 11/],
    ['claims a huge header', () => damaged('{}', 0, 2n ** 64n - 1n), /must be 100000000 bytes or less/],
    ['has a header that is not JSON', () => damaged('{"w":'), /must be JSON in UTF-8; got "{\\"w\\":"/],
    ['has a header that starts with a space', () => damaged(' {}'), /from its first byte on/],
    ['has an array for a header', () => damaged('[]'), /must be a JSON object/],
    ['has null for a header', () => damaged('null'), /must be a JSON object/],
    ['has null for metadata', () => damaged({ __metadata__: null }), /whose values are strings; got null/],
    ['has numbers in its metadata', () => damaged({ __metadata__: { a: 1 } }), /whose values are strings/],
    ['has an array for metadata', () => damaged({ __metadata__: ['a'] }), /whose values are strings/],
    [
      'lacks a shape',
      () => damaged({ w: { dtype: 'F32', data_offsets: [0, 0] } }),
      /tensor "w" .* described/,
    ],
    ['has a broken extent', () => damaged({ w: f32([0.5, 8], 0, 16) }, 16), /described by .* whole numbers/],
    ['has a negative offset', () => damaged({ w: f32([1], -4, 0) }, 4), /described by .* whole numbers/],
    [
      'holds half floats',
      () => damaged({ w: { ...f32([2], 0, 4), dtype: 'F16' } }, 4),
      /must be F32.*got "F16"/,
    ],
    ['ends before its data', () => damaged({ w: f32([2], 0, 8) }, 7), /within 7 bytes; got \[0,8\]/],
    ['has offsets that run backwards', () => damaged({ w: f32([0], 4, 0) }, 4), /must be within 4 bytes/],
    ['has a shape of another size', () => damaged({ w: f32([3], 0, 8) }, 8), /that of 8 bytes; got \[3\]/],
    ['has a shape beyond all numbers', () => damaged({ w: f32(Array(40).fill(2 ** 52), 0, 4) }, 4), /shape/],
    ['has a hole', () => damaged({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /at byte 4.*got 8/],
    ['has an overlap', () => damaged({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /at byte 8.*got 4/],
    ['goes on after its tensors', () => damaged({ a: f32([1], 0, 4) }, 8), /must be 4 bytes.*got 8/],
    [
      'names a tensor twice',
      () => damaged(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      /at byte 0/,
    ],
    ['nests without end', () => damaged(`{"w":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), /tensor "w"/],
  ];
  test.each(cases)('%s', async (_, make, sentence) => {
    make();
    const error = await readSafetensors(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).toContain(path);
    expect((error as Error).message.length).toBeLessThan(path.length + 250);
  });

  test('may be cut or changed anywhere: it is read, or refused in one sentence', async () => {
    const whole = join(folder, 'whole.safetensors');
    await writeSafetensors(whole, [parameter('w', [2, 2], [1, 2, 3, 4]), parameter('b', [1], [5])]);
    const bytes = readFileSync(whole);
    const cut = fc.nat(bytes.length - 1);
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        await expect(readSafetensors(path)).rejects.toThrow(/must be/);
      }),
    );
    await fc.assert(
      fc.asyncProperty(cut, fc.nat(255), async (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        writeFileSync(path, changed);
        await readSafetensors(path).catch((error: Error) => expect(error.message).toMatch(/must be/));
      }),
    );
  });

  test('pollutes no prototype by its names', async () => {
    const text = `{"__proto__":${JSON.stringify(f32([1], 0, 4))},"__metadata__":{"__proto__":"x"}}`;
    damaged(text, 4);
    const { parameters: read, metadata } = await readSafetensors(path);
    expect(read[0]!.name).toBe('__proto__');
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.hasOwn(metadata, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });
});

describe('the hash of weights', () => {
  const w = parameter('w', [2], [1, 2]);
  const b = parameter('b', [1], [3]);
  test('does not depend on the order', () => expect(weightsHash([w, b])).toBe(weightsHash([b, w])));
  test('tells one bit apart', () =>
    expect(weightsHash([parameter('z', [1], [-0])])).not.toBe(weightsHash([parameter('z', [1], [0])])));
  test('tells shapes and names apart', () => {
    const hashes = [w, { ...w, shape: [1, 2] }, { ...w, name: 'v' }].map((one) => weightsHash([one]));
    expect(new Set(hashes).size).toBe(3);
  });
  test('is sha256 of what the docstring says', () => {
    const golden = createHash('sha256')
      .update('["b",[1]]\n')
      .update(Buffer.from('00004040', 'hex'))
      .update('["w",[2]]\n')
      .update(Buffer.from('0000803f00000040', 'hex'));
    expect(weightsHash([w, b])).toBe(golden.digest('hex'));
  });
});
