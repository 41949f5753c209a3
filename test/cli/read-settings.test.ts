import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { settingsByRule } from '../../src/cli/settings/by-rule.ts';
import { parseJson, readText } from '../../src/cli/settings/files/text-file.ts';
import { addFlags, readSettings } from '../../src/cli/settings/read-settings.ts';
import { compareSettings, trainSettings } from '../../src/cli/settings/train-settings.ts';

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
    ['backprop', undefined],
  ]);
  const three = { rules: 'backprop, mono-forward,ff', learningRate: '0.1', monoForwardLearningRate: 0.2 };
  expect(await rates(three)).toEqual([
    ['backprop', undefined],
    ['mono-forward', 0.2],
    ['ff', 0.1],
  ]);
});

test('what is predicted on the way must be held out', async () => {
  expect(await trainWith('--held-out', '100', '--evaluate-every', '5')).toMatchObject({ evaluateEvery: 5 });
  await expect(trainWith('--evaluate-every', '5')).rejects.toThrow(
    'evaluateEvery must be left out without heldOut; got 5',
  );
  await expect(trainWith('--prequential', '--running', '5')).rejects.toThrow(
    'running must be left out with prequential, which predicts every sample; got 5',
  );
});

test('a schedule is backprop’s, and a flush that of a schedule that flushes', async () => {
  const backprop = ['--rule', 'backprop'];
  expect(await trainWith(...backprop)).toMatchObject({ schedule: 'blocking' });
  expect(await trainWith(...backprop, '--schedule', '1f1b', '--flush', '8')).toMatchObject({ flush: 8 });
  const refused = (...args: string[]) => expect(trainWith(...args)).rejects;
  await refused('--schedule', '1f1b').toThrow("schedule must be left out with rule ff; got '1f1b'");
  await refused('--rule', 'mono-forward', '--flush', '4').toThrow(
    'flush must be left out with rule mono-forward; got 4',
  );
  await refused(...backprop, '--flush', '4').toThrow(
    "flush must be 1 or left out with schedule 'blocking'; got 4",
  );
  await refused(...backprop, '--schedule', 'pipedream', '--flush', '2').toThrow(
    "flush must be 1 or left out with schedule 'pipedream'; got 2",
  );
  await refused(...backprop, '--schedule', 'gpipe', '--flush', '0').toThrow(
    'flush must be a whole number of microbatches, 1 or more; got 0',
  );
  await refused(...backprop, '--schedule', 'chimera').toThrow(
    "schedule must be '1f1b', 'blocking', 'gpipe', 'interleaved-1f1b', 'paci', 'partime', 'pipedream', 'stream', 'zb-h1', 'zb-h2', 'zb-v' or the path of a module; got 'chimera'",
  );
  expect(await trainWith(...backprop, '--schedule', 'paci', '--flush', '3')).toMatchObject({ flush: 3 });
  const compared = await readSettings(compareSettings, { schedule: 'zb-h1', flush: '6' });
  expect(settingsByRule(compared)[1]).toMatchObject({ rule: 'backprop', schedule: 'zb-h1', flush: 6 });
});

test('sizes are bounded before work begins: layers, the depth of a file and its bytes', async () => {
  const refused = async (text: string, sentence: string) => {
    writeFileSync(config, text);
    await expect(trainWith('--config', config)).rejects.toThrow(sentence);
  };
  await refused(
    JSON.stringify({ layers: new Array(100_000).fill(5) }),
    'layers must be at most 1000 numbers; got 100000',
  );
  await refused(
    `{"layers":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `config file ${config} must be nested at most 32 deep; got 10001`,
  );
  await refused(`{"data":"${'x'.repeat(1e6)}"}`, `config file ${config} must be at most 1 MB; got more`);
  await refused('{"layers":', `config file ${config} must be readable JSON; got `);
  await expect(trainWith('--layers', '5,'.repeat(2000).slice(0, -1))).rejects.toThrow(
    'layers must be at most 1000 numbers; got 2000',
  );
  await expect(trainWith('--config', '/dev/zero')).rejects.toThrow('must be at most 1 MB; got more');
  const long = await trainWith('--loss', 'x'.repeat(1e5)).catch((error: Error) => error.message);
  expect(String(long).length).toBeLessThan(300);
});

test('brackets inside a text are not depth', () => {
  expect(parseJson(`{"a":"${'['.repeat(50)}\\\\","b":[1]}`, 'file')).toEqual({
    a: `${'['.repeat(50)}\\`,
    b: [1],
  });
});

test('a byte order mark is no part of a text, in UTF-8 and UTF-16', async () => {
  for (const encoding of ['utf8', 'utf16le'] as const) {
    writeFileSync(config, Buffer.from('\ufeff{"seed":5}', encoding));
    expect(await readText(config, 'config')).toBe('{"seed":5}');
    expect(await readSettings(trainSettings, { config })).toMatchObject({ seed: 5 });
  }
});
