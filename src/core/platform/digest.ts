import { createHash } from 'node:crypto';

/** The first 16 bytes of a text's SHA-256, as four signed words, little end first. Node's form; pages have their own. */
export function digestWords(text: string): number[] {
  const digest = createHash('sha256').update(text).digest();
  return [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
}

/** SHA-256 over text and bytes, one after the other: 64 hex digits. */
export function sha256(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
