import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture, forwardflow, runsFolder } from '../forwardflow.ts';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const before = process.cwd();
beforeAll(() => process.chdir(runsFolder()));
afterAll(() => process.chdir(before));

/** What makes learning one of a second: a thousand digits, small layers, one thread. */
const tiny = [
  '--data',
  fixture,
  '--layers',
  '12,9',
  '--tile',
  'plain',
  '--runtime',
  'inline',
  '--limit',
  '300',
];
/** Of each command, what the page promises of its output. */
const prints: Readonly<Record<string, RegExp>> = {
  init: /^wrote first\.jsonc/,
  train: /busy, stage by stage[\s\S]*bubble, of total time[\s\S]*weight versions +1\n[\s\S]*test accuracy/,
  compare: /On 2 workers the Forward-Forward stream|Forward-Forward stream learned/,
  runs: /first/,
  predict: /label \\ predicted/,
  simulate: /\n0 {2}F[\s\S]*\. waiting/,
  report: /both\.html/,
};

const commands = ['tutorial.md', 'configuration.md'].map((page) => {
  const text = readFileSync(`${docs}${page}`, 'utf8');
  return [page, [...text.matchAll(/^ {4}forwardflow (.*)$/gm)].map(([, line]) => line.split(' '))] as const;
});

test.each(commands)(
  'the commands of docs/%s run in their order, and print what it shows',
  async (page, all) => {
    expect(all.length).toBeGreaterThan(2);
    for (const [command, ...args] of all) {
      const learns = command === 'train' || command === 'compare' ? tiny : [];
      const again = page === 'configuration.md' && command === 'init' ? ['--force'] : [];
      const ended = await forwardflow([command, ...args, ...learns, ...again]);
      expect({ command, code: ended.code, stderr: ended.stderr }).toEqual({ command, code: 0, stderr: '' });
      if (prints[command]) expect(ended.stdout).toMatch(prints[command]);
    }
    expect(existsSync('first.jsonc')).toBe(true);
  },
);

test('the error of docs/configuration.md is what is said', async () => {
  const { writeFileSync } = await import('node:fs');
  writeFileSync('first.jsonc', '{ "epoch": 2 }');
  const { stderr } = await forwardflow(['train', '--config', 'first.jsonc']);
  expect(readFileSync(`${docs}configuration.md`, 'utf8')).toContain(`\n${stderr}`);
});
