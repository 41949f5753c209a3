import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Parameter } from '../../src/core/trace.ts';
import { readSafetensors, writeSafetensors } from '../../src/report/files/safetensors.ts';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const runs = runsFolder();
const tiny = [
  ...['--data', fixture, '--layers', '12,9', '--epochs', '1', '--limit', '200', '--microbatch', '50'],
  ...['--tile', 'plain', '--runtime', 'inline', '--no-trace', '--runs', runs],
];
const rules = ['ff', 'mono-forward', 'backprop', 'block-local'] as const;
const folders = new Map<string, string>();
const weightsOf = (rule: string) => join(folders.get(rule) ?? '', 'weights.safetensors');

beforeAll(async () => {
  for (const rule of rules) {
    const { stdout } = await forwardflow(['train', ...tiny, '--rule', rule, '--seed', '5', '--json']);
    folders.set(rule, JSON.parse(stdout).runFolder);
  }
});

/** As PyTorch's `save_file` has it: [out × in], in the order of names. */
async function asPyTorch(from: string, to: string, names: Readonly<Record<string, string>>): Promise<void> {
  const { parameters } = await readSafetensors(from);
  const turned = parameters.map(({ name, shape, data }): Parameter => {
    const [, base, kind] = name.match(/^(.*)\.(weight|bias)$/) ?? [];
    const renamed = `${names[base]}.${kind}`;
    const [inputs, units] = shape;
    if (shape.length === 1) return { name: renamed, shape, data };
    const other = data.map((_, i) => data[(i % inputs) * units + Math.floor(i / inputs)]);
    return { name: renamed, shape: [units, inputs], data: other };
  });
  await writeSafetensors(
    to,
    turned.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

const bases: Readonly<Record<(typeof rules)[number], Readonly<Record<string, string>>>> = {
  ff: { layer0: 'layers.0', layer1: 'layers.1' },
  'mono-forward': {
    ...{ layer0: 'body.0', 'layer0.projection': 'head.0' },
    ...{ layer1: 'body.1', 'layer1.projection': 'head.1' },
  },
  backprop: { layer0: 'fc1', layer1: 'fc2', layer2: 'out' },
  'block-local': {
    ...{ layer0: 'blocks.0', 'layer0.projection': 'heads.0' },
    ...{ layer1: 'blocks.1', 'layer1.projection': 'heads.1' },
  },
};

test.each(rules)('%s goes on from a PyTorch file to the bits that our own file leads to', async (rule) => {
  const path = join(runs, `${rule}.pt.safetensors`);
  await asPyTorch(weightsOf(rule), path, bases[rule]);
  const train = (...more: string[]) => forwardflow(['train', ...tiny, '--rule', rule, '--json', ...more]);
  const [own, torch, fresh] = [
    await train('--init', folders.get(rule) ?? ''),
    await train('--init', path),
    await train(),
  ];
  const hash = ({ stdout }: typeof own) => JSON.parse(stdout).runs[0].weightsHash;
  expect(hash(torch)).toBe(hash(own));
  expect(hash(fresh)).not.toBe(hash(own));
  expect(own.stderr).toMatch(new RegExp(`^init of ${rule}: \\d arrays of .*, by their names\n$`));
  const first = bases[rule].layer0;
  expect(torch.stderr).toContain(`  ${first}.weight [12 × 784], transposed → layer0.weight\n`);
  const [init] = JSON.parse(torch.stdout).init;
  expect(init).toMatchObject({ rule, file: path, layout: 'pytorch' });
  expect(init.origins[0]).toEqual({
    ...{ from: `${first}.weight`, to: 'layer0.weight', shape: [12, 784], transposed: true },
  });
});

test.each(rules)('a file of %s without a layer is refused by train and by predict', async (rule) => {
  const { parameters } = await readSafetensors(weightsOf(rule));
  const folder = folders.get(rule) ?? '';
  const kept = parameters.filter(({ name }) => !name.startsWith('layer1.'));
  const lacking = join(runs, `${rule}.lacking.safetensors`);
  await writeSafetensors(lacking, kept);
  const trained = await forwardflow(['train', ...tiny, '--rule', rule, '--init', lacking]);
  const refusal =
    /must be one that holds layer1\.weight \[12 × 9\], layer1\.bias \[9\].*; got 'layer0\.weight/;
  expect(trained.stderr).toMatch(refusal);
  expect([trained.code, trained.stdout]).toEqual([1, '']);
  await writeSafetensors(weightsOf(rule), kept);
  const predicted = await forwardflow(['predict', folder, '--tile', 'plain']);
  await writeSafetensors(weightsOf(rule), parameters);
  expect(predicted.stderr).toMatch(refusal);
  expect([predicted.code, predicted.stdout]).toEqual([1, '']);
});

test('arrays that no network of the run needs are named and refused; compare shares one file', async () => {
  const extra = await forwardflow(['train', ...tiny, '--init', weightsOf('backprop')]);
  expect(extra.stderr).toMatch(
    /must hold arrays of the network only \(layer0\.weight, .*\); got layer2\.weight, layer2\.bias too\n$/,
  );
  const both = await forwardflow(['compare', ...tiny, '--init', weightsOf('backprop'), '--json']);
  expect(both.code).toBe(0);
  expect(JSON.parse(both.stdout).init.map(({ rule }: { rule: string }) => rule)).toEqual(['ff', 'backprop']);
});

test('what is no safetensors file, or none at all, is refused in one sentence', async () => {
  const path = join(runs, 'text.safetensors');
  writeFileSync(path, 'not a safetensors file');
  const text = await forwardflow(['train', ...tiny, '--init', path]);
  expect(text.stderr).toMatch(/^forwardflow: header length of .*text\.safetensors must be /);
  const none = await forwardflow(['train', ...tiny, '--init', join(runs, 'none')]);
  expect(none.stderr).toMatch(
    /^forwardflow: init must be a safetensors or \.npz file, a folder of \.npy files, or a run folder; got '.*none'\n$/,
  );
  const folder = await forwardflow(['train', ...tiny, '--init', runs]);
  expect(folder.stderr).toMatch(
    /^forwardflow: init must be a safetensors or \.npz file, a folder of \.npy files, or a run folder that holds /,
  );
});

test('arrays exported for NumPy lead to the same bits as the run that they came from', async () => {
  const out = join(runs, 'arrays');
  const from = folders.get('mono-forward') ?? '';
  expect((await forwardflow(['export', from, '--as', 'npy', '--out', out])).code).toBe(0);
  const [folder] = readdirSync(out);
  const train = ['train', ...tiny, '--rule', 'mono-forward', '--json', '--init'];
  const [own, numpy] = [
    await forwardflow([...train, from]),
    await forwardflow([...train, join(out, folder)]),
  ];
  expect(numpy.stderr).toMatch(/^init of mono-forward: 8 arrays of .*arrays.*, by their names\n$/);
  const hash = ({ stdout }: typeof own) => JSON.parse(stdout).runs[0].weightsHash;
  expect(hash(numpy)).toBe(hash(own));
});
