import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layerOfProfile, profileFile } from '../../src/cli/values/profile.ts';
import { forwardflow } from './forwardflow.ts';

const textOf = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const model = join(mkdtempSync(join(tmpdir(), 'forwardflow-clusters-')), 'my-model.json');
writeFileSync(model, textOf('clusters.md').match(/```json\n([\s\S]*?)```/)?.[1] ?? '');

/** Each command of a page, with what it prints. */
const blocksOf = (name: string) =>
  [...textOf(name).matchAll(/```console\n\$ forwardflow (.*)\n([\s\S]*?)```/g)].map(
    ([, command, output]) => ({
      ...{ name, command, output },
    }),
  );
const pages: readonly (readonly [string, number])[] = [
  ['clusters.md', 5],
  ['open-line.md', 3],
  ['analog.md', 1],
];

const outputs = new Map<string, Promise<string>>();

function outputOf(command: string): Promise<string> {
  const args = command.split(' ').map((arg) => (arg === 'my-model.json' ? model : arg));
  const output = outputs.get(command) ?? forwardflow(args).then(({ stdout, stderr }) => `${stdout}${stderr}`);
  outputs.set(command, output);
  return output;
}

test.each(pages)('%s has its %i commands', (name, count) => expect(blocksOf(name)).toHaveLength(count));

test.each(pages.flatMap(([name]) => blocksOf(name)))(
  '$name: forwardflow $command prints what the page says',
  async ({ command, output }) => {
    const printed = (await outputOf(command)).split('\n');
    let at = 0;
    for (const line of output.trimEnd().split('\n')) {
      if (line === '…') continue;
      const found = printed.indexOf(line, at);
      expect(found, `'${line}' behind line ${at} of:\n${printed.join('\n')}`).toBeGreaterThanOrEqual(at);
      at = found + 1;
    }
  },
);

test('the schema of profiles has the fields that are read, no others', () => {
  const { properties } = JSON.parse(
    readFileSync(new URL('../../docs/profile.schema.json', import.meta.url), 'utf8'),
  );
  expect(Object.keys(properties).sort()).toEqual(Object.keys(profileFile.shape).sort());
  const { items } = properties.layers;
  expect(Object.keys(items.properties).sort()).toEqual(Object.keys(layerOfProfile.shape).sort());
  const required = Object.entries(layerOfProfile.shape).filter(([, field]) => !field.isOptional());
  expect(items.required).toEqual(required.map(([name]) => name));
});
