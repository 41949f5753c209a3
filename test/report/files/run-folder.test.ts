import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openRunFolder, reopenRunFolder } from '../../../src/report/files/run-folder.ts';

const base = mkdtempSync(join(tmpdir(), 'run-folder-'));
const root = join(base, 'runs');
const date = new Date('2024-05-17T09:30:05.678Z');
afterAll(() => rmSync(base, { recursive: true }));

test('a run folder is named by date and command, and by a number when the name is taken', async () => {
  const made = await Promise.all([1, 2, 3].map(() => openRunFolder(root, 'compare', date)));
  const names = ['', '-2', '-3'].map((nth) => `2024-05-17T09-30-05-compare${nth}`);
  expect(made.map(({ folder }) => folder).sort()).toEqual(names.map((name) => join(root, name)));
  for (const folder of made) folder.close();
});

test('metrics are one complete line a record, there when the call returns', async () => {
  const run = await openRunFolder(root, 'metrics', date);
  run.appendMetrics({ second: 1, text: 'two\nlines' });
  run.appendMetrics({ second: 2, accuracy: 0.5 });
  const text = readFileSync(run.path('metrics.jsonl'), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records).toEqual([
    { second: 1, text: 'two\nlines' },
    { second: 2, accuracy: 0.5 },
  ]);
  run.close();
  run.close();
  expect(() => run.appendMetrics({})).toThrow(/must be open/);
});

test('JSON is written whole, and a failure leaves what stood there before', async () => {
  const run = await openRunFolder(root, 'json', date);
  await run.writeJson('summary.json', { accuracy: 0.97 });
  const loop: { self?: unknown } = {};
  loop.self = loop;
  await expect(run.writeJson('summary.json', loop)).rejects.toThrow(TypeError);
  await expect(run.writeJson('summary.json', undefined)).rejects.toThrow(/that JSON can hold; got undefined/);
  expect(JSON.parse(readFileSync(run.path('summary.json'), 'utf8'))).toEqual({ accuracy: 0.97 });
  expect(readdirSync(run.folder).sort()).toEqual(['metrics.csv', 'metrics.jsonl', 'summary.json']);
  run.close();
});

test('JSON written many times at once under one name is one of them', async () => {
  const run = await openRunFolder(root, 'race', date);
  await Promise.all(Array.from({ length: 8 }, (_, i) => run.writeJson('a.json', { i })));
  expect(JSON.parse(readFileSync(run.path('a.json'), 'utf8')).i).toBeLessThan(8);
  expect(readdirSync(run.folder).sort()).toEqual(['a.json', 'metrics.csv', 'metrics.jsonl']);
  run.close();
});

test('names stay inside the folder', async () => {
  const run = await openRunFolder(root, 'names', date);
  for (const name of ['', '.', '..', '../x', 'a/b', '/x', 'x/']) {
    expect(() => run.path(name)).toThrow(/the name of a file/);
  }
  run.close();
  await expect(openRunFolder(root, '../x', date)).rejects.toThrow(/command must be .*; got '..\/x'/);
});

test('a place that cannot be written is named in one sentence with its cause', async () => {
  const file = join(base, 'file');
  writeFileSync(file, '');
  for (const place of [file, join(file, 'runs')]) {
    const error = await openRunFolder(place, 'compare', date).catch((thrown: unknown) => thrown);
    const sentence = /^run folder .*2024-05-17T09-30-05-compare must be writable; got (EEXIST|ENOTDIR)/;
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).cause).toBeInstanceOf(Error);
  }
});

test.skipIf(process.platform !== 'linux')(
  'a folder that the system denies ever to have seen ends in a sentence too',
  async () => {
    await expect(openRunFolder('/proc/nope', 'train', date)).rejects.toThrow(/must be writable; got ENOENT/);
  },
);

test('a run that is resumed continues its metrics behind the last whole line, with a trace of its own', async () => {
  const run = await openRunFolder(root, 'resumed', date);
  run.appendMetrics({ second: 1 });
  run.close();
  const path = run.path('metrics.jsonl');
  for (const torn of ['', '{"sec', `{"text":"${'x'.repeat(200_000)}`]) {
    appendFileSync(path, torn);
    const again = await reopenRunFolder(run.folder, 40);
    expect([again.folder, again.traceName]).toEqual([run.folder, 'trace-40.json']);
    again.appendMetrics({ second: 2 });
    again.close();
  }
  expect(readFileSync(path, 'utf8')).toBe(`{"second":1}\n${'{"second":2}\n'.repeat(3)}`);
  expect(run.traceName).toBe('trace.json');
});

test('a run may be resumed at the same microbatch again, and no trace is replaced', async () => {
  const run = await openRunFolder(root, 'resumed-twice', date);
  run.close();
  const names: string[] = [];
  for (let i = 0; i < 3; i++) {
    const again = await reopenRunFolder(run.folder, 0);
    names.push(again.traceName);
    writeFileSync(again.path(again.traceName), '');
    again.close();
  }
  expect(names).toEqual(['trace-0.json', 'trace-0-2.json', 'trace-0-3.json']);
});

test('metrics of nothing but a torn line, and metrics that are missing, begin anew', async () => {
  const run = await openRunFolder(root, 'torn', date);
  run.close();
  for (const damage of [
    () => writeFileSync(run.path('metrics.jsonl'), '{"to'),
    () => rmSync(run.path('metrics.jsonl')),
  ]) {
    damage();
    const again = await reopenRunFolder(run.folder, 3);
    again.appendMetrics({ second: 1 });
    again.close();
    expect(readFileSync(run.path('metrics.jsonl'), 'utf8')).toBe('{"second":1}\n');
  }
});

test('a folder to resume that is missing is named in one sentence', async () => {
  const missing = join(base, 'missing');
  await expect(reopenRunFolder(missing, 0)).rejects.toThrow(
    `run folder ${missing} must be there and writable; got ENOENT`,
  );
  await expect(reopenRunFolder(missing, -1)).rejects.toThrow(
    'microbatch to resume at must be a whole number',
  );
});

test('the table of metrics has its head once, also where a run goes on and its last line was torn', async () => {
  const run = await openRunFolder(root, 'table', date);
  run.appendRows('a,b', ['1,2']);
  run.appendRows('a,b', []);
  run.appendRows('a,b', ['3,4', '5,6']);
  run.close();
  appendFileSync(run.path('metrics.csv'), '7,');
  const again = await reopenRunFolder(run.folder, 0);
  again.appendRows('a,b', ['7,8']);
  again.close();
  expect(readFileSync(run.path('metrics.csv'), 'utf8')).toBe('a,b\n1,2\n3,4\n5,6\n7,8\n');
});

test('the last lines of moments that come again are cut off where a run goes on, and no others', async () => {
  const run = await openRunFolder(root, 'cut', date);
  for (const second of [1, 5, 2, 3, 4]) run.appendMetrics({ second, text: 'x'.repeat(second * 40_000) });
  run.appendRows('a,b', ['1,2', '3,4', '5,6']);
  run.close();
  appendFileSync(run.path('metrics.jsonl'), '{"second":9');
  const again = await reopenRunFolder(run.folder, 0, {
    metrics: (line) => JSON.parse(line).second <= 2,
    table: (line) => !(Number(line.split(',')[0]) > 0),
  });
  again.appendMetrics({ second: 3 });
  again.appendRows('a,b', ['7,8']);
  again.close();
  const lines = readFileSync(run.path('metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).second)).toEqual([1, 5, 2, 3]);
  expect(readFileSync(run.path('metrics.csv'), 'utf8')).toBe('a,b\n7,8\n');
});
