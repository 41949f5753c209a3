import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Ended, fixture, forwardflow, runsFolder } from './forwardflow.ts';

const runs = runsFolder();
const tiny = [
  ...['--data', fixture, '--layers', '12,9', '--epochs', '1', '--limit', '300', '--microbatch', '50'],
  ...['--tile', 'plain', '--runs', runs],
];
const inline = ['--runtime', 'inline'];
interface Run {
  readonly rule: string;
  readonly seed: number;
  readonly weightsHash: string;
  readonly testAccuracy: number;
}
const documentOf = ({ stdout }: Ended) => JSON.parse(stdout);
const hashes = (ended: Ended) => documentOf(ended).runs.map(({ weightsHash }: Run) => weightsHash);

let three: Ended;
beforeAll(async () => {
  three = await forwardflow([
    'train',
    ...tiny,
    ...inline,
    '--seeds',
    '1..3',
    '--name',
    'three',
    '--no-trace',
    '--json',
  ]);
});

test('each seed learns what a run of its own would, also side by side on threads', async () => {
  expect(three.code).toBe(0);
  const alone = await forwardflow(['train', ...tiny, ...inline, '--seed', '2', '--json']);
  expect(hashes(three)[1]).toBe(hashes(alone)[0]);
  expect(new Set(hashes(three)).size).toBe(3);
  const beside = ['--workers', '1', '--seeds', '1,2,3', '--side-by-side', '3', '--json'];
  const threads = await forwardflow(['train', ...tiny, ...beside]);
  expect(hashes(threads)).toEqual(hashes(three));
  expect(documentOf(threads)).toMatchObject({ sideBySide: 3 });
});

test('the document has a run a seed, and means with their intervals', () => {
  const { command, name, runs: all, summary } = documentOf(three);
  expect([command, name]).toEqual(['train', 'three']);
  expect(all.map(({ seed }: Run) => seed)).toEqual([1, 2, 3]);
  const accuracies: number[] = all.map(({ testAccuracy }: Run) => testAccuracy);
  const { mean, ci95 } = summary.testAccuracy;
  expect(mean).toBeCloseTo(accuracies.reduce((a, b) => a + b) / 3, 12);
  expect((ci95[0] + ci95[1]) / 2).toBeCloseTo(mean, 12);
  expect(summary.samplesPerSecond.ci95).toHaveLength(2);
});

test('the run folder has the weights of each seed, metrics of each, and predict finds all', async () => {
  const { runFolder, runs: all } = documentOf(three);
  const files = readdirSync(runFolder).filter((name) => name.endsWith('.safetensors'));
  expect(files.sort()).toEqual([1, 2, 3].map((seed) => `seed-${seed}.weights.safetensors`));
  expect(readdirSync(runFolder)).not.toContain('trace.json');
  const rows = readFileSync(join(runFolder, 'metrics.csv'), 'utf8').trimEnd().split('\n');
  expect(new Set(rows.slice(1).map((row) => row.split(',')[1]))).toEqual(new Set(['1', '2', '3']));
  const predicted = await forwardflow(['predict', runFolder, '--tile', 'plain', '--json']);
  expect(documentOf(predicted).runs.map(({ seed, testAccuracy }: Run) => [seed, testAccuracy])).toEqual(
    all.map(({ seed, testAccuracy }: Run) => [seed, testAccuracy]),
  );
});

test('compare tells each rule over the seeds, and of differences only what the intervals allow', async () => {
  const compared = await forwardflow(['compare', ...tiny, ...inline, '--seeds', '1,2']);
  expect(compared.stdout).toMatch(/^Forward-Forward, stream\nseed +test accuracy/);
  expect(compared.stdout).toMatch(/\nbackprop, blocking\nseed +test accuracy/);
  expect(compared.stdout.replaceAll('\n', ' ')).toMatch(/Over 2 seeds Forward-Forward .*points/);
  expect(
    Math.max(
      ...compared.stdout
        .split('\n')
        .slice(0, -2)
        .map(({ length }) => length),
    ),
  ).toBeLessThan(81);
  const document = documentOf(await forwardflow(['compare', ...tiny, ...inline, '--seeds', '1,2', '--json']));
  expect(Object.keys(document.summary)).toEqual(['ff', 'backprop']);
  expect(document.differences[0]).toMatchObject({ rule: 'ff', against: 'backprop', seeds: [1, 2] });
});

const refused: readonly [string[], string][] = [
  [['--seeds', '1,1'], 'seeds must be whole numbers, 0 or more, each once, such as 1..5 or 1,2,3; got [1,1]'],
  [
    ['--seeds', '3..1'],
    "seeds must be whole numbers, 0 or more, each once, such as 1..5 or 1,2,3; got '3..1'",
  ],
  [['--seeds', '0..99999999999'], 'seeds must be at most 1000 numbers; got more'],
  [['--seeds', '1,2', '--seed', '3'], 'seed must be left out with seeds; got 3'],
  [['--seeds', '1,2', '--checkpoint-every', '3'], 'checkpointEvery must be left out with seeds; got 3'],
  [
    ['--seeds', '1,2', '--side-by-side', '0'],
    'sideBySide must be a whole number of networks, 1 or more; got 0',
  ],
  [['--name', ''], "name must be a name; got ''"],
  [['--name', 'red\x1b[31m'], 'name must be text without control characters; got some'],
];
test.each(refused)('train %j is refused', async (flags, sentence) => {
  const { code, stderr } = await forwardflow(['train', ...tiny, ...flags]);
  expect([code, stderr]).toEqual([1, `forwardflow: ${sentence}\n`]);
});

test('a run of several seeds is none to resume', async () => {
  const { runFolder } = documentOf(three);
  const { stderr } = await forwardflow(['train', '--resume', runFolder]);
  expect(stderr).toBe(`forwardflow: run to resume must have one seed; got '${runFolder}', which has 3\n`);
});
