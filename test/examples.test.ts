import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const folder = new URL('../examples/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
/** What each program prints; members print nothing. */
const prints: Readonly<Record<string, RegExp>> = {
  'stream.ts': /^3000 samples learned, test accuracy 0\.[6-9]\d*$/,
  'virtual-time.ts':
    /^stream {3}2\d\d\.\d microbatches\/s, with a slow device 1\d\d\.\d\n1f1b {5}3\d\d\.\d microbatches\/s, with a slow device 2\d\d\.\d$/,
  'backprop-schedules.ts': /^gpipe {6}([0-9a-f]{16})\n1f1b {7}\1\nzb-h1 {6}\1\none by one \1$/,
  'held-out-curve.ts': /^epoch 1: 0\.\d+\nepoch 2: 0\.\d+\nepoch 3: 0\.\d+\nepoch 4: 0\.[6-9]\d*$/,
  'resume.ts': /^from microbatch 4 on: the same weights$/,
  'endless.ts': /^accuracy of the last 1000 predictions: 0\.[6-9]\d*$/,
  'stream-shift.ts':
    /^after 4000 samples: [^\n]* 0\.(8[5-9]|9)\d*\nafter 4300 samples: [^\n]* 0\.([67]|8[0-4])\d*\nafter 9000 samples: [^\n]* 0\.(8[5-9]|9)\d*$/,
  'own-members.ts': /^test accuracy 0\.\d+; \d stages were ever blocked$/,
};

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

test.each(files)('examples/%s runs and prints what it promises', async (file) => {
  await import(new URL(file, folder).href);
  if (prints[file]) expect(lines.join('\n')).toMatch(prints[file]);
  else expect(lines).toEqual([]);
});

test.each(files)(
  'examples/%s has 8 to 20 lines beside its imports, says what it shows, and stands in the list',
  (file) => {
    const code = readFileSync(new URL(file, folder), 'utf8');
    expect(code).toMatch(/^\/\/ \S|^\/\*\* \S/m);
    const body = code
      .replace(/^import [\s\S]*?;$/gm, '')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(body.length).toBeLessThanOrEqual(file === 'stepped-tile.ts' ? 80 : 20);
    expect(readFileSync(new URL('README.md', folder), 'utf8')).toContain(`(${file})`);
  },
);
