import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLinks } from '../../docs/site/links.ts';

test('links to files, folders, places and other sites hold, and what leads nowhere is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-links-'));
  mkdirSync(join(folder, 'deep/er'), { recursive: true });
  const page = (name: string, body: string): void =>
    writeFileSync(join(folder, name), `<body>${body}</body>`);
  page(
    'index.html',
    '<a href="deep/a.html#here">a</a> <a href="https://example.org/x">x</a> <a href="#top">t</a>',
  );
  page(
    'deep/a.html',
    '<h2 id="here">Here</h2> <a href="../index.html?q=1">up</a> <a href="er/">er</a> <img src="x.svg">',
  );
  page('deep/er/index.html', '<a href="../a.html#there">a</a> <script src="../../none.js"></script>');
  expect(brokenLinks(folder)).toEqual([
    { page: 'index.html', link: '#top' },
    { page: 'deep/a.html', link: 'x.svg' },
    { page: 'deep/er/index.html', link: '../a.html#there' },
    { page: 'deep/er/index.html', link: '../../none.js' },
  ]);
});
