import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pictures } from '../../docs/site/gallery/pictures.ts';
import { quietWindow } from '../../docs/site/quiet-window.ts';

const root = new URL('../../', import.meta.url);
const gallery = readFileSync(new URL('docs/gallery.md', root), 'utf8');
const examples = readdirSync(new URL('examples/', root)).filter((file) => file.endsWith('.ts'));

test.each(examples)('docs/gallery.md has examples/%s as it is', (file) => {
  const code = readFileSync(new URL(`examples/${file}`, root), 'utf8');
  expect(gallery).toContain(`## ${file}\n`);
  expect(gallery).toContain(`\`\`\`ts\n${code.trim()}\n\`\`\`\n`);
});

test.each(
  examples.filter((file) => /console\.log/.test(readFileSync(new URL(`examples/${file}`, root), 'utf8'))),
)('examples/%s, which runs something, has a picture there, made of what it did', (file) => {
  const name = `pictures/${file.replace(/\.ts$/, '.svg')}`;
  expect(gallery).toMatch(new RegExp(`!\\[[^\\]]+\\]\\(${name}\\)`));
  expect(Object.keys(pictures)).toContain(file);
  expect(readFileSync(new URL(`docs/${name}`, root), 'utf8')).not.toMatch(/NaN|<script|href=|url\(/);
});

test('a window of a run is its quietest microbatches, from time 0 on', () => {
  const lasts = [9, 1, 2, 2, 8, 1, 1, 3];
  let now = 100;
  const ops = lasts.map((time, microbatch) => {
    now += time;
    return { stage: 0, op: 'F' as const, microbatch, start: now - time, end: now };
  });
  expect(quietWindow(ops, 2, 0)).toMatchObject({ first: 5, lasts: 2 });
  expect(quietWindow(ops, 2, 6)).toMatchObject({
    first: 6,
    lasts: 4,
    ops: [{ start: 0 }, { start: 1, end: 4 }],
  });
});

test('the picture of README is an SVG that needs nothing else', () => {
  const picture = readFileSync(new URL('docs/pictures/run.svg', root), 'utf8');
  expect(picture).toMatch(/^<svg [^>]*role="img" aria-label="Forward-Forward/);
  expect(picture).not.toMatch(/<script|href=|url\(/);
  for (const op of ['forward', 'input gradient', 'weight gradient', 'update', 'waiting'])
    expect(picture).toContain(`>${op}</text>`);
});
