/** What the library uses of `node:os`. */

/** Threads that this machine runs at once, as far as the browser tells. */
export const availableParallelism = (): number => navigator.hardwareConcurrency;

/** the order of bytes in a number */
export const endianness = (): 'LE' | 'BE' =>
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE';
