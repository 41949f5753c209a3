import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { exports } from '../../src/report.ts';
import { forwardflow, nowhere, runsFolder } from './forwardflow.ts';

const run = fileURLToPath(new URL('../../fixtures/readers/2026-11-28T15-58-07-compare', import.meta.url));
const exported = (as: string, out: string, ...more: string[]) =>
  forwardflow(['export', run, '--as', as, '--out', out, ...more]);

test.each(exports.map(({ name }) => name))(
  '%s writes its files and tells each with its size',
  async (name) => {
    const out = nowhere();
    const { code, stdout, stderr } = await exported(name, out, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ run, as: name, out });
    expect(told.files.length).toBeGreaterThan(0);
    for (const { path, bytes } of told.files) expect(statSync(path).size).toBe(bytes);
  },
);

test('what is there is not replaced unless it is asked for, and then nothing is written at all', async () => {
  const out = runsFolder();
  mkdirSync(join(out, 'mono-forward-seed-1'));
  writeFileSync(join(out, 'mono-forward-seed-1/layer0.bias.npy'), 'mine');
  const refused = await exported('npy', out);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    `forwardflow: out must be a folder without the files that are written, or given with --force; got ${out}/mono-forward-seed-1/layer0.bias.npy, which is there\n`,
  );
  expect(existsSync(join(out, 'ff-seed-1'))).toBe(false);
  expect(readFileSync(join(out, 'mono-forward-seed-1/layer0.bias.npy'), 'utf8')).toBe('mine');
  expect((await exported('npy', out, '--force')).code).toBe(0);
  expect(statSync(join(out, 'mono-forward-seed-1/layer0.bias.npy')).size).toBe(128 + 4 * 24);
});

test('for people the files are listed in 80 columns', async () => {
  const { stdout } = await exported('npy', nowhere('here'));
  const lines = stdout.trimEnd().split('\n').slice(1);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.at(-1)).toBe('  and 12 more');
});

test('a form, a run or a folder that is none is refused in one sentence', async () => {
  const said = async (...args: string[]) => (await forwardflow(['export', ...args])).stderr;
  expect(await said(run, '--as', 'tensorbord', '--out', 'x')).toContain("(did you mean 'tensorboard'?)\n");
  expect(await said('nothing', '--as', 'csv', '--out', 'x', '--runs', runsFolder())).toMatch(
    /^forwardflow: run must be a run folder, .*; got 'nothing'\n$/,
  );
  expect(await said(run, '--as', 'csv', '--out', '/dev/null/x')).toMatch(/^forwardflow: .*\/dev\/null.*\n$/);
});

test.each([
  ['csv', 'metrics.jsonl', '{"rule":1}\n', 'rule in line 1 of ', 'must be text; got 1'],
  ['csv', 'metrics.jsonl', '{"rule":\n', 'line 1 of ', 'must be JSON; got'],
  ['tensorboard', 'metrics.jsonl', undefined, 'metrics ', 'must be a readable file'],
  [
    'chrome',
    'trace.json',
    '{"traceEvents":[{"ph":"X"}]}',
    "name of an event 'X' of trace.json",
    'must be there',
  ],
  ['chrome', 'trace.json', 'hello', 'trace ', 'must be JSON with a list of traceEvents'],
  ['chrome', 'trace.json', undefined, 'run ', 'must be one with a trace, made without --no-trace'],
  ['npy', 'ff.weights.safetensors', 'no weights', 'ff.weights.safetensors', 'must be'],
] as const)(
  '%s of a folder with a broken %s (%#) names it and the rule',
  async (as, name, content, thing, rule) => {
    const broken = join(runsFolder(), '2026-01-01T00-00-00-compare');
    cpSync(run, broken, { recursive: true });
    rmSync(join(broken, name));
    if (content !== undefined) writeFileSync(join(broken, name), content);
    const out = nowhere();
    const { code, stderr } = await forwardflow(['export', broken, '--as', as, '--out', out]);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain(thing);
    expect(stderr).toContain(rule);
    expect(existsSync(out)).toBe(false);
  },
);

test('of a run that was killed the last line and the end of the trace are made good', async () => {
  const killed = join(runsFolder(), '2026-01-01T00-00-00-compare');
  cpSync(run, killed, { recursive: true });
  rmSync(join(killed, 'summary.json'));
  const metrics = readFileSync(join(run, 'metrics.jsonl'), 'utf8').split('\n').slice(0, 2);
  writeFileSync(join(killed, 'metrics.jsonl'), `${metrics.join('\n')}\n{"rule":"f`);
  const [, ...events] = readFileSync(join(run, 'trace.json'), 'utf8').split('\n').slice(0, 50);
  writeFileSync(join(killed, 'trace.json'), `[${' '.repeat(38)}\n${events.join('\n').slice(0, -30)}`);
  const out = nowhere();
  const chrome = await forwardflow(['export', killed, '--as', 'parquet', '--out', out]);
  expect(chrome).toMatchObject({ code: 0, stderr: '' });
  const table = await forwardflow(['export', killed, '--as', 'csv', '--out', out]);
  expect(table.code).toBe(0);
  const rows = readFileSync(join(out, 'metrics.csv'), 'utf8').trimEnd().split('\n');
  expect(new Set(rows.slice(1).map((row) => row.split(',')[2]))).toEqual(new Set(['1500', '41500']));
});

test.each([
  [{ tile: 'crossbar' }, "on a digital tile, whose weights are all there is to it; got tile 'crossbar'"],
  [{ rules: ['./mine.ts'] }, "of layers that this library has; got rule './mine.ts'"],
  [{ negatives: './mine.ts' }, "with negatives that this library has; got './mine.ts'"],
  [{ goodness: './mine.ts' }, "with goodness 'mean' or 'sum'; got './mine.ts'"],
])('a network whose arithmetic a script cannot repeat (%o) is refused as PyTorch', async (other, said) => {
  const changed = join(runsFolder(), '2026-01-01T00-00-00-compare');
  cpSync(run, changed, { recursive: true });
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
  writeFileSync(join(changed, 'config.json'), JSON.stringify({ ...config, ...other }));
  cpSync(join(run, 'ff.weights.safetensors'), join(changed, '1-mine.weights.safetensors'));
  const out = nowhere();
  const { code, stderr } = await forwardflow(['export', changed, '--as', 'pytorch', '--out', out]);
  expect([code, stderr]).toEqual([1, `forwardflow: network ff-seed-1 as PyTorch must be ${said}\n`]);
  expect(existsSync(out)).toBe(false);
  expect((await forwardflow(['export', changed, '--as', 'npy', '--out', out])).code).toBe(0);
});

test('of a stream under stress there are the trace and the weights, and its figures are refused', async () => {
  const runs = runsFolder();
  const stream = ['--source', 'sea', '--rate', '2000/s', '--duration', '500ms', '--rule', 'mono-forward'];
  const flags = ['--layers', '8', '--runtime', 'virtual', '--tile', 'plain', '--runs', runs, '--json'];
  const { runFolder } = JSON.parse((await forwardflow(['stress', ...stream, ...flags])).stdout);
  const told = async (as: string) =>
    forwardflow(['export', runFolder, '--as', as, '--out', join(runs, as), '--json']);
  for (const as of ['chrome', 'npy', 'safetensors']) expect((await told(as)).code).toBe(0);
  expect(existsSync(join(runs, 'npy/mono-forward-seed-1/layer0.weight.npy'))).toBe(true);
  expect((await told('csv')).stderr).toBe(
    `forwardflow: run must be of train or compare, which write figures down as they go; got ${runFolder}, of stress\n`,
  );
  expect((await told('pytorch')).stderr).toContain('must be of train or compare, whose data are known; got');
});
