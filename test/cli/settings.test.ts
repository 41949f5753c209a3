import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { settingsByRule } from '../../src/cli/compare.ts';
import { addFlags, compareSettings, readSettings, trainSettings } from '../../src/cli/settings.ts';

const config = join(mkdtempSync(join(tmpdir(), 'forwardflow-settings-')), 'config.json');

const trainWith = (...args: string[]) =>
  readSettings(trainSettings, addFlags(new Command(), trainSettings).parse(args, { from: 'user' }).opts());

test('a flag goes before the config file, and the file before the default, also where that is true', async () => {
  writeFileSync(config, JSON.stringify({ rule: 'mono-forward', normalise: false, seed: 5 }));
  expect(await trainWith('--rule', 'mono-forward')).toMatchObject({ normalise: true, seed: 1 });
  expect(await trainWith('--rule', 'mono-forward', '--no-normalise')).toMatchObject({ normalise: false });
  expect(await trainWith('--config', config)).toMatchObject({ normalise: false, seed: 5 });
  expect(await trainWith('--config', config, '--normalise', '--seed', '6')).toMatchObject({
    normalise: true,
    seed: 6,
  });
});

test('each rule that is compared has its own learning rate', async () => {
  const rates = async (flags: Record<string, unknown>) =>
    settingsByRule(await readSettings(compareSettings, flags)).map(({ rule, learningRate }) => [
      rule,
      learningRate,
    ]);
  expect(await rates({})).toEqual([
    ['ff', undefined],
    ['backprop', 0.001],
  ]);
  const three = { rules: 'backprop, mono-forward,ff', learningRate: '0.1', monoForwardLearningRate: 0.2 };
  expect(await rates(three)).toEqual([
    ['backprop', 0.001],
    ['mono-forward', 0.2],
    ['ff', 0.1],
  ]);
});
