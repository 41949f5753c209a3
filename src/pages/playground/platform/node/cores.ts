/** What the library uses of `node:os`. */

/** Threads that this machine runs at once, as far as the browser tells. */
export const availableParallelism = (): number => navigator.hardwareConcurrency;
