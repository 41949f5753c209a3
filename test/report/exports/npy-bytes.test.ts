import { expect, test } from 'vitest';
import { readNpy } from '../../../src/data/formats/numpy/npy.ts';
import { npyBytes } from '../../../src/report/exports/parts/npy-bytes.ts';

test('an array is as numpy.save writes it: header of a multiple of 64 bytes, then the floats', () => {
  const bytes = npyBytes([2, 3], Float32Array.of(1, -2, 0.1, 3e-39, Number.NaN, -0));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\0');
  const end = 10 + bytes.readUInt16LE(8);
  expect(end % 64).toBe(0);
  expect(bytes.toString('latin1', 10, end)).toMatch(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
  );
  expect(bytes.length).toBe(end + 24);
  expect(bytes.readUInt32LE(end + 8)).toBe(0x3dcccccd);
  const read = readNpy(bytes, 'it');
  expect([read.shape, read.dtype]).toEqual([[2, 3], 'float32']);
  expect(read.values).toEqual(Float32Array.of(1, -2, 0.1, 3e-39, Number.NaN, -0));
});

test('one dimension has its comma, and a shape of another size is refused', () => {
  expect(npyBytes([3], new Float32Array(3)).toString('latin1', 10, 80)).toContain("'shape': (3,), }");
  expect(() => npyBytes([2], new Float32Array(3))).toThrow(
    'shape of an array must be that of its 3 numbers; got [2]',
  );
});
