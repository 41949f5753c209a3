import { createHash } from 'node:crypto';

/** The first 16 bytes of a text's SHA-256, as four signed words, little end first. Node's form; pages have their own. */
export function digestWords(text: string): number[] {
  const digest = createHash('sha256').update(text).digest();
  return [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
}
