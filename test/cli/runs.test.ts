import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { trainSettings } from '../../src/cli/settings/train-settings.ts';
import type { RunReport } from '../../src/report.ts';
import { report } from '../report/run-report.ts';
import { forwardflow } from './forwardflow.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'forwardflow-runs-'));
});

/** A run folder as `train` or `compare` leaves it. */
function leave(folder: string, config: object, runs?: readonly RunReport[], more: object = {}): string {
  const path = join(root, folder);
  mkdirSync(path);
  const { rule, ...rest } = trainSettings.parse({});
  writeFileSync(
    join(path, 'config.json'),
    JSON.stringify({ ...rest, ...('rules' in config ? {} : { rule }), ...config }),
  );
  writeFileSync(join(path, 'metrics.jsonl'), '');
  const environment = { node: 'v20', platform: 'linux', cpu: 'some', cores: 2 };
  const summary = { runFolder: path, runs, interrupted: false, environment, ...more };
  if (runs) writeFileSync(join(path, 'summary.json'), JSON.stringify(summary));
  return path;
}
const seeded = (accuracies: readonly number[]) =>
  accuracies.map((testAccuracy, i) => report({ seed: i + 1, testAccuracy }));
const runs = (...args: string[]) => forwardflow(['runs', ...args, '--runs', root]);
const documentOf = async (...args: string[]) => JSON.parse((await runs(...args, '--json')).stdout);

test('the list has name, command, accuracy and age of each run, the newest first', async () => {
  leave('2024-05-17T09-30-00-train', { name: 'first try' }, [report({ testAccuracy: 0.9 })]);
  leave('2024-05-18T09-30-00-compare', { rules: ['ff', 'backprop'] }, [
    report({ testAccuracy: 0.98 }),
    report({ rule: 'backprop', testAccuracy: 0.97 }),
  ]);
  leave('2024-05-19T09-30-00-train', { seeds: [1, 2, 3] }, seeded([0.5, 0.6, 0.7]));
  leave('2024-05-20T09-30-00-train', {});
  mkdirSync(join(root, 'something else'));
  const { stdout } = await runs();
  expect(
    stdout
      .replaceAll(/ \d+ d/g, ' AGE')
      .split('\n')
      .map((line) => line.trimEnd().replace(/ +/g, ' ')),
  ).toEqual([
    'run command rule accuracy age',
    '2024-05-20T09-30-00-train train – unfinished AGE',
    '2024-05-19T09-30-00-train train ff 60.00 ± 24.84 % AGE',
    '2024-05-18T09-30-00-compare compare ff 98.00 % AGE',
    ' backprop 97.00 %',
    'first try train ff 90.00 % AGE',
    '',
  ]);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  const { runs: all } = await documentOf();
  expect(all[3]).toMatchObject({ name: 'first try', command: 'train', begun: '2024-05-17T09:30:00.000Z' });
  expect(all[3].figures[0]).toMatchObject({ rule: 'ff', accuracy: 0.9 });
  expect(all[3].ageSeconds).toBeGreaterThan(0);
});

test('a folder without runs, or none at all, has an empty list', async () => {
  expect((await runs()).stdout).toBe(`no runs in ${root}\n`);
  const none = await forwardflow(['runs', '--runs', join(root, 'none'), '--json']);
  expect(JSON.parse(none.stdout).runs).toEqual([]);
});

test('show finds a run by path, folder or name, of which the newest counts, and says what is not default', async () => {
  const old = leave('2024-05-17T09-30-00-train', { name: 'wide', layers: [9] }, seeded([0.9]));
  const newer = leave('2024-05-18T09-30-00-train', { name: 'wide', epochs: 7 }, seeded([0.8]));
  expect((await documentOf('show', 'wide')).path).toBe(newer);
  expect((await documentOf('show', '2024-05-17T09-30-00-train')).path).toBe(old);
  expect((await documentOf('show', old)).summary.runs[0].testAccuracy).toBe(0.9);
  const { stdout } = await runs('show', 'wide');
  expect(stdout).toMatch(/^wide\n2024-05-18T09-30-00-train: train, finished, \d+ d ago\n {2}epochs: 7\n\n/);
  expect(stdout).toContain('80.00 %');
});

test('compare shows the settings that differ, and pairs the seeds that both have', async () => {
  leave('2024-05-17T09-30-00-train', { name: 'a', seeds: [1, 2, 3] }, seeded([0.5, 0.6, 0.7]));
  leave('2024-05-18T09-30-00-train', { name: 'b', seeds: [1, 2, 3], epochs: 9 }, seeded([0.6, 0.71, 0.8]));
  const document = await documentOf('compare', 'a', 'b');
  expect(document.settings.map(({ setting }: { setting: string }) => setting)).toEqual(['epochs', 'name']);
  const [{ rule, seeds, accuracy }] = document.rules;
  expect([rule, seeds]).toEqual(['ff', [1, 2, 3]]);
  // d = 0.10, 0.11, 0.10: mean 0.10333, s = 0.0057735
  expect(accuracy.difference).toBeCloseTo(0.31 / 3, 9);
  expect(accuracy.ci95[0]).toBeCloseTo(0.31 / 3 - (4.30265 * 0.0057735) / Math.sqrt(3), 6);
  const { stdout } = await runs('compare', 'a', 'b');
  expect(stdout).toMatch(/epochs +5 +9\n/);
  expect(stdout).toContain('ff: B is more accurate, by +10.33 points [+8.90, +11.77] over 3 seeds.');
});

test('compare of single seeds tells a difference, and that it may be chance', async () => {
  leave('2024-05-17T09-30-00-train', { name: 'a' }, seeded([0.5]));
  leave('2024-05-18T09-30-00-train', { name: 'b' }, seeded([0.6]));
  const { stdout } = await runs('compare', 'a', 'b');
  expect(stdout.replaceAll('\n', ' ')).toContain(
    "B's accuracy is +10.00 points from A's, which without two seeds in common can't be told from chance.",
  );
});

test('rm removes run folders, and nothing else', async () => {
  const path = leave('2024-05-17T09-30-00-train', { name: 'a' }, seeded([0.5]));
  const kept = leave('2024-05-18T09-30-00-train', { name: 'b' }, seeded([0.5]));
  expect((await runs('rm', 'a')).stdout).toBe(`removed ${path}\n`);
  expect([existsSync(path), existsSync(kept)]).toEqual([false, true]);
});

test('rm refuses what is no run folder, or holds more than a run writes, before it removes anything', async () => {
  const good = leave('2024-05-17T09-30-00-train', {}, seeded([0.5]));
  const notes = leave('2024-05-18T09-30-00-train', {}, seeded([0.5]));
  writeFileSync(join(notes, 'notes.txt'), 'mine');
  const nested = leave('2024-05-19T09-30-00-train', {}, seeded([0.5]));
  mkdirSync(join(nested, 'inside.json'));
  const other = join(root, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'config.json'), '{"name":"x"}');
  symlinkSync(good, join(root, 'link'));
  const sentences: readonly [string, RegExp][] = [
    [other, /^forwardflow: run must be a run folder, .*; got '.*other'\n$/],
    ['nowhere', /^forwardflow: run must be a run folder, .*; got 'nowhere'\n$/],
    [
      notes,
      /^forwardflow: run to remove must hold the files of a run only; got '.*', which holds 'notes\.txt'\n$/,
    ],
    [
      nested,
      /^forwardflow: run to remove must hold the files of a run only; got '.*', which holds 'inside\.json'\n$/,
    ],
    ['link', /^forwardflow: run to remove must be a folder; got '.*', which is a link\n$/],
    [root, /^forwardflow: run must be a run folder, /],
  ];
  const before = readdirSync(root).sort();
  for (const [asked, sentence] of sentences) {
    const { code, stderr } = await runs('rm', good, asked);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(1);
  }
  expect(readdirSync(root).sort()).toEqual(before);
});

test.each([
  [['burn'], "action must be list, show, compare, rm or left out; got 'burn'"],
  [['show'], 'runs show must be given one run; got 0'],
  [['compare', 'a'], 'runs compare must be given 2 runs; got 1'],
  [['rm'], 'runs rm must be given one run or more; got 0'],
])('runs %j is refused', async (args, sentence) => {
  const { code, stderr } = await runs(...args);
  expect([code, stderr]).toEqual([1, `forwardflow: ${sentence}\n`]);
});

test('a stream under stress is listed, shown and removed like a run, and compared with none', async () => {
  leave('2024-05-17T09-30-00-train', { name: 'trained' }, [report({ testAccuracy: 0.9 })]);
  const setting = ['--source', 'sea', '--rate', '2000/s', '--duration', '1s', '--runtime', 'virtual'];
  const small = ['--layers', '20', '--tile', 'plain', '--name', 'storm', '--no-report'];
  const { learned } = JSON.parse(
    (await forwardflow(['stress', ...setting, ...small, '--runs', root, '--json'])).stdout,
  );
  const { stdout } = await runs();
  expect(stdout).toMatch(/^storm +stress +ff +\d\d\.\d\d % +\d+ s *\ntrained +train +ff +90\.00 %/m);
  const { streams, runs: all } = await documentOf();
  expect(all.map(({ name }: { name: string }) => name)).toEqual(['trained']);
  expect(streams).toMatchObject([{ name: 'storm', command: 'stress', state: 'finished' }]);
  const shown = (await runs('show', 'storm')).stdout;
  expect(shown).toMatch(/^storm\n\S+-stress: stress, finished, \d+ s ago\n/);
  expect(shown).toContain('  source: sea\n');
  expect(shown).not.toContain('  loss: symba\n');
  expect(shown).toContain(`learned ${learned.toLocaleString('en-US')}`);
  expect((await runs('compare', 'trained', 'storm')).stderr).toContain(
    "run to compare must be of train or compare; got 'storm', a stream of stress",
  );
  expect((await runs('rm', 'storm')).code).toBe(0);
  expect(readdirSync(root)).toEqual(['2024-05-17T09-30-00-train']);
});
