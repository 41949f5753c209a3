import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeIdx, type Idx, readIdx, writeIdx } from '../../src/data/idx.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'idx-'));
});
afterAll(() => rm(dir, { recursive: true }));

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
const idxs: fc.Arbitrary<Idx> = shapes.chain((shape) => {
  const size = shape.reduce((a, b) => a * b);
  return fc.uint8Array({ minLength: size, maxLength: size }).map((data) => ({ shape, data }));
});

const sample: Idx = { shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) };
const plain = encodeIdx(sample);
const packed = gzipSync(plain);
const header = (...sizes: number[]) => {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  bytes.set([0, 0, 8, sizes.length]);
  for (const [i, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
  return bytes;
};

/** What reading these bytes gives: the IDX, or the error's message without the path. */
async function reading(bytes: Uint8Array, options?: { limit: number }): Promise<Idx | string> {
  const path = join(dir, 'file');
  await writeFile(path, bytes);
  return readIdx(path, options).catch((error: Error) => {
    expect(error.message).toContain(path);
    expect(error.message).not.toContain('\n');
    return error.message.replace(path, 'FILE');
  });
}

describe('an IDX file', () => {
  it('is read as it was written, plain or packed, whatever its name', async () => {
    await fc.assert(
      fc.asyncProperty(idxs, fc.boolean(), async (idx, pack) => {
        const bytes = encodeIdx(idx);
        expect(await reading(pack ? gzipSync(bytes) : bytes)).toEqual(idx);
      }),
    );
  });

  it('has numbers of six types, big end first', async () => {
    const files: [string, Idx['data']][] = [
      ['09', Int8Array.of(-128, 127)],
      ['0b', Int16Array.of(-2, 258)],
      ['0c', Int32Array.of(-2, 16909060)],
      ['0d', Float32Array.of(1.5, -2)],
      ['0e', Float64Array.of(0.1, 1e300)],
    ];
    for (const [type, data] of files) {
      const bytes = encodeIdx({ shape: [2], data });
      expect(bytes[2]).toBe(Number.parseInt(type, 16));
      expect(await reading(bytes)).toEqual({ shape: [2], data });
    }
    expect(Buffer.from(encodeIdx({ shape: [1], data: Int32Array.of(16909060) })).toString('hex')).toBe(
      '00000c010000000101020304',
    );
    expect(Buffer.from(encodeIdx({ shape: [1], data: Float32Array.of(1) })).toString('hex', 8)).toBe(
      '3f800000',
    );
  });

  it('begins with 00 00 08, the number of dimensions and the sizes, big end first', () => {
    expect([...encodeIdx({ shape: [1, 258], data: new Uint8Array(258) }).subarray(0, 12)]).toEqual([
      0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 1, 2,
    ]);
  });

  it('is packed when its path ends in .gz, without time or system', async () => {
    await writeIdx(join(dir, 'a'), sample);
    await writeIdx(join(dir, 'a.gz'), sample);
    expect(new Uint8Array(await readFile(join(dir, 'a')))).toEqual(new Uint8Array(plain));
    const bytes = await readFile(join(dir, 'a.gz'));
    expect(bytes.toString('hex', 0, 10)).toBe('1f8b08000000000002ff');
    expect(await readIdx(join(dir, 'a.gz'))).toEqual(sample);
  });

  it('is not written when shape and data disagree', () => {
    const data = new Uint8Array(5);
    expect(() => encodeIdx({ shape: [2, 3], data })).toThrow(
      'data of an IDX file must be 2 × 3 bytes; got 5',
    );
    expect(() => encodeIdx({ shape: [], data })).toThrow('shape of an IDX file must be 1 to 4 sizes; got []');
    expect(() => encodeIdx({ shape: [0], data: new Uint8Array() })).toThrow(
      'size in an IDX file must be a whole number, 1 or more; got 0',
    );
  });
});

describe('a damaged IDX file', () => {
  it('is an error wherever it is cut off', async () => {
    for (let length = 0; length < plain.length; length++) {
      expect(await reading(plain.subarray(0, length))).toMatch(/^truncated: FILE must hold .*; got \d+$/);
    }
    for (let length = 0; length < packed.length; length++) {
      expect(await reading(packed.subarray(0, length))).toMatch(
        /^truncated: FILE must hold .*; got \d+( bytes)?$/,
      );
    }
  });

  it('is an error whichever bit of its header is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(idxs, fc.nat(), async (idx, at) => {
        const bytes = encodeIdx(idx);
        const bit = at % (8 * (4 + 4 * idx.shape.length));
        bytes[bit >> 3] ^= 1 << (bit & 7);
        const result = await reading(bytes);
        // 08 and 09 are bytes both: with a sign and without
        if (bytes[2] === 9) expect(result).toMatchObject({ shape: idx.shape, data: expect.any(Int8Array) });
        else expect(result).toBeTypeOf('string');
      }),
      { numRuns: 500 },
    );
  });

  it('is an error, or still right, whichever bit of a packed one is flipped', async () => {
    for (let bit = 0; bit < 8 * packed.length; bit++) {
      const bytes = Uint8Array.from(packed);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const result = await reading(bytes);
      if (typeof result !== 'string') expect(result).toEqual(sample);
    }
  });

  it('never gives a wrong count, whatever its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (tail, pack) => {
        const bytes = Buffer.concat([header(2, 3).subarray(0, 4), tail]);
        const result = await reading(pack ? gzipSync(bytes) : bytes);
        if (typeof result !== 'string') expect(result.data.length).toBe(result.shape.reduce((a, b) => a * b));
      }),
    );
  });

  it('says how many bytes its header claims and how many came', async () => {
    const cut = Buffer.concat([header(60000, 28, 28), Buffer.alloc(999_984)]);
    expect(await reading(cut)).toBe(
      'truncated: FILE must hold 16 + 60000 × 28 × 28 = 47040016 bytes; got 1000000',
    );
    expect(await reading(gzipSync(cut))).toBe(
      'truncated: FILE must hold 16 + 60000 × 28 × 28 = 47040016 bytes; got 1000000',
    );
    expect(await reading(packed.subarray(0, packed.length - 1))).toBe(
      'truncated: FILE must hold 16 + 3 × 2 × 2 = 28 bytes in a whole gzip stream; got 28 bytes',
    );
    expect(await reading(packed.subarray(0, 5))).toBe(
      'truncated: FILE must hold an IDX file in a whole gzip stream; got 0 bytes',
    );
    expect(await reading(plain.subarray(0, 9))).toBe(
      'truncated: FILE must hold an IDX header of 4 + 4 a dimension bytes; got 9',
    );
    expect(await reading(Buffer.concat([plain, Buffer.alloc(1)]))).toBe(
      'too long: FILE must hold 16 + 3 × 2 × 2 = 28 bytes; got more',
    );
  });

  it('says how it begins', async () => {
    const rule = 'FILE must begin with 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and 1 to 4 dimensions; got';
    expect(await reading(Buffer.from([0, 0, 10, 1, 0, 0, 0, 1, 0]))).toBe(`${rule} 00 00 0a 01`);
    expect(await reading(Buffer.from([0, 0, 8, 0]))).toBe(`${rule} 00 00 08 00`);
    expect(await reading(Buffer.from([0, 0, 8, 200]))).toBe(`${rule} 00 00 08 c8`);
    expect(await reading(Buffer.from('<html>'))).toBe(`${rule} 3c 68 74 6d`);
    expect(await reading(gzipSync('<html>'))).toBe(`${rule} 3c 68 74 6d`);
  });

  it('says what its gzip stream died of', async () => {
    const bytes = Buffer.from(packed);
    bytes[bytes.length - 8] ^= 1;
    expect(await reading(bytes)).toBe(
      "damaged: FILE must be readable to its end; got 'incorrect data check'",
    );
  });

  it('may not have a size of 0', async () => {
    expect(await reading(header(5, 0))).toBe('sizes in FILE must be 1 or more; got 5 × 0');
  });
});

describe('an IDX file that wants memory', () => {
  it('is refused by its header when it claims too much', async () => {
    const most = 0xffffffff;
    expect(await reading(header(most, most, most, most))).toMatch(
      /^FILE must hold at most 1073741824 bytes; got 20 \+ 4294967295 × .* = 3\.4\d*e\+38 bytes$/,
    );
    expect(await reading(gzipSync(header(2 ** 30)))).toBe(
      'FILE must hold at most 1073741824 bytes; got 8 + 1073741824 = 1073741832 bytes',
    );
    expect(await reading(plain, { limit: 27 })).toBe(
      'FILE must hold at most 27 bytes; got 16 + 3 × 2 × 2 = 28 bytes',
    );
    expect(await reading(plain, { limit: 28 })).toEqual(sample);
  });

  it('is not unpacked beyond its claim', async () => {
    const bomb = gzipSync(Buffer.concat([header(2, 2), Buffer.alloc(2 ** 25)]));
    bomb[bomb.length - 8] ^= 1; // whoever unpacks it to the end sees a wrong checksum instead
    expect(await reading(bomb)).toBe('too long: FILE must hold 12 + 2 × 2 = 16 bytes; got more');
  });
});

describe('a path without a file', () => {
  it('is an error that says so', async () => {
    const missing = join(dir, 'missing');
    await expect(readIdx(missing)).rejects.toThrow(`${missing} must be a file that can be read; got none`);
    await expect(readIdx(join(dir, 'a', 'b'))).rejects.toThrow(
      /must be a file that can be read; got ENOTDIR$/,
    );
    await mkdir(join(dir, 'folder'));
    await expect(readIdx(join(dir, 'folder'))).rejects.toThrow(/must be a file; got a folder or a device$/);
  });
});
