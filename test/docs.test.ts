import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...(readdirSync(join(root, 'docs'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
  'fixtures/README.md',
].sort();
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');

test('the house has what people look for', () => {
  for (const file of ['LICENSE', 'CITATION.cff', '.editorconfig', '.nvmrc'])
    expect(existsSync(join(root, file)), file).toBe(true);
  for (const file of ['README', 'CONTRIBUTING', 'CHANGELOG', 'SECURITY'])
    expect(documents).toContain(`${file}.md`);
  for (const file of ['architecture', 'design', 'style', 'glossary'])
    expect(documents).toContain(`docs/${file}.md`);
});

test.each(documents)('%s has no place left that a figure was to fill', (document) => {
  expect(textOf(document)).not.toMatch(/@@|TODO|TBD/);
});

test.each(documents)('%s links to files that exist', (document) => {
  const links = [...textOf(document).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(([, link]) => link);
  const missing = links.filter(
    (link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(document), link)),
  );
  expect(missing).toEqual([]);
});

test.each(documents)('%s names folders and files of the sources that exist', (document) => {
  const planned = /\*planned\*|planned|later/i;
  const wrong = textOf(document)
    .split('\n')
    .filter((line) => !planned.test(line))
    .flatMap((line) => [...line.matchAll(/`((?:src|test|bench|sims|fixtures|examples|docs)\/[\w./-]*)`/g)])
    .map(([, path]) => path)
    .filter((path) => !existsSync(join(root, path)));
  expect(wrong).toEqual([]);
});

const decisions = documents.filter((path) => /decisions\/\d/.test(path));

test.each(decisions)(
  '%s has its context, decision, alternatives and consequences, and stands in the list',
  (path) => {
    const heads = [...textOf(path).matchAll(/^## (.*)$/gm)].map(([, head]) => head);
    expect(heads).toEqual(['Context', 'Decision', 'Alternatives', 'Consequences']);
    expect(textOf('docs/decisions/README.md')).toContain(path.replace('docs/decisions/', ''));
  },
);

test('the license is the one that package.json names, and the citation has its version', () => {
  const { license, version } = JSON.parse(textOf('package.json')) as { license: string; version: string };
  expect(textOf('LICENSE')).toMatch(new RegExp(`^${license} License`));
  expect(textOf('CITATION.cff')).toContain(`version: ${version}`);
  expect(textOf('CHANGELOG.md')).toContain(`## ${version}`);
});
