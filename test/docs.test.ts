import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const documents = ['README.md', ...readdirSync(new URL('docs', root)).map((file) => `docs/${file}`)];

test.each(documents)('%s has no place left that a figure was to fill', (document) => {
  expect(readFileSync(new URL(document, root), 'utf8')).not.toMatch(/@@|TODO|TBD/);
});
