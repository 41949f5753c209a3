import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/cli/settings/read-settings.ts';
import { scheduleNames } from '../../src/cli/settings/schedules.ts';
import { simulationSettings } from '../../src/cli/settings/simulation-settings.ts';
import { simulated } from '../../src/cli/simulating/simulated.ts';
import { forwardflow, nowhere } from './forwardflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwardflow-simulate-'));
/** A file as `train --json --select` leaves it. */
function keptFile(name: string, run: object): string {
  const path = join(folder, `kept-${name}.json`);
  writeFileSync(path, JSON.stringify({ command: 'train', runs: [run] }));
  return path;
}

const small = ['--stages', '4', '--microbatches', '8'];
const unit = [...small, '--cost', 'F=1ms,B=1ms,W=1ms', '--link-latency', '0.1ms'];

describe('simulate --json agrees with the closed forms', () => {
  test.each([
    // (m + p − 1)(f + b + w) + 2c[(p − 1)(1 + m/p) − 1]
    [['--schedule', '1f1b', ...unit], 0.0346],
    // m(f + b + w) + (p − 1)(f + b − w) + 4(p − 1)c
    [['--schedule', 'zb-h1', ...unit], 0.0282],
    // m(f + b + w) + (p − 1)(f + b − 2w + 2c)
    [['--schedule', 'zb-h2', ...unit], 0.0246],
    // (m + p − 1)αu
    [['--schedule', 'stream', ...small, '--cost', '4ms'], 0.044],
  ])('%j lasts %d s', async (args, makespan) => {
    const { code, stdout, stderr } = await forwardflow(['simulate', ...args, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout);
    expect(document.makespan).toBeCloseTo(makespan, 12);
    expect(document.throughput).toBeCloseTo(8 / makespan, 8);
    expect(document.perReplication).toEqual({
      throughput: [document.throughput],
      makespan: [document.makespan],
    });
    expect(document.settings.microbatches).toBe(8);
  });
});

test.each(scheduleNames)('what each stage of %s did sums to 1, with jitter and latency', async (schedule) => {
  const settings = parse(
    simulationSettings,
    {
      ...{ schedule, stages: 4, microbatches: 16, replications: 5, seed: 3 },
      ...{ jitter: 'lognormal:0.3', linkLatency: '0.2ms', linkJitter: 'exp' },
    },
    'settings',
  );
  const { stages, perReplication, throughput, makespan } = await simulated(settings);
  for (const { busy, starved, blocked, communicating } of stages) {
    expect(Math.abs(busy + starved + blocked + communicating - 1)).toBeLessThan(1e-9);
    for (const share of [busy, starved, blocked, communicating]) expect(share).toBeGreaterThanOrEqual(0);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  expect(perReplication.throughput).toHaveLength(5);
  expect(mean(perReplication.throughput)).toBeCloseTo(throughput, 9);
  expect(mean(perReplication.makespan)).toBeCloseTo(makespan, 12);
});

test('--kept takes a share, or the shares of a run of the same rule, microbatch by microbatch', async () => {
  const parts = [
    { microbatch: 0, kept: 1 },
    { microbatch: 2, kept: 0.25 },
  ];
  const file = keptFile('ff', { rule: 'ff-selective', seed: 3, kept: { all: 0.4, parts } });
  const run = async (kept: string) => {
    const args = ['--stages', '1', '--microbatches', '8', '--cost', 'F=1ms,W=1ms', '--json', '--kept', kept];
    return JSON.parse((await forwardflow(['simulate', ...args])).stdout);
  };
  // stream: two F and two W
  expect(await run('0.1')).toMatchObject({ makespan: 0.0176, settings: { kept: '0.1' }, notes: [] });
  expect(await run(file)).toMatchObject({
    makespan: 0.016 + 0.004 + 0.003,
    notes: [`kept: ff-selective, seed 3 of ${file}, which kept 40.0 % of its samples`],
  });
});

describe('in one sentence is refused', () => {
  test.each([
    [['--link-latency', '-1ms'], /^linkLatency must be a time, 0 or more, such as .*; got '-1ms'$/],
    [['--stages', '4', '--layers', '2'], /^stages must be at most 2, the layers; got 4$/],
    [
      ['--schedule', 'interleaved-1f1b', '--stages', '4', '--microbatches', '6'],
      /^microbatches of interleaved-1f1b must be a multiple of 4, the devices; got 6$/,
    ],
    [['--cost', 'NaN'], /^cost must be a time, 0 or more, such as .*; got 'NaN'$/],
    [['--jitter', 'uniform:1'], /^jitter must be none, lognormal:<cv> or exp; got 'uniform:1'$/],
    [['--cost', 'weibull:2:1ms'], /^cost must be a time, exp:<mean>, .*; got 'weibull:2:1ms'$/],
    [
      ['--schedule', 'zb-h3'],
      /^schedule must be one of 1f1b, .*, zb-v or the path of a module; got 'zb-h3' \(did you mean 'zb-h1'\?\)$/,
    ],
    [
      ['--schedule', 'dualpipe', '--microbatches', '6'],
      /^microbatches of dualpipe must be an even number, 8 or more/,
    ],
    [['--kept', '1.5'], /^kept must be a share, 0 to 1, or the file of a run; got '1.5'$/],
    [['--kept', keptFile('none', {})], /^kept .* must hold a run of train --select .* of rule ff; got none$/],
    [
      [
        '--kept',
        keptFile('back', { rule: 'backprop', kept: { all: 1, parts: [{ microbatch: 0, kept: 1 }] } }),
      ],
      /^kept .* must hold a run of train --select with kept.parts, of rule ff; got one of backprop$/,
    ],
    [['--trace', nowhere('none/trace.json')], /^trace must be a file that can be written; got ENOENT/],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await forwardflow(['simulate', ...args]);
    expect(stderr).toMatch(/^forwardflow: [^\n]*\n$/);
    expect(stderr.slice('forwardflow: '.length).trimEnd()).toMatch(sentence);
    expect([code, stdout]).toEqual([1, '']);
  });
});

test('--grid prints the numbered grid of the goldens, and --json holds it', async () => {
  const golden = readFileSync(new URL('../../fixtures/schedules/1f1b.txt', import.meta.url), 'utf8');
  const rows = golden
    .split('\n')
    .filter((line) => /^\d: /.test(line))
    .slice(0, 4);
  const args = [
    'simulate',
    '--schedule',
    '1f1b',
    '--stages',
    '4',
    '--microbatches',
    '8',
    '--cost',
    '1ms',
    '--grid',
  ];
  const text = await forwardflow([...args, '--no-gantt']);
  expect(text.stdout.trimEnd().split('\n').slice(-4)).toEqual(rows);
  expect(JSON.parse((await forwardflow([...args, '--json'])).stdout).grid).toEqual(rows);
  const many = await forwardflow([...args.slice(0, -1), '--microbatches', '4000', '--grid']);
  expect([many.code, many.stderr]).toEqual([
    1,
    'forwardflow: grid must be of at most 10,000 microbatches × stages; got 16,000\n',
  ]);
});

test('says of which device the makespan is, where the picture is longer', async () => {
  const page = join(folder, 'zb-h2.html');
  const drawn = await forwardflow(['simulate', '--schedule', 'zb-h2', ...unit, '--report', page]);
  expect(drawn.stdout).toMatch(/^makespan +24\.6 ms, of the longest device$/m);
  expect(readFileSync(page, 'utf8')).toContain('The makespan is that of the device that needs longest');
  expect((await forwardflow(['simulate', '--schedule', '1f1b', ...unit, '--report', page])).stdout).toMatch(
    /^makespan +34\.6 ms$/m,
  );
  expect(readFileSync(page, 'utf8')).not.toContain('The makespan is that of the device');
});

test('a run that is too long to be drawn says so', async () => {
  const { stdout } = await forwardflow([
    'simulate',
    '--schedule',
    '1f1b',
    '--stages',
    '3',
    '--microbatches',
    '300',
  ]);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('no picture: it would be of more than 2,000 ops');
});

test('a small run is drawn, without colours where no one looks, and not where --no-gantt or --json says so', async () => {
  const [drawn, not, json] = await Promise.all([
    forwardflow(['simulate', '--schedule', 'gpipe', ...small]),
    forwardflow(['simulate', '--schedule', 'gpipe', ...small, '--no-gantt']),
    forwardflow(['simulate', '--schedule', 'gpipe', ...small, '--json']),
  ]);
  expect(drawn.stdout).toMatch(/^3 {2}\.+F\d?F+f\d?f+F\d?F+f\d?f+/m);
  expect(drawn.stdout).not.toContain('\x1b');
  for (const line of drawn.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  expect(drawn.stdout).toContain(not.stdout.trimEnd());
  expect(not.stdout).not.toContain('F forward');
  expect(() => JSON.parse(json.stdout)).not.toThrow();
});

test('--trace leaves a file that can be read, and changes no figure', async () => {
  const path = join(folder, 'trace.json');
  const args = ['simulate', '--schedule', 'zb-v', ...unit, '--json'];
  const [traced, plain] = await Promise.all([forwardflow([...args, '--trace', path]), forwardflow(args)]);
  expect([traced.code, traced.stderr]).toEqual([0, '']);
  const [one, other] = [traced, plain].map(({ stdout }) => ({ ...JSON.parse(stdout), eventsPerSecond: 0 }));
  expect(one).toEqual(other);
  const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as {
    traceEvents: { ph: string; cat: string }[];
  };
  const ops = traceEvents.filter(({ ph, cat }) => ph === 'X' && 'FBWU'.includes(cat));
  expect(ops).toHaveLength(one.ops);
});
