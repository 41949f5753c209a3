import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/cli/settings/read-settings.ts';
import { trainSettings } from '../../src/cli/settings/train-settings.ts';
import { forwardflow, runsFolder, small } from './forwardflow.ts';

const folder = new URL('../../sims/recipes/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace('.json', ''));
const docs = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');

test.each(names)(
  'recipe %s holds settings that train takes, and its results are in docs/recipes.md',
  async (name) => {
    const written = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    const settings = await readSettings(trainSettings, { recipe: name });
    expect(settings).toMatchObject(written);
    expect(docs).toContain(`\n## ${name}\n`);
  },
);

test('a flag goes before a recipe, and a recipe before the defaults', async () => {
  const settings = await readSettings(trainSettings, { recipe: 'fast', seed: '3' });
  expect(settings.seed).toBe(3);
  expect(settings.epochs).toBe(JSON.parse(readFileSync(new URL('fast.json', folder), 'utf8')).epochs);
});

test('an unknown recipe is refused by name', async () => {
  await expect(readSettings(trainSettings, { recipe: 'secret' })).rejects.toThrow(
    /^recipe must be one of .*fast.*; got 'secret'$/,
  );
});

test('samples held out are predicted after every so many epochs, and the test set is left alone', async () => {
  const held = ['--held-out', '200', '--evaluate-every', '3', '--runs', runsFolder(), '--json'];
  const { code, stdout } = await forwardflow(['train', ...small, ...held]);
  expect(code).toBe(0);
  const [run] = JSON.parse(stdout).runs;
  expect(run.samples).toBe(4 * 800);
  expect(run.testAccuracy).toBe(null);
  expect(run.heldOut.map(({ epoch }: { epoch: number }) => epoch)).toEqual([3, 4]);
  for (const { accuracy } of run.heldOut) expect(accuracy).toBeGreaterThan(0.3);
});

test('more samples held out than there are is refused', async () => {
  const { code, stderr } = await forwardflow([
    ...['train', ...small, '--held-out', '1000', '--runs', runsFolder()],
  ]);
  expect(code).toBe(1);
  expect(stderr).toBe('forwardflow: heldOut must be below 1000, the samples there are; got 1000\n');
});

test('predict gives the same classes on one worker and on three that share the samples', async () => {
  const runs = runsFolder();
  const trained = await forwardflow(['train', ...small, '--runs', runs, '--json']);
  const { runFolder, runs: reports } = JSON.parse(trained.stdout);
  const predicted = await Promise.all(
    ['1', '3'].map(async (workers) => {
      const out = join(runs, `${workers}.csv`);
      const flags = ['--workers', workers, '--tile', 'plain', '--out', out, '--json'];
      const { stdout } = await forwardflow(['predict', runFolder, ...flags]);
      expect(JSON.parse(stdout).runs[0].testAccuracy).toBe(reports[0].testAccuracy);
      return readFileSync(out, 'utf8');
    }),
  );
  expect(predicted[1]).toBe(predicted[0]);
  expect(predicted[0].trim().split('\n')).toHaveLength(201);
});
