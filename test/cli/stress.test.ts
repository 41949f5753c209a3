import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StressReport } from '../../src/report.ts';
import { forwardflow } from './forwardflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'forwardflow-stress-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runs = ['--runs', join(folder, 'runs'), '--no-trace'];
const small = ['--layers', '12,10', '--microbatch', '20', '--tile', 'simd', ...runs];
const virtual = ['--runtime', 'virtual', '--macs-per-second', '2e6', ...small];

async function stressed(...args: string[]): Promise<StressReport & { readonly runFolder: string }> {
  const { stdout, code, stderr } = await forwardflow(['stress', ...args, '--json']);
  expect([code, stderr.replace(/^.*learned.*$/gm, '').trim()]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('stress --json', () => {
  it('has the names that others rely on, and every sample is accounted for', async () => {
    const report = await stressed('--source', 'sea', '--rate', '2000/s', '--duration', '2s', ...virtual);
    expect(report).toMatchObject({ offered: 4000, dropped: { total: 0, byReason: {} }, recoveries: [] });
    expect(report.offered).toBe(report.learned + report.dropped.total + report.inFlight);
    expect(Object.keys(report.latencyMs)).toEqual(
      expect.arrayContaining(['p50', 'p90', 'p99', 'p999', 'max']),
    );
    expect(report.serviceMs.p50).toBeGreaterThan(0);
    expect(report.stages).toHaveLength(2);
    for (const { utilisation, queue } of report.stages) {
      expect(utilisation).toBeGreaterThan(0);
      expect(queue).toBeGreaterThanOrEqual(0);
    }
    const { accuracy, windowed, kappa, kappaM, kappaT } = report.prequential ?? {};
    for (const one of [accuracy, windowed, kappa, kappaM, kappaT]) expect(one).toBeGreaterThan(0);
    expect(report.weightsHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.tallies.violations).toEqual([]);
  });

  it('drops what finds no room, and says why', async () => {
    const args = ['--source', 'sea', '--rate', '20000/s', '--duration', '1s', '--room', '3', ...virtual];
    for (const full of ['drop-newest', 'drop-oldest', 'sample', 'deadline:20ms']) {
      const { offered, learned, dropped, inFlight } = await stressed(...args, '--full', full);
      expect([full, offered, Object.keys(dropped.byReason)]).toEqual([full, 20_000, [full.split(':')[0]]]);
      expect(dropped.total).toBeGreaterThan(1000);
      expect(learned + dropped.total + inFlight).toBe(20_000);
    }
  });

  it('marks shifts, and a detector that meets them', async () => {
    const args = ['--rate', '2000/s', '--duration', '5s', '--shift', 'abrupt@6000', '--detectors', 'adwin'];
    const { changes, scores } = await stressed('--source', 'sea', ...args, ...virtual);
    expect(changes).toMatchObject([{ from: 6000, what: 'labels' }]);
    expect(scores.find(({ on }) => on === 'error')?.delays[0]).toBeLessThan(500);
  });

  it('times alone, a day in a moment, with the same accounting', async () => {
    const args = ['--rate', '10/s', '--duration', '24h', '--arrivals', 'daily', '--timing'];
    const { offered, learned, prequential } = await stressed('--source', 'sea', ...args, ...virtual);
    expect(Math.abs(offered - 864_000)).toBeLessThan(5 * Math.sqrt(864_000));
    expect([learned, prequential]).toEqual([offered, null]);
  });
});

it('gates set the status', async () => {
  const args = ['stress', '--source', 'sea', '--rate', '2000/s', '--duration', '1s', ...virtual];
  const held = await forwardflow([...args, '--gate', 'lost=0', '--gate', 'p99<10s']);
  expect(held.code).toBe(0);
  const failed = await forwardflow([...args, '--gate', 'lost=0', '--gate', 'p50<1ns', '--json']);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout).gates.map(({ held: holds }: { held: boolean }) => holds)).toEqual([
    true,
    false,
  ]);
});

it('a stream of threads that die is the stream of those that don’t, and faults come from a file', async () => {
  const plan = join(folder, 'faults.json');
  const faults = [
    { fault: 'kill', stage: 1, at: 12 },
    { fault: 'pause', stage: 0, at: 20, lasts: '20ms' },
    { fault: 'duplicate-slot', stage: 1, at: 25 },
    { fault: 'poisoned-label', sample: 7 },
  ];
  writeFileSync(plan, JSON.stringify(faults));
  writeFileSync(join(folder, 'data.json'), JSON.stringify(faults.slice(3)));
  const args = [
    '--source',
    'sea',
    '--rate',
    '50000/s',
    '--count',
    '1000',
    '--checkpoint-every',
    '5',
    ...small,
  ];
  const disturbed = await stressed(...args, '--faults', plan);
  const calm = await stressed(...args, '--faults', join(folder, 'data.json'));
  expect(disturbed.restarts).toBe(1);
  expect(disturbed.weightsHash).toBe(calm.weightsHash);
  expect(disturbed.recoveries).toHaveLength(3);
  expect(disturbed).toMatchObject({ offered: 1000, learned: 1000, inFlight: 0 });
});

it('a run that has ended has nothing left to learn when it is resumed, and says the same of itself', async () => {
  const args = [
    '--source',
    'sea',
    '--rate',
    '50000/s',
    '--count',
    '800',
    '--checkpoint-every',
    '10',
    ...small,
  ];
  const whole = await stressed(...args);
  const config = JSON.parse(readFileSync(join(whole.runFolder, 'config.json'), 'utf8'));
  expect(config.count).toBe(800);
  const again = await stressed('--resume', whole.runFolder, ...runs);
  expect(again.weightsHash).toBe(whole.weightsHash);
  expect([again.offered, again.learned, again.tallies.violations]).toEqual([800, 800, []]);
});

it('breaks simulated devices by plan and at random, to the weights of those that nobody broke', async () => {
  const args = ['--source', 'sea', '--rate', '2000/s', '--count', '2000', ...virtual];
  const plan = join(folder, 'virtual.json');
  writeFileSync(plan, JSON.stringify([{ fault: 'kill', stage: 1, at: 30 }]));
  const [calm, killed, random] = [
    await stressed(...args),
    await stressed(...args, '--faults', plan),
    await stressed(...args, '--faults', 'random:4'),
  ];
  expect([killed.weightsHash, random.weightsHash]).toEqual([calm.weightsHash, calm.weightsHash]);
  expect(killed.recoveries).toHaveLength(1);
  expect(killed.recoveries[0].seconds).toBeGreaterThan(1);
  expect(random.recoveries).toHaveLength(3);
});

it('finds the capacity of a stage that learns 66 2/3 samples a second', async () => {
  // 12 → 10 units: 4 · 120 multiply-accumulates a sample, more than the 2 · 5 · 12 of the first stage
  const machine = ['--runtime', 'virtual', '--macs-per-second', '32000', '--timing', ...small];
  const search = ['--find-capacity', '--duration', '100s', '--repetitions', '2'];
  const { stdout } = await forwardflow(['stress', '--source', 'sea', ...search, ...machine, '--json']);
  const { capacity } = JSON.parse(stdout);
  expect(capacity.perSecond / (32_000 / 480)).toBeGreaterThan(0.96);
  expect(capacity.perSecond / (32_000 / 480)).toBeLessThan(1.03);
  expect(capacity.ci95).toHaveLength(2);
});

it.each([
  [['--source', 'sea'], "rate must be given for source 'sea 0', such as 2000/s; got none"],
  [['--rate', '10/s', '--full', 'dropnewest'], 'full must be block, drop-newest'],
  [['--rate', '10/s', '--arrivals', 'poison'], "got 'poison' (did you mean 'poisson'?)"],
  [['--rate', '10/s', '--gate', 'p99<50'], 'must be a time with its unit'],
  [['--rate', '10/s', '--faults', 'random:x'], 'faults must be random:<seed>, such as random:1'],
  [['--rate', '10/s', '--detectors', 'adwim'], "(did you mean 'adwin'?)"],
  [['--rate', '10/s', '--timing'], "timing must be left out with runtime 'workers'; got true"],
])('%j is refused in one sentence', async (args, sentence) => {
  const { code, stderr, stdout } = await forwardflow(['stress', '--source', 'sea', ...small, ...args]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(sentence);
});
