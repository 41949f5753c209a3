import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/cli/settings/read-settings.ts';
import { configSchema, type JsonSchema, withSchema } from '../../../src/cli/setup/config-schema.ts';
import { fixture, forwardflow, nowhere } from '../forwardflow.ts';

test.each(withSchema)(
  'init %s writes a file that the command takes, with every setting in it',
  async (command) => {
    const file = nowhere('mine.jsonc');
    const { code, stdout, stderr } = await forwardflow(['init', command, '--out', file]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`forwardflow ${command} --config ${file}`);
    const text = readFileSync(file, 'utf8');
    const { $schema: _, ...settings } = configSchema(command).properties as Record<string, JsonSchema>;
    for (const name of Object.keys(settings)) expect(text).toContain(`"${name}": `);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(200);
    // all that has a default, made to count: what was read is the defaults
    writeFileSync(file, text.replace(/^ {2}\/\/ ("\w+": (?!<).*)$/gm, '  $1'));
    const stands = Object.entries(settings).filter(([, { default: value }]) => value !== undefined);
    expect(await readConfig(file)).toEqual(
      Object.fromEntries(stands.map(([name, one]) => [name, one.default])),
    );
    const schema = join(dirname(file), /"\$schema": "(.*)"/.exec(text)?.[1] ?? '');
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(configSchema(command));
  },
);

test('the file that init writes is one to train by', async () => {
  const file = nowhere('mine.jsonc');
  await forwardflow(['init', '--out', file]);
  const small = ['--data', fixture, '--tile', 'plain', '--layers', '7,5'];
  const { code, stderr } = await forwardflow(['plan', ...small, '--config', file]);
  expect([code, stderr]).toEqual([0, '']);
});

test('init overwrites nothing unless it is told to', async () => {
  const file = nowhere('mine.jsonc');
  writeFileSync(file, '{}');
  const { code, stderr } = await forwardflow(['init', '--out', file]);
  expect([code, stderr]).toEqual([
    1,
    `forwardflow: out must be a new file unless --force is given; got '${file}', which exists\n`,
  ]);
  expect(readFileSync(file, 'utf8')).toBe('{}');
  expect((await forwardflow(['init', '--out', file, '--force'])).code).toBe(0);
  expect((await forwardflow(['init', '--out', file])).code).toBe(0); // the same text again
  const nearest = await forwardflow(['init', 'trian', '--out', file]);
  expect(nearest.stderr).toContain("got 'trian' (did you mean 'train'?)");
});

test('init says why a file can’t be written', async () => {
  const { code, stderr } = await forwardflow(['init', '--out', join(nowhere('none'), 'mine.jsonc')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^forwardflow: out must be a file that can be written; got ENOENT/);
});
