import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/cli/reporting/cells/ages.ts';
import { readSafetensors } from '../../src/report.ts';
import { fixture, forwardflow, runsFolder } from './forwardflow.ts';
import { figuresIn } from './report-page.ts';

const runs = runsFolder();
const small = [
  '--data',
  fixture,
  '--layers',
  '12,10',
  '--microbatch',
  '50',
  '--limit',
  '200',
  '--epochs',
  '1',
];
const analog = ['--tile', 'crossbar', '--products', 'plain', '--weight-scale', '0.5', '--cell', 'ideal'];

describe('the report of an analog run', () => {
  it('counts each cell once, in units of the cells, and draws what age has left', async () => {
    const args = [...small, ...analog, '--no-trace', '--runtime', 'inline', '--runs', runs];
    const { stdout, code } = await forwardflow(['train', ...args, '--json']);
    expect(code).toBe(0);
    const { runFolder, runs: all } = JSON.parse(stdout);
    const before = figuresIn(readFileSync(join(runFolder, 'report.html'), 'utf8'));
    expect(before).not.toHaveProperty('ages');
    const { rows } = before['cells-1'];
    const { parameters } = await readSafetensors(join(runFolder, 'weights.safetensors'));
    for (const name of ['layer0', 'layer1']) {
      const data = parameters.find((one) => one.name === `${name}.weight`)?.data as Float32Array;
      const own = rows.filter(([array]) => array === name) as [string, number, number, number][];
      expect(own.reduce((sum, [, , , count]) => sum + count, 0)).toBe(data.length);
      // the network's weights are half of the cells'
      expect(own.at(-1)?.[2]).toBeCloseTo(Math.max(...data.map(Math.abs)) / 0.5, 6);
      const [, from, to, count] = own[20];
      const inside = data.filter((weight) => weight / 0.5 >= from && weight / 0.5 < to);
      expect(Math.abs(inside.length - count)).toBeLessThanOrEqual(1);
    }

    const page = join(runFolder, 'report.html');
    const age = ['age', runFolder, '--seconds', '100', '--points', '3', '--products', 'plain'];
    const unreported = await forwardflow([...age, '--chip-seed', '1', '--no-report']);
    expect([unreported.code, unreported.stdout]).toEqual([0, expect.not.stringContaining('report:')]);
    expect(figuresIn(readFileSync(page, 'utf8'))).not.toHaveProperty('ages');
    const aged = await forwardflow([...age, '--chip-seed', '1', '--json']);
    expect([aged.code, JSON.parse(aged.stdout).report]).toEqual([0, page]);
    const one = figuresIn(readFileSync(page, 'utf8')).ages;
    // the same chip again stands once, and exact cells forget nothing
    const accuracy = 100 * all[0].testAccuracy;
    const ends = wilson(all[0].testAccuracy, all[0].testSamples)?.map((end) => 100 * end) as number[];
    expect(one.rows.map((row) => row[1])).toEqual([0, 1, 100]);
    for (const [, , y, low, high] of one.rows as number[][]) {
      expect(y).toBeCloseTo(accuracy, 9);
      expect([low, high]).toEqual([expect.closeTo(ends[0], 6), expect.closeTo(ends[1], 6)]);
    }
    const file = join(runFolder, 'ages.json');
    expect(JSON.parse(readFileSync(file, 'utf8')).runs).toHaveLength(1);
    expect((await forwardflow([...age, '--chip-seed', '2'])).stdout).toContain(`report: ${page}\n`);
    expect((await forwardflow(['report', runFolder])).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).runs).toHaveLength(2);

    writeFileSync(file, '{"runs":[{"rule":7}]}');
    const { stderr, code: refused } = await forwardflow(['report', runFolder]);
    expect([refused, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toContain('ages.json must be as age writes it');
  }, 60_000);

  it('has no cells where the tile is digital', async () => {
    const args = [...small, '--tile', 'plain', '--no-trace', '--runtime', 'inline', '--runs', runs, '--json'];
    const { runFolder } = JSON.parse((await forwardflow(['train', ...args])).stdout);
    expect(Object.keys(figuresIn(readFileSync(join(runFolder, 'report.html'), 'utf8')))).not.toContain(
      'cells-1',
    );
    expect(existsSync(join(runFolder, 'ages.json'))).toBe(false);
  }, 30_000);
});

describe('an interval of a share', () => {
  it('is that of Wilson: of 10 among 100 it is 5.52 to 17.44 %', () => {
    const [low, high] = wilson(0.1, 100) as [number, number];
    expect([low, high]).toEqual([expect.closeTo(0.0552, 4), expect.closeTo(0.1744, 4)]);
    expect(wilson(0, 0)).toBeUndefined();
  });
});
