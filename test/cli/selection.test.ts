import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const folder = mkdtempSync(fileURLToPath(new URL('../select-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true }));
const layer = (name: string): string => {
  const path = join(folder, `${name}.ts`);
  const code = `import { ${name} } from 'forwardflow';\nexport default ({ units = 9 } = {}) => ${name}({ units });`;
  writeFileSync(path, code);
  return path;
};
const tiny = [
  ...['--data', fixture, '--layers', '12,12', '--epochs', '1', '--limit', '200', '--microbatch', '50'],
  ...['--tile', 'plain', '--runtime', 'inline', '--no-trace', '--runs', runsFolder(), '--json'],
];

test('a layer of one’s own that learns by itself is asked for no selection; one that learns backward gets the head’s', async () => {
  const refused = await forwardflow([
    'train',
    ...tiny,
    '--rule',
    layer('monoForward'),
    '--select',
    'top:0.1',
  ]);
  expect(refused.stderr).toBe(
    "forwardflow: select must be left out with a rule of your own whose layers learn by themselves; got 'top:0.1'\n",
  );
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  const backward = await forwardflow(['train', ...tiny, '--rule', layer('backprop'), '--select', 'top:0.1']);
  expect(JSON.parse(backward.stdout).runs[0].kept.layers).toEqual([0.1, 0.1, 0.1]);
});

test('a selection of one’s own chooses as ours does, and is checked by the rules of its family', async () => {
  const path = join(folder, 'first-half.ts');
  writeFileSync(
    path,
    `import { plan } from 'forwardflow/extend';
     export default ({ share = 0.5 } = {}) => plan(import.meta.url, 'first part', { share });
     export const create = ({ share }) => ({
       name: 'first part',
       choose(slopes, rows, samples, factors) {
         const count = Math.round(share * rows);
         for (let r = 0; r < count; r++) [samples[r], factors[r]] = [r, 1];
         return count;
       },
     });`,
  );
  const runOf = async (select: string) => {
    const { stdout, stderr } = await forwardflow(['train', ...tiny, '--select', select]);
    expect(stderr).toBe('');
    return JSON.parse(stdout).runs[0];
  };
  const [plainRun, whole, half] = [await runOf('all'), await runOf(`${path}:share=1`), await runOf(path)];
  expect(whole.weightsHash).toBe(plainRun.weightsHash);
  expect(half.kept.layers).toEqual([0.5, 0.5]);
  expect((await forwardflow(['check', path])).stdout).toMatch(
    /^a selection, 'first part': \d+ rules hold\n$/,
  );
  const streamed = ['stress', '--source', 'sea', '--layers', '8,8', '--count', '200', '--rate', '1000/s'];
  const virtual = ['--runtime', 'virtual', '--select', path, '--json'];
  const { stdout } = await forwardflow([...streamed, ...virtual]);
  expect(JSON.parse(stdout).kept.layers).toEqual([0.5, 0.5]);
});

test('a run that stopped after some microbatches, by a selective rule, predicts as it did at its end', async () => {
  const args = ['train', ...tiny, '--rule', 'ff-selective', '--microbatches', '3'];
  const { runs, runFolder } = JSON.parse((await forwardflow(args)).stdout);
  const { stdout, stderr } = await forwardflow(['predict', runFolder, '--runtime', 'inline', '--json']);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout).runs[0].testAccuracy).toBe(runs[0].testAccuracy);
});

test('a profile is of all samples, for simulate --kept to scale, and says so', async () => {
  const more = ['--layers', '12,12', '--limit', '100', '--microbatch', '10', '--select', 'top:0.1'];
  const out = ['--rounds', '1', '--no-check', '--json', '--out', join(folder, 'profile.json')];
  const { stderr, code } = await forwardflow(['calibrate', '--data', fixture, ...more, ...out]);
  expect(stderr).toMatch(/^forwardflow: B and W are measured on all samples, whatever is selected: .*\n$/);
  expect(code).toBe(0);
});

test('a plan says that it counts what a selection leaves out', async () => {
  const args = ['plan', '--data', fixture, '--layers', '12,12', '--rule'];
  const { stderr, stdout } = await forwardflow([...args, 'ff-selective', '--json']);
  expect(stderr).toMatch(/^forwardflow: B and W are counted as of all samples: .*\n$/);
  expect(await forwardflow([...args, 'ff', '--json'])).toMatchObject({ stdout, stderr: '' });
});
