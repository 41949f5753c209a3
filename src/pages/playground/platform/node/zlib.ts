import crc from 'crc-32';

/** CRC-32 of bytes, an unsigned number; what the library uses of `node:zlib` here. */
export const crc32 = (bytes: Uint8Array, from = 0): number => crc.buf(bytes, from) >>> 0;
