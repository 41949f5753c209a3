import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const gallery = readFileSync(new URL('docs/gallery.md', root), 'utf8');
const examples = readdirSync(new URL('examples/', root)).filter((file) => file.endsWith('.ts'));

test.each(examples)('docs/gallery.md has examples/%s as it is', (file) => {
  const code = readFileSync(new URL(`examples/${file}`, root), 'utf8');
  expect(gallery).toContain(`## ${file}\n`);
  expect(gallery).toContain(`\`\`\`ts\n${code.trim()}\n\`\`\`\n`);
});

test('the picture of README is an SVG that needs nothing else', () => {
  const picture = readFileSync(new URL('docs/pictures/run.svg', root), 'utf8');
  expect(picture).toMatch(/^<svg [^>]*role="img" aria-label="Forward-Forward/);
  expect(picture).not.toMatch(/<script|href=|url\(/);
  for (const op of ['forward', 'input gradient', 'weight gradient', 'update', 'waiting'])
    expect(picture).toContain(`>${op}</text>`);
});
