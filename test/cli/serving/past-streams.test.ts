import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findStream } from '../../../src/cli/runs/stream-record.ts';
import { pastFile, pastRun, pastRuns } from '../../../src/cli/serving/past-runs.ts';
import { forwardflow, runsFolder, small, started } from '../forwardflow.ts';

const root = runsFolder();
let stream: { readonly runFolder: string; readonly learned: number };
let name: string;

beforeAll(async () => {
  const asked = [
    '--source',
    'sea',
    '--rate',
    '2000/s',
    '--count',
    '300',
    '--layers',
    '8',
    '--runtime',
    'inline',
    '--name',
    'seaside',
  ];
  const common = ['--runs', root, '--no-report', '--json'];
  stream = JSON.parse((await forwardflow(['stress', ...asked, ...common])).stdout);
  name = basename(stream.runFolder);
  await forwardflow(['train', ...small, '--epochs', '1', '--no-trace', ...common]);
}, 60_000);

const report = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(stream.runFolder, 'report.json'), 'utf8'));

/** Streams beside it that differ in what `report.json` holds; undefined: it has none. */
function beside(reports: Readonly<Record<string, object | string | undefined>>): string {
  const folder = runsFolder();
  for (const [one, value] of Object.entries(reports)) {
    cpSync(stream.runFolder, join(folder, one), { recursive: true });
    const path = join(folder, one, 'report.json');
    if (value === undefined) rmSync(path);
    else writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return folder;
}

test('streams stand in the list with what they came to, among runs, the newest first', () => {
  const [first, second, ...more] = pastRuns(root);
  expect([first.command, second.command, more]).toEqual(['train', 'stress', []]);
  const { prequential, learnedPerSecond } = report() as {
    prequential: { accuracy: number };
    learnedPerSecond: number;
  };
  const figures = [{ rule: 'ff', accuracy: prequential.accuracy, samplesPerSecond: learnedPerSecond }];
  expect(second).toMatchObject({ folder: name, name: 'seaside', state: 'finished', figures });
});

test('a stream is meant by its name too', () => {
  expect(findStream('seaside', root)?.folder).toBe(name);
  expect(findStream('sea', root)).toBeUndefined();
});

test('one that is chosen shows its report, without curves, and hands out its files and no others', async () => {
  const found = await pastRun(root, name);
  expect(found).toMatchObject({ run: { folder: name }, summary: report(), curves: [] });
  expect(JSON.parse(pastFile(root, name, 'report.json') ?? '')).toEqual(report());
  expect(pastFile(root, name, 'config.json')).toContain('"source": "sea"');
  for (const other of ['summary.json', 'trace.json', '../config.json', 'weights.safetensors'])
    expect(pastFile(root, name, other)).toBeUndefined();
});

test('its state is told where it failed, was interrupted, was killed, or its report is none', () => {
  const whole = report();
  const folder = beside({
    '1-failed': { ...whole, error: 'no more samples' },
    '2-interrupted': { ...whole, interrupted: true, prequential: null },
    '3-killed': undefined,
    '4-broken': '{"interrupted":',
    '5-other': { interrupted: 'no' },
  });
  mkdirSync(join(folder, '6-no-run'));
  const states = pastRuns(folder).map(({ folder, state, figures }) => [folder, state, figures.length]);
  expect(states.sort()).toEqual([
    ['1-failed', 'failed', 1],
    ['2-interrupted', 'interrupted', 1],
    ['3-killed', 'unfinished', 0],
    ['4-broken', 'unfinished', 0],
    ['5-other', 'unfinished', 0],
  ]);
});

test('serve takes a stream by the name of its folder', async () => {
  const server = started(['serve', '--runs', root, name], ({ stdout }, kill) => {
    const url = stdout.trim();
    if (asked !== undefined || !stdout.endsWith('\n')) return;
    asked = fetch(`${url}runs/${name}`).then((answer) => answer.json());
    asked.finally(() => kill('SIGINT')).catch(() => {});
  });
  await server.ended;
  expect(await asked).toMatchObject({ summary: { learned: stream.learned } });
}, 30_000);
let asked: Promise<unknown> | undefined;
