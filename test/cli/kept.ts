import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Kept in `fixtures/help/`, or another folder; UPDATE_GOLDENS=1 writes it anew. */
export function golden(name: string, text: string, kept = 'help'): void {
  const path = join(root, 'fixtures', kept, `${name}.txt`);
  if (process.env.UPDATE_GOLDENS) {
    mkdirSync(join(root, 'fixtures', kept), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}

/** Lines of more than 80 columns. */
export const tooWide = (text: string): string[] => text.split('\n').filter((line) => [...line].length > 80);
