import { expect, test } from 'vitest';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';

const runs = runsFolder();
const small = [
  ...['--data', fixture, '--layers', '24,16,12', '--epochs', '2', '--microbatch', '50'],
  ...['--tile', 'plain', '--runs', runs, '--no-trace'],
];
const trained = async (...more: string[]) => {
  const { code, stdout, stderr } = await forwardflow(['train', ...small, '--json', ...more]);
  expect([code, stderr]).toEqual([0, '']);
  const { runFolder, runs: all } = JSON.parse(stdout);
  return { runFolder, ...all[0] };
};

test('train --rule block-local learns on a worker a block, and predict finds the accuracy it reported', async () => {
  const run = await trained('--rule', 'block-local', '--blocks', '1+2', '--learning-rate', '0.01');
  expect(run).toMatchObject({ rule: 'block-local', schedule: 'stream', workers: 2, samples: 2000 });
  expect(run.testAccuracy).toBeGreaterThan(0.5);
  expect(run.cost.macsPerSample).toBe(2 * (784 * 24 + 24 * 16) + 3 * (24 * 10 + 16 * 12 + 12 * 10));
  const { stdout } = await forwardflow(['predict', run.runFolder, '--json', '--products', 'plain']);
  const [prediction] = JSON.parse(stdout).runs;
  expect(prediction).toMatchObject({ rule: 'block-local', testAccuracy: run.testAccuracy });
});

test('with a block a layer it ends with the weights of mono-forward, choosing too', async () => {
  const rate = [
    '--learning-rate',
    '0.002',
    '--dropout',
    '0.1',
    '--select',
    'above:0.9',
    '--runtime',
    'inline',
  ];
  const [blocks, mono] = [
    await trained('--rule', 'block-local', '--blocks', '3', ...rate),
    await trained('--rule', 'mono-forward', ...rate),
  ];
  expect(blocks.weightsHash).toBe(mono.weightsHash);
  expect(blocks.testAccuracy).toBe(mono.testAccuracy);
  expect(blocks.kept).toEqual(mono.kept);
  expect(blocks.kept.all).toBeLessThan(1);
});

test('compare puts it beside the others, each with a learning rate of its own', async () => {
  const rules = ['--rules', 'mono-forward,block-local,backprop', '--block-local-learning-rate', '0.002'];
  const { code, stdout } = await forwardflow(['compare', ...small, ...rules]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ +Mono-Forward, +block-local, stream +backprop, blocking$/m);
  expect(stdout).toContain('On 2 workers the block-local stream learned');
});
