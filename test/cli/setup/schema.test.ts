import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { simulationSettings } from '../../../src/cli/settings/simulation-settings.ts';
import { compareSettings, trainSettings } from '../../../src/cli/settings/train-settings.ts';
import { type JsonSchema, withSchema } from '../../../src/cli/setup/config-schema.ts';
import { stressSettings } from '../../../src/cli/stressing/stress-settings.ts';
import { fixture, forwardflow, nowhere, runsFolder, small } from '../forwardflow.ts';

const recipes = fileURLToPath(new URL('../../../sims/recipes/', import.meta.url));
const settings = {
  train: trainSettings,
  compare: compareSettings,
  simulate: simulationSettings,
  stress: stressSettings,
  sweep: simulationSettings,
} as const;

async function printed(...command: string[]): Promise<JsonSchema> {
  const { code, stdout, stderr } = await forwardflow(['schema', ...command]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Whether a document fits a schema, as zod reads JSON Schema: what it can't read it refuses. */
const fits = (schema: JsonSchema, document: unknown): boolean =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(document).success;

const of: Record<string, JsonSchema> = {};
beforeAll(async () => {
  for (const command of withSchema) of[command] = await printed(command);
});

describe('the schema of a command', () => {
  test.each(withSchema)('%s has every setting, with its description and its default', (command) => {
    const { $schema, additionalProperties, properties } = of[command];
    expect([$schema, additionalProperties]).toEqual(['https://json-schema.org/draft/2020-12/schema', false]);
    const { $schema: own, ...named } = properties as Record<string, JsonSchema>;
    expect(own.type).toBe('string');
    const { shape } = settings[command as keyof typeof settings];
    expect(Object.keys(named)).toEqual(Object.keys(shape));
    for (const [name, field] of Object.entries(shape) as [string, z.ZodType][]) {
      expect(named[name].description, name).toBe(field.description);
      expect(named[name].default, name).toEqual(field.safeParse(undefined).data);
      expect('type' in named[name] || 'anyOf' in named[name], name).toBe(true);
    }
  });

  test.each(withSchema)('%s takes its own defaults, and no unknown or wrong setting', (command) => {
    const { properties } = of[command];
    const defaults = Object.entries(properties as Record<string, JsonSchema>)
      .filter(([, one]) => one.default !== undefined)
      .map(([name, one]) => [name, one.default]);
    expect(fits(of[command], Object.fromEntries(defaults))).toBe(true);
    expect(fits(of[command], { $schema: './x.json' })).toBe(true);
    expect(fits(of[command], { sed: 1 })).toBe(false);
    expect(fits(of[command], { seed: -1 })).toBe(false);
    expect(fits(of[command], { seed: 1.5 })).toBe(false);
  });

  test.each([
    ['rule', 'mono-forwrd', false],
    ['rule', './mine.ts:units=3', true],
    ['scale', 2, true],
    ['scale', 'rows', false],
    ['layers', [10, 20], true],
    ['layers', '10,20', true],
    ['layers', [10, 0], false],
    ['dropout', 1, false],
    ['runtime', 'nats', false],
    ['seeds', '1..3', true],
    ['seeds', [1, 2], true],
    ['blocks', 2, true],
    ['blocks', '1+3', true],
    ['blocks', '1+0', false],
  ])('train: %s %j fits: %s, and so it is for the command', (name, value, right) => {
    expect(fits(of.train, { [name]: value })).toBe(right);
    expect(trainSettings.shape[name as 'rule'].safeParse(value).success).toBe(right);
  });

  test('a list is varied in the file of a sweep alone', () => {
    expect(fits(of.sweep, { stages: [2, 4, null], schedule: ['stream', 'gpipe'], seed: 3 })).toBe(true);
    expect(fits(of.sweep, { stages: [2, 2.5] })).toBe(false);
    expect(fits(of.simulate, { stages: [2, 4] })).toBe(false);
  });

  test('of a command without a config file is refused, with the nearest that has one', async () => {
    const { code, stderr } = await forwardflow(['schema', 'tran']);
    expect([code, stderr]).toEqual([
      1,
      "forwardflow: command must be one of train, compare, simulate, stress, sweep; got 'tran' (did you mean 'train'?)\n",
    ]);
  });
});

const tiny = [...small, '--epochs', '1', '--limit', '200', '--runtime', 'inline'];

describe('the schema of all commands takes', () => {
  test.each(readdirSync(recipes))('recipe %s', async (file) => {
    const recipe = JSON.parse(readFileSync(join(recipes, file), 'utf8'));
    expect(fits(await printed(), recipe)).toBe(true);
    expect(fits(of.train, recipe)).toBe(true);
    expect(fits(await printed(), { ...recipe, layrs: [1] })).toBe(false);
  });

  test.each([
    ['train', ['train', ...tiny, '--name', 'a run', '--select', 'top:0.5', '--seeds', '1..2']],
    ['train', ['train', ...tiny, '--rule', 'block-local', '--blocks', '2', '--label', '1']],
    ['compare', ['compare', ...tiny]],
    [
      'stress',
      [
        'stress',
        '--rate',
        '2000/s',
        '--count',
        '200',
        '--layers',
        '9',
        '--tile',
        'plain',
        '--runtime',
        'inline',
      ],
    ],
  ])('the config.json that %s leaves: %j', async (command, args) => {
    const runs = runsFolder();
    const ended = await forwardflow([...args, '--runs', runs]);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const [folder] = readdirSync(runs);
    const config = JSON.parse(readFileSync(join(runs, folder, 'config.json'), 'utf8'));
    expect(fits(of[command], config)).toBe(true);
    expect(fits(await printed(), config)).toBe(true);
  });
});

test('a config file may have comments, commas behind the last value and the name of its schema', async () => {
  const file = nowhere('mine.jsonc');
  const text = `// mine\n{\n  "$schema": "./train.json", /* for the editor */\n  "layers": [7, 5,], // "units"\n  "data": "${fixture}",\n}\n`;
  writeFileSync(file, text);
  const { stdout, stderr } = await forwardflow([
    ...['plan', '--config', file, '--tile', 'plain', '--runtime', 'inline'],
  ]);
  expect(stderr).toBe('');
  expect(stdout).toContain('7');
  writeFileSync(file, '{ "$schema": 3 }');
  expect((await forwardflow(['plan', '--config', file])).stderr).toBe(
    'forwardflow: $schema must be the path or address of a schema; got 3\n',
  );
});
