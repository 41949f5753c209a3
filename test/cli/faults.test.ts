import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fixture, forwardflow, nowhere, runsFolder, small, started } from './forwardflow.ts';

const sentences: readonly [string, string[], RegExp][] = [
  ['an unknown option', ['train', '--frobnicate'], /^forwardflow: unknown option '--frobnicate'$/],
  [
    'a sweep into a device that never ends',
    ['sweep', '--vary', 'stages=2,4', '--out', '/dev/zero'],
    /^forwardflow: out must be a file of rows that can be written; got \/dev\/zero, which is no regular file$/,
  ],
  [
    'a member that is a device',
    ['check', '/dev/zero'],
    /must be a module that can be loaded; got no regular file$/,
  ],
  [
    'runs in what is no folder',
    ['runs', '--runs', '/dev/zero'],
    /^forwardflow: runs must be a folder; got '\/dev\/zero', which is none$/,
  ],
  ['an unknown command', ['frobnicate'], /^forwardflow: unknown command 'frobnicate'$/],
  [
    '--capacity 0',
    ['train', '--capacity', '0'],
    /^forwardflow: capacity must be a whole number of microbatches, 1 or more; got 0$/,
  ],
  [
    'units that are no numbers',
    ['train', '--layers', '500,x'],
    /^forwardflow: layers must be whole numbers of units.*got 'x'$/,
  ],
  [
    'a rule that is none',
    ['train', '--rule', 'hebb'],
    /^forwardflow: rule must be 'ff', 'mono-forward', 'backprop', 'block-local', 'ff-selective', 'mono-forward-selective', 'backprop-selective', 'block-local-selective' or the path of a module; got 'hebb'$/,
  ],
  [
    'a setting of the other rule',
    ['train', '--rule', 'backprop', '--theta', '2'],
    /^forwardflow: theta must be left out with rule backprop; got 2$/,
  ],
  [
    'negatives where there are none',
    ['train', '--rule', 'mono-forward', '--negatives', 'uniform'],
    /^forwardflow: negatives must be left out with rule mono-forward; got 'uniform'$/,
  ],
  [
    'dropout in a backprop layer',
    ['train', '--rule', 'backprop', '--dropout', '0.2'],
    /^forwardflow: dropout must be left out with rule backprop; got 0\.2$/,
  ],
  [
    'dropout of everything',
    ['train', '--rule', 'mono-forward', '--dropout', '1'],
    /^forwardflow: dropout must be 0 or more and below 1; got 1$/,
  ],
  [
    'a setting of a rule that is not compared',
    ['compare', '--no-normalise'],
    /^forwardflow: normalise must be left out with rules ff, backprop; got false$/,
  ],
  [
    'a learning rate of a rule that is not compared',
    ['compare', '--rules', 'mono-forward,backprop', '--learning-rate', '0.1'],
    /^forwardflow: learningRate must be left out with rules mono-forward, backprop; got 0\.1$/,
  ],
  [
    'blocks of layers that learn by another rule',
    ['train', '--rule', 'mono-forward', '--blocks', '2'],
    /^forwardflow: blocks must be left out with rule mono-forward; got '2'$/,
  ],
  [
    'more blocks than layers',
    ['train', '--rule', 'block-local', '--layers', '9,8', '--blocks', '3'],
    /^forwardflow: blocks must be at most 2, as there are hidden layers; got 3$/,
  ],
  [
    'blocks that leave a layer out',
    ['train', '--rule', 'block-local', '--layers', '9,8,7', '--blocks', '1+1'],
    /^forwardflow: blocks must hold 3 layers together, as there are; got 1\+1, which hold 2$/,
  ],
  [
    'blocks that are no numbers',
    ['train', '--rule', 'block-local', '--blocks', '1+0'],
    /^forwardflow: blocks must be a whole number, 1 or more, or several with \+ between; got '1\+0'$/,
  ],
  [
    'pairs of rows for blocks',
    ['train', '--rule', 'block-local', '--tile', 'crossbar', '--cell', 'constant-step', '--update', 'paired'],
    /^forwardflow: update must be another than 'paired' with rule block-local, which has no pairs of rows; got 'paired'$/,
  ],
  [
    'a rule compared with itself',
    ['compare', '--rules', 'ff,ff'],
    /^forwardflow: rules must be some of 'ff', 'mono-forward', 'backprop', 'block-local', 'ff-selective', 'mono-forward-selective', 'backprop-selective', 'block-local-selective' or paths of modules, each once, with commas between; got /,
  ],
  [
    'a loss that is none',
    ['train', '--loss', 'hinge'],
    /^forwardflow: loss must be 'symba', 'swish', 'logistic' or the path of a module; got 'hinge'$/,
  ],
  [
    'negatives that are none',
    ['train', '--negatives', 'lagged'],
    /^forwardflow: negatives must be 'hard', 'uniform', .*, 'permuted-pixels', 'masked' or the path of a module; got 'lagged' \(did you mean 'lagged-goodness'\?\)$/,
  ],
  [
    'a lag below 0',
    ['train', '--negatives', 'lagged-goodness', '--lag', '-1'],
    /^forwardflow: lag must be a whole number of updates, 0 or more; got -1$/,
  ],
  [
    'a lag of negatives that have none',
    ['train', '--lag', '2'],
    /^forwardflow: lag must be left out with negatives 'hard'; got 2$/,
  ],
  [
    'images to reject without a readout to tell classes',
    ['train', '--negatives', 'hybrid-mask'],
    /^forwardflow: readout must be true with negatives 'hybrid-mask'; got false$/,
  ],
  [
    'negatives of a readout that is not there',
    ['train', '--negatives', 'lagged-readout'],
    /^forwardflow: readout must be true with negatives 'lagged-readout'; got false$/,
  ],
  [
    'a weight decay below 0',
    ['train', '--weight-decay', '-0.1'],
    /^forwardflow: weightDecay must be a finite number, 0 or more; got -0.1$/,
  ],
  [
    'a weight decay that is no number',
    ['train', '--weight-decay', 'some'],
    /^forwardflow: weightDecay must be a finite number, 0 or more; got 'some'$/,
  ],
  [
    'a decay that is none',
    ['train', '--decay', 'steps'],
    /^forwardflow: decay must be 'linear' or 'cosine'; got 'steps'$/,
  ],
  [
    'half a pixel',
    ['train', '--shift', '0.5'],
    /^forwardflow: shift must be a whole number of pixels, 0 or more; got 0.5$/,
  ],
  [
    'a shift out of the picture',
    ['train', ...small, '--shift', '28'],
    /^forwardflow: translation must be below 28 pixels, the side of the images; got 28$/,
  ],
  [
    'a label of no strength',
    ['train', '--label-strength', '0'],
    /^forwardflow: labelStrength must be a number from 0.000001 to 1000000; got 0$/,
  ],
  [
    'a label in the picture of the other rule',
    ['train', '--rule', 'backprop', '--label-strength', '2'],
    /^forwardflow: labelStrength must be left out with rule backprop; got 2$/,
  ],
  [
    'data that are nowhere',
    ['train', '--data', nowhere()],
    /^forwardflow: data must be 'mnist', 'fashion', a file or folder \(IDX, .*\), or - for CSV on standard input; got '\/.*\/nowhere'$/,
  ],
  [
    'more samples than there are',
    ['train', ...small, '--limit', '1001'],
    /^forwardflow: limit must be at most 1000/,
  ],
  [
    'more workers than layers',
    ['train', ...small, '--workers', '9'],
    /^forwardflow: workers must be at most 2, the number of layers; got 9$/,
  ],
  [
    'a run folder below a file',
    ['train', ...small, '--runs', 'package.json'],
    /^forwardflow: run folder package\.json\/.* must be writable; got /,
  ],
  [
    'a run folder that is none',
    ['predict', nowhere()],
    /^forwardflow: run must be a run folder, .* or the name of a run there; got '\/.*\/nowhere'/,
  ],
  [
    'a config file that is none',
    ['train', '--config', 'README.md'],
    /^forwardflow: config file README\.md must be readable JSON; got /,
  ],
];

test.each(sentences)('%s is refused in one sentence', async (_name, args, sentence) => {
  const runs = args.includes('--runs') ? [] : ['--runs', runsFolder()];
  const { code, stdout, stderr } = await forwardflow(args[0] === 'train' ? [...args, ...runs] : args);
  expect(stderr.trimEnd()).toMatch(sentence);
  expect(stdout).toBe('');
  expect(code).toBe(1);
});

test('a process of its own ends with the same sentence and status', async () => {
  const { code, stdout, stderr } = await started(['train', '--capacity', '0']).ended;
  expect(stderr).toBe('forwardflow: capacity must be a whole number of microbatches, 1 or more; got 0\n');
  expect([code, stdout]).toEqual([1, '']);
});

test('a setting that no one knows in a config file is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-config-'));
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ epochz: 3 }));
  const { code, stderr } = await forwardflow(['train', '--config', config]);
  expect(stderr).toContain(`must hold known settings only; got 'epochz'`);
  expect(code).toBe(1);
});

/** The fixture with one file changed. */
function damaged(name: string, change: (bytes: Buffer) => Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-data-'));
  cpSync(fixture, folder, { recursive: true });
  const file = readdirSync(folder).find((entry) => entry.startsWith(name)) ?? '';
  writeFileSync(join(folder, file), change(gunzipSync(readFileSync(join(folder, file)))));
  return folder;
}

const withData = (folder: string) => [
  'train',
  ...small.filter((_, i) => i > 1),
  '--data',
  folder,
  '--runs',
  runsFolder(),
];

test('a truncated IDX file is named with what it must hold', async () => {
  const folder = damaged('train-images', (bytes) => bytes.subarray(0, 5000));
  const { code, stderr } = await forwardflow(withData(folder));
  expect(stderr).toMatch(/train-images.* must hold .*784016 bytes; got 5000/);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(code).toBe(1);
});

test('a label of the test set that is not learned is named with its place', async () => {
  const folder = damaged('t10k-labels', (bytes) => Buffer.from(bytes).fill(10, 8 + 7, 8 + 8));
  const { code, stderr } = await forwardflow(withData(folder));
  expect(stderr).toMatch(
    /label of sample 8 of .* must be one of the 10 classes that are learned, .*; got '10'/,
  );
  expect(code).toBe(1);
});

test('interrupted, a run ends at once, says so, and leaves a folder that can be read', async () => {
  const runs = runsFolder();
  let interrupted = false;
  // that many epochs take hours: whether it ends at once is seen in that it ends
  const { code, stdout } = await started(
    ['train', ...small, '--epochs', '100000', '--runs', runs, '--json'],
    ({ stderr }, kill) => {
      if (interrupted || !stderr.includes('samples/s')) return;
      interrupted = true;
      kill('SIGINT');
    },
  ).ended;
  expect(code).toBe(130);
  const summary = JSON.parse(stdout);
  expect(summary.interrupted).toBe(true);
  expect(summary.runs[0].samples).toBeGreaterThan(0);
  const [folder] = readdirSync(runs);
  const read = (name: string) => readFileSync(join(runs, folder, name), 'utf8');
  expect(JSON.parse(read('summary.json'))).toEqual(summary);
  expect(JSON.parse(read('trace.json')).traceEvents.length).toBeGreaterThan(100);
  for (const line of read('metrics.jsonl').trimEnd().split('\n')) JSON.parse(line);
  expect(summary.runs[0].weightsHash).toMatch(/^[0-9a-f]{64}$/);
});
