import { must } from '../../../core/check.ts';

/**
 * An array of 32-bit floats as NumPy saves it: version 1.0, little-endian, C order.
 *
 * @param data  [product of shape]
 * @throws {RangeError} unless `data` has as many numbers as `shape` says
 * @see numpy.lib.format
 */
export function npyBytes(shape: readonly number[], data: Float32Array): Buffer {
  const count = shape.reduce((product, extent) => product * extent, 1);
  must(count === data.length, 'shape of an array', `that of its ${data.length} numbers`, shape);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // magic, version and length take 10 bytes, the line feed 1; together they are a multiple of 64
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const bytes = Buffer.alloc(10 + length + 4 * data.length);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(length, 8);
  bytes.write(`${head.padEnd(length - 1)}\n`, 10, 'latin1');
  for (let i = 0, at = 10 + length; i < data.length; i++, at += 4) bytes.writeFloatLE(data[i], at);
  return bytes;
}
