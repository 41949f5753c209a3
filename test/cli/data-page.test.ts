import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readData } from '../../src/extend.ts';
import { forwardflow } from './forwardflow.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/data.md', import.meta.url)), 'utf8');

/** Samples of five letters, each with a hot feature of its own. */
function letters(count: number): string {
  const rows = Array.from({ length: count }, (_, k) => {
    const features = Array.from({ length: 8 }, (_, j) => (j === k % 5 ? 9 : (k * (j + 3)) % 4));
    return ['ABCDE'[k % 5], ...features].join(',');
  });
  return `letter,${Array.from({ length: 8 }, (_, j) => `f${j}`).join(',')}\n${rows.join('\n')}\n`;
}

test('the commands of docs/data.md work as they stand', async () => {
  const before = process.cwd();
  const dir = mkdtempSync(join(tmpdir(), 'data-page-'));
  try {
    process.chdir(dir);
    writeFileSync('letters.csv', letters(400));
    writeFileSync('new.csv', letters(20));
    const commands = [...page.matchAll(/^ {4}forwardflow (.*)$/gm)].map(([, rest]) => rest);
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      const run = command.includes('RUN') ? join('runs', readdirSync('runs')[0]) : '';
      const args = command.replace('RUN', run).split(' ');
      const { code, stderr } = await forwardflow(args);
      expect([command, code, stderr.match(/^forwardflow: .*/m)?.[0]]).toEqual([command, 0, undefined]);
    }
    expect(readFileSync('predicted.csv', 'utf8').split('\n')).toHaveLength(22);
    const read = page.match(/await readData\('letters.csv', (\{.*\})\)/)?.[1];
    expect(read).toBe("{ label: 'letter', testSplit: 0.2, seed: 1 }");
    const { classNames, test: drawn } = await readData('letters.csv', {
      label: 'letter',
      testSplit: 0.2,
      seed: 1,
    });
    expect([classNames.join(''), drawn?.count]).toEqual(['ABCDE', 80]);
  } finally {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  }
});
