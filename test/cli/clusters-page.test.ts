import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layerOfProfile, profileFile } from '../../src/cli/values/profile.ts';
import { forwardflow } from './forwardflow.ts';

const page = readFileSync(new URL('../../docs/clusters.md', import.meta.url), 'utf8');
const model = join(mkdtempSync(join(tmpdir(), 'forwardflow-clusters-')), 'my-model.json');
writeFileSync(model, page.match(/```json\n([\s\S]*?)```/)?.[1] ?? '');

const blocks = [...page.matchAll(/```console\n\$ forwardflow (.*)\n([\s\S]*?)```/g)];
const outputs = new Map<string, Promise<string>>();

function outputOf(command: string): Promise<string> {
  const args = command.split(' ').map((arg) => (arg === 'my-model.json' ? model : arg));
  const output = outputs.get(command) ?? forwardflow(args).then(({ stdout, stderr }) => `${stdout}${stderr}`);
  outputs.set(command, output);
  return output;
}

test('the page of clusters has its commands', () => expect(blocks.length).toBe(5));

test.each(blocks.map(([, command, output], i) => ({ i, command, output })))(
  '$i: forwardflow $command prints what the page says',
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
