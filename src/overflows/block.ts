import type { Overflow } from './overflow.ts';

/** Arrivals wait outside: nothing is lost, and a line that is too slow falls behind for ever. */
export function block(): Overflow {
  return { name: 'block', lossless: true };
}
