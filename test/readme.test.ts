import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const fixture = join(root, 'fixtures/mnist');
let folder: string;

/** The TypeScript of the README by the name in its first line. */
const programs = new Map(
  [...readme.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)].map(
    ([, name, code]) => [name, code] as const,
  ),
);

beforeAll(() => {
  folder = mkdtempSync(join(root, 'test/readme-'));
  for (const [name, code] of programs) {
    // tsconfig.json maps the published names to the sources, and a thousand images do for sixty thousand
    const here = code
      .replace(/mnist\('(train|test)'\)/g, `idxFolder(${JSON.stringify(fixture)}, '$1')`)
      .replace(' mnist,', ' idxFolder,');
    writeFileSync(join(folder, name), here);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function runProgram(name: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(folder, name)], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

test('the README has the programs it promises, the idea in about twenty lines', () => {
  expect([...programs.keys()]).toEqual([
    'idea.ts',
    'question.ts',
    'next-label.ts',
    'stepped-tile.ts',
    'frozen-after.ts',
  ]);
  expect(programs.get('idea.ts')?.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
});

test('the tile of the README is the one in the examples', () => {
  expect(programs.get('stepped-tile.ts')).toBe(readFileSync(join(root, 'examples/stepped-tile.ts'), 'utf8'));
});

test('the idea as a program runs and prints figures', () => {
  const figures = runProgram('idea.ts');
  expect(figures).toMatch(/samplesPerSecond: \d/);
  expect(figures).toMatch(/samples: 200, accuracy: 0\.\d|accuracy: 0\.\d/);
});

test('the tile of the README is that of the examples', () => {
  expect(programs.get('stepped-tile.ts')).toBe(readFileSync(join(root, 'examples/stepped-tile.ts'), 'utf8'));
});

test('the question to sixty-four devices is answered as the README says', () => {
  const answer = runProgram('question.ts').trimEnd().split('\n');
  expect(answer).toHaveLength(5);
  for (const line of answer) expect(readme).toContain(`    ${line}\n`);
});

test('the sampler, the tile and the layer of the README learn on worker threads', () => {
  const code = (programs.get('idea.ts') ?? '')
    .replace(
      "from 'forwardflow';",
      `from 'forwardflow';\nimport { idxFolder } from 'forwardflow';\nimport { nextLabel } from './next-label.ts';\nimport { stepped } from './stepped-tile.ts';\nimport { frozenAfter } from './frozen-after.ts';`,
    )
    .replace(/mnist\('(train|test)'\)/g, `idxFolder(${JSON.stringify(fixture)}, '$1')`)
    .replace('hardLabel()', 'nextLabel()')
    .replace(
      "await namedProducts('auto')",
      "await namedProducts('plain'), tile: stepped({ step: 0.002, noise: 0.01, rate: 0.05 })",
    )
    .replaceAll('forwardForward({ units: 500 })', 'frozenAfter(forwardForward({ units: 20 }), 5)');
  writeFileSync(join(folder, 'own-members.ts'), code);
  expect(runProgram('own-members.ts')).toMatch(/accuracy: 0\.\d/);
});
