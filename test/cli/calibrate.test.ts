import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forwardflow, runsFolder, small } from './forwardflow.ts';

const folder = runsFolder();

describe('calibrate', () => {
  it('writes a profile that simulate takes, and prints what it predicted beside what it measured', async () => {
    const out = join(folder, 'profile.json');
    const { code, stdout, stderr } = await forwardflow([
      ...[
        'calibrate',
        ...small,
        '--epochs',
        '1',
        '--microbatch',
        '10',
        '--out',
        out,
        '--rounds',
        '2',
        '--json',
      ],
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(document);
    expect(document.layers).toHaveLength(2);
    for (const { F, W } of document.layers) expect(Math.min(F, W)).toBeGreaterThan(0);
    expect(document.contention).toBeGreaterThanOrEqual(1);
    expect(document.checks.length).toBeGreaterThanOrEqual(4);
    const spreads = document.checks.map(({ spread }: { spread: number }) => spread);
    // of two repetitions: their difference over their mean, and no two are equal to the last digit
    for (const spread of spreads) expect(spread).toBeGreaterThan(0);
    expect(document.meanSpread).toBeCloseTo(
      spreads.reduce((sum: number, one: number) => sum + one, 0) / spreads.length,
      12,
    );
    for (const { predicted, measured, error } of document.checks) {
      expect(measured).toBeGreaterThan(0);
      expect(error).toBeCloseTo(Math.abs(predicted - measured) / measured, 12);
    }
    const simulated = await forwardflow(['simulate', '--profile', out, '--stages', '2', '--json']);
    expect(simulated.code).toBe(0);
    const { makespan, stages } = JSON.parse(simulated.stdout);
    const [first] = document.layers;
    // the saturated first stage has 32 microbatches of its own cost at least; sums of doubles differ in their last bits
    expect(makespan * 1e9).toBeGreaterThanOrEqual(32 * (first.F + first.W + first.U) * (1 - 1e-12));
    expect(stages).toHaveLength(2);
    const other = await forwardflow(['simulate', '--profile', out, '--stages', '2', '--schedule', '1f1b']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('must be of backprop for schedule 1f1b; got one of ff');
    const tooMany = await forwardflow(['simulate', '--profile', out, '--stages', '3']);
    expect(tooMany.code).toBe(1);
    expect(tooMany.stderr).toContain('stages must be at most 2, the layers of the profile; got 3');
  });

  it('predicts backprop by every schedule that threads run', async () => {
    const { stdout } = await forwardflow([
      ...[
        'calibrate',
        ...small,
        '--epochs',
        '1',
        '--rule',
        'backprop',
        '--microbatch',
        '20',
        '--rounds',
        '1',
        '--json',
      ],
      ...['--out', join(folder, 'backprop.json')],
    ]);
    const names = JSON.parse(stdout).checks.map(
      ({ configuration }: { configuration: string }) => configuration,
    );
    expect(names.join()).toMatch(/gpipe.*1f1b.*zb-h1.*pipedream/);
  });

  it.each([
    [['--rounds', '0'], 'rounds must be a whole number, 1 or more; got '],
    [
      ['--out', join(folder, 'none', 'profile.json')],
      `profile ${join(folder, 'none', 'profile.json')} must be a file that can be written`,
    ],
  ])('refuses %s in one sentence', async (flags, sentence) => {
    const { code, stderr } = await forwardflow([
      'calibrate',
      ...small,
      '--microbatch',
      '5',
      '--no-check',
      ...flags,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});

describe('train --runtime virtual', () => {
  it('learns to the bit what worker threads learn, in virtual time', async () => {
    const hashes: string[] = [];
    for (const runtime of ['workers', 'virtual']) {
      const flags = runtime === 'virtual' ? ['--link-latency', '50us', '--jitter', 'lognormal:0.2'] : [];
      const { code, stdout } = await forwardflow([
        ...['train', ...small, '--runtime', runtime, '--runs', folder, '--json', ...flags],
      ]);
      expect(code).toBe(0);
      hashes.push(JSON.parse(stdout).runs[0].weightsHash);
    }
    expect(hashes[1]).toBe(hashes[0]);
  });

  it.each([
    [['--link-latency', '1ms'], "linkLatency must be left out with runtime 'workers'; got '1ms'"],
    [
      ['--runtime', 'virtual', '--jitter', 'gamma'],
      "jitter must be none, lognormal:<cv> or exp; got 'gamma'",
    ],
    [['--runtime', 'virtual', '--link-latency', '-1ms'], 'linkLatency must be a time, 0 or more'],
  ])('refuses %s in one sentence', async (flags, sentence) => {
    const { code, stderr } = await forwardflow(['train', ...small, '--runs', folder, ...flags]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});
