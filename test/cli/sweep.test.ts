import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sweepGrid } from '../../src/cli/sweeping/sweep-grid.ts';
import { forwardflow, started } from './forwardflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwardflow-sweep-'));
let files = 0;
const file = () => join(folder, `${++files}.jsonl`);

interface Row {
  readonly settings: Record<string, unknown>;
  readonly error?: string;
  readonly throughput: number;
  readonly makespan: number;
  readonly perReplication: { readonly throughput: readonly number[] };
}
const text = (path: string) => readFileSync(path, 'utf8');
const rowsIn = (path: string) =>
  text(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
/** whatever the order in which they were done */
const sorted = (path: string) => text(path).trimEnd().split('\n').sort();

describe('a grid', () => {
  const of = (points: readonly object[], ...keys: string[]) =>
    points.map((point) => keys.map((key) => (point as Record<string, unknown>)[key]));

  test('is every combination of its lists, the last turning fastest, with all else fixed', () => {
    const { axes, points } = sweepGrid({ grid: { schedule: ['stream', '1f1b'], stages: [4, 8], seed: 7 } });
    expect(axes.map(({ key }) => key)).toEqual(['schedule', 'stages']);
    expect(of(points, 'schedule', 'stages', 'seed', 'microbatches')).toEqual([
      ['stream', 4, 7, 32],
      ['stream', 8, 7, 32],
      ['1f1b', 4, 7, 32],
      ['1f1b', 8, 7, 32],
    ]);
  });

  test('of the command line has bars between values with commas', () => {
    const vary = ['cost=F=1ms,B=1ms,W=1ms|F=2ms,B=1ms,W=1ms', 'link-latency=0,0.1ms', 'overlap=true,false'];
    const { points } = sweepGrid({ vary });
    expect(points).toHaveLength(8);
    expect(of(points, 'cost', 'linkLatency', 'overlap')[7]).toEqual(['F=2ms,B=1ms,W=1ms', '0.1ms', false]);
    expect(sweepGrid({ vary: ['slow=1:2,2:3'] }).points).toHaveLength(1);
  });

  test('takes flags and --vary before its file, and its file before a config file', () => {
    const { points } = sweepGrid({
      config: { stages: 2, seed: 1, flushes: 3 },
      grid: { stages: [4, 8], seed: 7, microbatches: [8, 16] },
      flags: { microbatches: '24' },
      vary: ['seed=1,2'],
    });
    expect(of(points, 'stages', 'seed', 'microbatches', 'flushes')).toEqual([
      [4, 1, 24, 3],
      [4, 2, 24, 3],
      [8, 1, 24, 3],
      [8, 2, 24, 3],
    ]);
  });

  test('leaves out what is null', () => {
    const { points } = sweepGrid({ grid: { bandwidth: [null, '1GB/s'] } });
    expect(of(points, 'bandwidth')).toEqual([[undefined], ['1GB/s']]);
  });

  test.each([
    [{ grid: { stagez: [1] } }, "grid must hold known settings only; got 'stagez'"],
    [{ grid: { toString: 1 } }, "grid must hold known settings only; got 'toString'"],
    [{ grid: { stages: [4, 0] } }, 'stages must be a whole number, 1 or more; got 0'],
    [{ grid: { stages: [] } }, 'stages must have one value or more; got none'],
    [{ grid: { seed: [1, 2, 1] } }, "values of seed must be different; got '1' twice"],
    [
      { grid: { schedule: ['stream', 'zb-h3'] } },
      /^schedule must be one of .*; got 'zb-h3' \(did you mean 'zb-h1'\?\)$/,
    ],
    [{ grid: { linkLatency: ['0', '-1ms'] } }, /^linkLatency must be a time, 0 or more, .*; got '-1ms'$/],
    [{ grid: { cost: 'F=1ms,B=no' } }, /^cost B must be a time.*; got 'no'$/],
    [{ grid: { jitter: ['exp', 'uniform'] } }, "jitter must be none, lognormal:<cv> or exp; got 'uniform'"],
    [{ vary: ['stages'] }, "vary must be <setting>=<value>,<value>,…; got 'stages'"],
    [{ vary: ['stages=4,x'] }, "stages must be a whole number, 1 or more; got 'x'"],
    [{ vary: ['nope=1'] }, "vary must hold known settings only; got 'nope'"],
    [
      { vary: ['stages=1,2'], flags: { stages: 3 } },
      "stages must be given once; got it again in --vary 'stages=1,2'",
    ],
    [{ config: { stages: [1, 2] } }, 'stages must be a whole number, 1 or more; got [1,2]'],
    [
      {
        grid: {
          seed: Array.from({ length: 2000 }, (_, i) => i),
          stages: Array.from({ length: 1000 }, (_, i) => i + 1),
        },
      },
      'points of a sweep must be at most 100,000; got 2000000',
    ],
  ])('that is wrong is refused in one sentence: %j', (sources, sentence) => {
    expect(() => sweepGrid(sources)).toThrow(sentence);
  });
});

/** the first line of what a sweep prints */
const counted = (stdout: string) => stdout.split('\n')[0];

describe('forwardflow sweep', () => {
  const axes = ['--vary', 'schedule=stream,1f1b,zb-h1', '--vary', 'stages=2,4'];
  const random = ['--jitter', 'lognormal:0.2', '--microbatches', '12', '--replications', '4', '--seed', '7'];

  test('leaves a row a point, the same with the same seed, however many threads there are', async () => {
    const [one, two] = [file(), file()];
    const [first] = await Promise.all([
      forwardflow(['sweep', ...axes, ...random, '--out', one, '--workers', '1']),
      forwardflow(['sweep', ...axes, ...random, '--out', two, '--workers', '2']),
    ]);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(counted(first.stdout)).toBe(`6 of 6 points in ${one}, 0 of them from before, 0 failed`);
    expect(rowsIn(one)).toHaveLength(6);
    expect(sorted(one)).toEqual(sorted(two));
    const row = rowsIn(one).find(({ settings }) => settings.schedule === '1f1b' && settings.stages === 4);
    const alone = await forwardflow(['simulate', '--schedule', '1f1b', '--stages', '4', ...random, '--json']);
    const { eventsPerSecond: _, ...document } = JSON.parse(alone.stdout);
    expect(row).toEqual(document);
  });

  test('goes on with what is there, after a torn line too', async () => {
    const path = file();
    await forwardflow(['sweep', '--vary', 'stages=2,3', '--out', path]);
    const before = text(path);
    const half = `${before}${before.slice(0, 200)}`;
    writeFileSync(path, half);
    const { stdout, code } = await forwardflow(['sweep', '--vary', 'stages=2,3,4', '--out', path]);
    expect([code, counted(stdout)]).toEqual([0, `3 of 3 points in ${path}, 2 of them from before, 0 failed`]);
    expect(text(path).startsWith(before)).toBe(true);
    expect(rowsIn(path).map(({ settings }) => settings.stages)).toEqual(expect.arrayContaining([2, 3, 4]));
    expect(rowsIn(path)).toHaveLength(3);
  });

  test('interrupted, it ends at once with what is done, and goes on from there', async () => {
    const path = file();
    const args = [
      'sweep',
      '--vary',
      'seed=1,2,3,4,5,6',
      '--jitter',
      'exp',
      '--microbatches',
      '100000',
      '--out',
      path,
    ];
    const { ended, kill } = started([...args, '--workers', '1']);
    while (!existsSync(path) || !text(path).includes('\n')) await setTimeout(10);
    kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    const before = text(path);
    const done = rowsIn(path).length;
    expect(done).toBeLessThan(6);
    expect(stderr).toBe(
      `forwardflow: interrupted; ${done} of 6 points in ${path}, 0 of them from before, 0 failed; the same command goes on\n`,
    );
    const again = await forwardflow(args);
    expect([again.code, counted(again.stdout)]).toEqual([
      0,
      `6 of 6 points in ${path}, ${done} of them from before, 0 failed`,
    ]);
    expect(text(path).startsWith(before)).toBe(true);
    expect(rowsIn(path)).toHaveLength(6);
  });

  test('goes on beyond points that fail, names them, and fails', async () => {
    const [some, all] = [file(), file()];
    const [one, other] = await Promise.all([
      forwardflow(['sweep', '--schedule', 'chimera', '--vary', 'microbatches=8,9', '--out', some]),
      forwardflow(['sweep', '--schedule', 'chimera', '--vary', 'microbatches=9,10', '--out', all]),
    ]);
    expect(one.code).toBe(1);
    expect(one.stdout.replace(/\s+/g, ' ')).toContain(
      'failed: microbatches=9: microbatches of chimera must be a multiple of 4, the devices; got 9',
    );
    expect(one.stdout).toContain('2 of 2 points in');
    expect(one.stdout).toContain(', 1 failed');
    const wrong = rowsIn(some).filter(({ error }) => error !== undefined);
    expect(wrong).toHaveLength(1);
    expect(wrong[0].settings.microbatches).toBe(9);
    expect(wrong[0].error).toBe('microbatches of chimera must be a multiple of 4, the devices; got 9');
    expect(other.code).toBe(1);
    expect(rowsIn(all).map(({ error }) => error !== undefined)).toEqual([true, true]);
  });

  test('prints paired differences that plain arithmetic on its rows gives too', async () => {
    const path = file();
    const { stdout, code } = await forwardflow([
      'sweep',
      ...axes,
      ...random,
      '--out',
      path,
      '--paired',
      'schedule=1f1b',
    ]);
    expect(code).toBe(0);
    const rows = rowsIn(path);
    const t = 3.182446305; // Student's, 0.975, 3 degrees of freedom
    for (const schedule of ['stream', 'zb-h1']) {
      for (const stages of [2, 4]) {
        const of = (name: string) =>
          rows.find(({ settings }) => settings.schedule === name && settings.stages === stages)
            ?.perReplication.throughput ?? [];
        const base = of('1f1b');
        const differences = of(schedule).map((value, i) => value - base[i]);
        const mean = differences.reduce((sum, one) => sum + one, 0) / 4;
        const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 3;
        const half = t * Math.sqrt(variance / 4);
        const line = stdout.split('\n').find((one) => new RegExp(`^${stages} +${schedule} `).test(one));
        const printed = (line ?? '').split(/ {2,}/);
        const figures = (cell: string) =>
          cell.match(/[+-][\d.,]+\d/g)?.map((one) => Number(one.replace(/,/g, '')));
        const close = (value: number, to: number) =>
          expect(Math.abs(value - to)).toBeLessThan(1e-4 * Math.abs(to));
        close(figures(printed[2])?.[0] ?? 0, mean);
        close(figures(printed[3])?.[0] ?? 0, mean - half);
        close(figures(printed[3])?.[1] ?? 0, mean + half);
        expect(printed[5]).toBe('4');
      }
    }
  });

  test('ends with its points, best first by the figure asked for, and leaves them as a table', async () => {
    const [path, csv] = [file(), `${file()}.csv`];
    const args = [
      'sweep',
      '--vary',
      'stages=1,2,4',
      '--schedule',
      'stream',
      '--cost',
      'F=1ms,W=0',
      '--microbatches',
      '4',
      '--out',
      path,
    ];
    const byMakespan = await forwardflow([...args, '--sort', 'makespan', '--csv', csv]);
    const column = (stdout: string) =>
      stdout
        .split('\n')
        .slice(3, 6)
        .map((line) => line.split(/ +/)[0]);
    expect(byMakespan.code).toBe(0);
    expect(byMakespan.stdout.split('\n').slice(1, 3)).toEqual([
      'best first by makespan',
      'stages  makespan  throughput  bubble',
    ]);
    expect(column(byMakespan.stdout)).toEqual(['1', '2', '4']);
    const rows = text(csv).trimEnd().split('\n');
    /** commas between quotes are part of a cell */
    const cells = (line: string) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const at = (line: string, name: string) => cells(line)[cells(rows[0]).indexOf(name)];
    // 4 microbatches, of a positive and a negative that take 1 ms each, through s stages: 2 (3 + s) ms
    expect(rows.slice(1).map((row) => [at(row, 'stages'), at(row, 'makespan')])).toEqual([
      ['1', '0.008'],
      ['2', '0.01'],
      ['4', '0.014'],
    ]);
    const again = await forwardflow([...args, '--csv', csv]);
    expect([again.code, again.stderr]).toEqual([
      1,
      `forwardflow: csv must be a new file: a table can't be gone on with; got '${csv}', which exists\n`,
    ]);
  });

  test('writes its file alone; a lock that a killed sweep left is taken over', async () => {
    const path = file();
    const lock = `${path}.lock`;
    writeFileSync(lock, `${process.ppid} on ${hostname()}\n`);
    const refused = await forwardflow(['sweep', '--vary', 'stages=2,3', '--out', path]);
    expect([refused.code, existsSync(path)]).toEqual([1, false]);
    expect(refused.stderr).toBe(
      `forwardflow: ${path} must be written by one command at a time; got a lock of process ${process.ppid} on ${hostname()} (${lock})\n`,
    );
    // above the largest number that a process can have
    writeFileSync(lock, `99999999 on ${hostname()}\n`);
    const taken = await forwardflow(['sweep', '--vary', 'stages=2,3', '--out', path]);
    expect([taken.code, rowsIn(path).length, existsSync(lock)]).toEqual([0, 2, false]);
  });

  test('pairs 20 replications where no one says how many', async () => {
    const path = file();
    await forwardflow([
      'sweep',
      '--vary',
      'schedule=stream,1f1b',
      '--microbatches',
      '8',
      '--jitter',
      'exp',
      '--out',
      path,
      '--paired',
      'schedule=1f1b',
    ]);
    expect(rowsIn(path).map(({ perReplication }) => perReplication.throughput.length)).toEqual([20, 20]);
  });

  test.each([
    [['--vary', 'stages=4,x'], "stages must be a whole number, 1 or more; got 'x'"],
    [
      ['--vary', 'seed=1,2', '--paired', 'seed=3'],
      "paired must be an axis and one of its values (seed=1|2); got 'seed=3'",
    ],
    [
      ['--vary', 'seed=1,2', '--paired', 'stages=4'],
      "paired must be an axis and one of its values (seed=1|2); got 'stages=4'",
    ],
    [['--workers', '0'], 'workers must be a whole number, 1 or more; got 0'],
    [['--grid', 'README.md'], 'grid README.md must be readable JSON; got '],
  ])('%j is refused before anything runs', async (args, sentence) => {
    const path = file();
    const { code, stdout, stderr } = await forwardflow(['sweep', ...args, '--out', path]);
    expect(stderr).toMatch(/^forwardflow: [^\n]*\n$/);
    expect(stderr).toContain(sentence);
    expect([code, stdout, existsSync(path)]).toEqual([1, '', false]);
  });

  test('does no harm to a file that holds other things', async () => {
    const path = file();
    writeFileSync(path, 'notes of someone');
    const { code, stderr } = await forwardflow(['sweep', '--out', path]);
    expect([code, text(path)]).toEqual([1, 'notes of someone']);
    expect(stderr).toMatch(
      /^forwardflow: out must be a file of rows that can be written; got line 1 of .* must be a row/,
    );
  });
});
