import type { Overflow } from './overflow.ts';

/** What finds the queue full is lost. */
export function dropNewest(): Overflow {
  return { name: 'drop-newest', lossless: false, reason: 'drop-newest', victim: (room) => room };
}
