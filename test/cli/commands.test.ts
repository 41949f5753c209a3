import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../src/report/files/safetensors.ts';
import { type Ended, fixture, forwardflow, runsFolder, small } from './forwardflow.ts';

const runs = runsFolder();
let trained: Ended;
let compared: Ended;
let mono: Ended;
let three: Ended;

beforeAll(async () => {
  [trained, compared, mono, three] = await Promise.all([
    forwardflow(['train', ...small, '--readout', '--runs', runs, '--json']),
    forwardflow(['compare', ...small, '--runs', runs]),
    forwardflow(['train', ...small, '--rule', 'mono-forward', '--dropout', '0.1', '--runs', runs, '--json']),
    forwardflow(['compare', ...small, '--rules', 'mono-forward,ff,backprop', '--runs', runs]),
  ]);
});

const json = (text: string) => JSON.parse(text);
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n').map(json);

test('train --json prints one document with everything that was promised, and nothing else', () => {
  expect(trained).toMatchObject({ code: 0 });
  const { runFolder, runs: all, interrupted, environment } = json(trained.stdout);
  expect(all).toHaveLength(1);
  const [run] = all;
  expect(run).toMatchObject({
    rule: 'ff',
    schedule: 'stream',
    runtime: 'workers',
    layers: [30, 20],
    workers: 2,
    epochs: 4,
    samples: 4000,
    weightVersions: 1,
    interrupted: false,
  });
  expect(run.tile).toMatch(/plain/);
  expect(run.weightsHash).toMatch(/^[0-9a-f]{64}$/);
  expect(run.testAccuracy).toBeGreaterThan(0.5);
  expect(run.testAccuracy).toBeLessThanOrEqual(1);
  expect(run.latencyMs.p50).toBeGreaterThan(0);
  expect(run.latencyMs.p99).toBeGreaterThanOrEqual(run.latencyMs.p50);
  expect(run.samplesPerSecond).toBeCloseTo(run.samples / run.learningSeconds, 3);
  expect(run.wallSeconds).toBeGreaterThan(run.learningSeconds);
  for (const { busy, starved, blocked, communicating } of run.stages) {
    expect(busy + starved + blocked + communicating).toBeCloseTo(1, 6);
  }
  expect(interrupted).toBe(false);
  expect(environment.cores).toBeGreaterThan(0);
  expect(readdirSync(runFolder).sort()).toEqual([
    'config.json',
    'data.json',
    'histograms.json',
    'metrics.csv',
    'metrics.jsonl',
    'report.html',
    'summary.json',
    'trace.json',
    'weights.safetensors',
  ]);
});

test('the run folder can be read by those who know the formats', async () => {
  const { runFolder, ...summary } = json(trained.stdout);
  expect(json(readFileSync(join(runFolder, 'summary.json'), 'utf8'))).toEqual({ runFolder, ...summary });
  for (const record of lines(join(runFolder, 'metrics.jsonl'))) expect(record).toMatchObject({ rule: 'ff' });
  const { traceEvents } = json(readFileSync(join(runFolder, 'trace.json'), 'utf8'));
  const ops = traceEvents.filter(({ ph, cat }: { ph: string; cat: string }) => ph === 'X' && cat === 'U');
  expect(ops).toHaveLength(2 * 4 * 20); // stages × epochs × microbatches
  const { parameters } = await readSafetensors(join(runFolder, 'weights.safetensors'));
  expect(parameters.map(({ name, shape }) => [name, [...shape]])).toEqual([
    ['layer0.weight', [784, 30]],
    ['layer0.bias', [30]],
    ['layer1.weight', [30, 20]],
    ['layer1.bias', [20]],
    ['layer2.weight', [20, 10]],
    ['layer2.bias', [10]],
  ]);
});

test('the config of a run folder runs it again to the same weights, whatever the runtime', async () => {
  const { runFolder, runs: all } = json(trained.stdout);
  const config = join(runFolder, 'config.json');
  const again = await forwardflow([
    'train',
    '--config',
    config,
    '--runtime',
    'inline',
    '--runs',
    runs,
    '--json',
  ]);
  expect(again).toMatchObject({ code: 0 });
  const [run] = json(again.stdout).runs;
  expect(run.runtime).toBe('inline');
  expect(run.weightsHash).toBe(all[0].weightsHash);
  expect(run.testAccuracy).toBe(all[0].testAccuracy);
});

test('compare ends with one table and a sentence made from its figures', () => {
  expect(compared).toMatchObject({ code: 0 });
  for (const row of [
    'samples/s',
    'matrix-product units',
    'bubble',
    'latency',
    'weight versions',
    'test accuracy',
  ]) {
    expect(compared.stdout).toContain(row);
  }
  expect(compared.stdout).toMatch(
    /On 2 workers the Forward-Forward stream learned \d+\.\d\d × as many samples/,
  );
});

test('predict finds the accuracy that training reported, by goodness and in one pass', async () => {
  const { runFolder, runs: all } = json(trained.stdout);
  const out = join(runs, 'predictions.csv');
  const goodness = await forwardflow(['predict', runFolder, '--json', '--tile', 'plain', '--output', out]);
  expect(goodness).toMatchObject({ code: 0 });
  expect(json(goodness.stdout).runs[0]).toMatchObject({
    by: 'goodness',
    samples: 200,
    testAccuracy: all[0].testAccuracy,
  });
  const table = readFileSync(out, 'utf8').trimEnd().split('\n').slice(1);
  const right = table.filter((line) => line.split(',')[2] === line.split(',')[3]).length;
  expect(right / 200).toBeCloseTo(all[0].testAccuracy, 9);
  const head = 'rule,index,label,predicted,seed,score_0,score_1,score_2';
  expect(readFileSync(out, 'utf8').startsWith(head)).toBe(true);
  for (const [, , , predicted, , ...scores] of table.map((line) => line.split(',')))
    expect(scores.map(Number).indexOf(Math.max(...scores.map(Number)))).toBe(Number(predicted));
  const { confusion, classes } = json(goodness.stdout).runs[0];
  const trace = confusion.reduce((sum: number, row: number[], i: number) => sum + row[i], 0);
  expect(trace).toBe(right);
  expect(classes.map(({ samples }: { samples: number }) => samples)).toEqual(Array(10).fill(20));
  const onePass = await forwardflow(['predict', runFolder, '--by', 'one-pass', '--json', '--tile', 'plain']);
  expect(json(onePass.stdout).runs[0]).toMatchObject({ by: 'one-pass', samples: 200 });
  expect(json(onePass.stdout).runs[0].testAccuracy).toBeGreaterThan(0.5);
});

test('predict prints which digits are taken for which, and refuses an output that cannot be written at once', async () => {
  const { runFolder } = json(trained.stdout);
  const { stdout } = await forwardflow(['predict', runFolder, '--tile', 'plain']);
  expect(stdout).toMatch(
    /^Forward-Forward by goodness: .* % of 200 right, in .* s\n\nlabel \\ predicted +0 +1/,
  );
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  const nowhere = await forwardflow(['predict', runFolder, '--output', join(runs, 'no', 'x.csv')]);
  expect(nowhere).toMatchObject({ code: 1, stdout: '' });
  expect(nowhere.stderr).toMatch(/^forwardflow: output must be a file that can be written; got ENOENT/);
});

test('train --rule mono-forward learns, and predict finds the accuracy it reported in one pass', async () => {
  expect(mono).toMatchObject({ code: 0 });
  const { runFolder, runs: all } = json(mono.stdout);
  expect(all[0]).toMatchObject({ rule: 'mono-forward', schedule: 'stream', samples: 4000 });
  expect(all[0].testAccuracy).toBeGreaterThan(0.5);
  const macs = 2 * (784 * 30 + 30 * 20) + 3 * (30 + 20) * 10;
  expect(all[0].cost.macsPerSample).toBe(macs);
  const [onePass, goodness] = await Promise.all([
    forwardflow(['predict', runFolder, '--json', '--tile', 'plain']),
    forwardflow(['predict', runFolder, '--by', 'goodness']),
  ]);
  expect(json(onePass.stdout).runs[0]).toMatchObject({
    rule: 'mono-forward',
    by: 'one-pass',
    samples: 200,
    testAccuracy: all[0].testAccuracy,
  });
  expect(goodness).toMatchObject({ code: 1, stdout: '' });
  expect(goodness.stderr).toBe("forwardflow: by must be 'one-pass' for mono-forward; got 'goodness'\n");
});

test('compare takes the rules it is told, in their order, with a sentence for each stream', async () => {
  expect(three).toMatchObject({ code: 0 });
  expect(three.stdout).toMatch(/^ +Mono-Forward, +Forward-Forward, +backprop, blocking$/m);
  expect(three.stdout.match(/On 2 workers the \S+ stream learned/g)).toEqual([
    'On 2 workers the Mono-Forward stream learned',
    'On 2 workers the Forward-Forward stream learned',
  ]);
  const folder = /run folder: (.*)/.exec(three.stdout)?.[1] ?? '';
  const all = await forwardflow(['predict', folder, '--json', '--tile', 'plain', '--limit', '50']);
  expect(json(all.stdout).runs.map(({ rule }: { rule: string }) => rule)).toEqual([
    'mono-forward',
    'ff',
    'backprop',
  ]);
});

test('train takes a schedule of backprop, and predict what it has learned', async () => {
  const schedule = ['--rule', 'backprop', '--schedule', '1f1b', '--flush', '3'];
  const flushed = await forwardflow(['train', ...small, ...schedule, '--runs', runs, '--json']);
  expect(flushed).toMatchObject({ code: 0, stderr: '' });
  const { runFolder, runs: all } = json(flushed.stdout);
  expect(all[0]).toMatchObject({ rule: 'backprop', schedule: '1f1b', samples: 4000, weightVersions: 1 });
  expect(all[0].latencyMs.p50).toBeGreaterThan(0);
  expect(json(readFileSync(join(runFolder, 'config.json'), 'utf8'))).toMatchObject({ flush: 3 });
  const predicted = await forwardflow(['predict', runFolder, '--json', '--tile', 'plain']);
  expect(json(predicted.stdout).runs[0].testAccuracy).toBe(all[0].testAccuracy);
});

test('predict takes both networks of a comparison', async () => {
  const folder = /run folder: (.*)/.exec(compared.stdout)?.[1] ?? '';
  const both = await forwardflow([
    'predict',
    folder,
    '--json',
    '--tile',
    'plain',
    '--runtime',
    'inline',
    '--limit',
    '50',
  ]);
  expect(
    json(both.stdout).runs.map(({ rule, samples }: { rule: string; samples: number }) => [rule, samples]),
  ).toEqual([
    ['ff', 50],
    ['backprop', 50],
  ]);
});

test('doctor reports every tile, with its speed or why it cannot be used', async () => {
  const { code, stdout } = await forwardflow(['doctor', '--json']);
  expect(code).toBe(0);
  const { node, cores, tiles, data } = json(stdout);
  expect(node).toBe(process.version);
  expect(cores).toBeGreaterThan(0);
  expect(tiles.map(({ name }: { name: string }) => name)).toEqual([
    'blas',
    'tfjs-node',
    'simd',
    'tfjs-wasm',
    'plain',
  ]);
  for (const { available, gflops, why } of tiles) {
    if (available) expect(gflops).toBeGreaterThan(0);
    else expect(why).toMatch(/\w/);
  }
  expect(data.map(({ name }: { name: string }) => name)).toEqual(['mnist', 'fashion']);
});

test('--microbatches ends a training early, and --prequential predicts every sample before it is learned from', async () => {
  const short = [
    '--data',
    fixture,
    '--rule',
    'mono-forward',
    '--layers',
    '12,9',
    '--tile',
    'plain',
    '--runtime',
    'inline',
    '--runs',
    runs,
  ];
  const few = ['--limit', '400', '--epochs', '2', '--microbatch', '20', '--microbatches', '7'];
  const { code, stdout } = await forwardflow(['train', ...short, ...few, '--prequential', '--json']);
  expect(code).toBe(0);
  const {
    runFolder,
    runs: [run],
  } = JSON.parse(stdout);
  expect(run.samples).toBe(140);
  const trace = readFileSync(join(runFolder, 'trace.json'), 'utf8');
  const asked = trace.match(/"ph":"C","name":"accuracy running [^}]*/g) ?? [];
  // four samples at a time, as many as a slot of 20 × 2 rows holds with all ten labels: 140 in all
  expect(asked.length).toBe(140 / 4);
  const more = await forwardflow(['train', ...short, ...few.slice(0, -1), '41', '--json']);
  expect([more.code, more.stderr]).toEqual([
    1,
    'forwardflow: microbatches must be at most 40, those of 2 epochs; got 41\n',
  ]);
});
