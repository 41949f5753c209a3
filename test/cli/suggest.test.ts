import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from '../../src/cli/settings/read-settings.ts';
import { scheduleNamed, scheduleNames } from '../../src/cli/settings/schedules.ts';
import { simulationSettings } from '../../src/cli/settings/simulation-settings.ts';
import { candidatesOf } from '../../src/cli/simulating/candidates.ts';
import { scenarioOf } from '../../src/cli/values/scenario.ts';
import { random } from '../../src/core/random.ts';
import { simulate, suggest } from '../../src/simulation.ts';
import { forwardflow, runsFolder } from './forwardflow.ts';

const cluster = 'nodes=2,devices=4,inside=2us@300GB/s,between=20us@25GB/s';
const given = ['--stages', '4', '--microbatches', '8', '--cluster', cluster, '--activation', '4MB'];

const compared = (name: string) => name !== 'partime' && scheduleNamed(name).rule === 'backprop';

it('suggest --json has a row for each schedule of the rule, the best first, and those that do not fit last', async () => {
  const { code, stdout, stderr } = await forwardflow([
    ...['suggest', ...given, '--cost', 'F=1ms,B=2ms', '--memory', '1.1GB', '--weights', '1GB', '--json'],
    ...['--held', '20MB'],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const { rows, notes, refused } = JSON.parse(stdout);
  expect(notes).toEqual(['B is the whole backward here, split in equal parts: B and W']);
  const backprop = scheduleNames.filter(compared);
  expect(refused).toContainEqual({
    schedule: 'partime',
    reason: 'its B takes the gradient of 2 microbatches before, for frames that change slowly',
  });
  const named = rows.map(({ schedule }: { schedule: string }) => schedule.replace(/,.*/, ''));
  expect([...new Set(named)].sort()).toEqual(backprop);
  const fitting = rows.filter(({ fits }: { fits: boolean }) => fits);
  expect(rows.slice(0, fitting.length)).toEqual(fitting);
  const speeds = fitting.map(({ throughput }: { throughput: number }) => throughput);
  expect(speeds).toEqual([...speeds].sort((a, b) => b - a));
  for (const { fits, peakBytes, bottleneck, reason, ci95 } of rows) {
    expect(fits).toBe(peakBytes <= 1.1e9);
    expect(reason === null).toBe(fits);
    if (!fits) expect(reason).toMatch(/^stage \d holds \d\.\d+ GB of 1\.1 GB$/);
    expect(bottleneck.seconds).toBeGreaterThan(0);
    expect(bottleneck.cycle.length).toBeGreaterThan(0);
    expect(ci95 === null || ci95.length === 2).toBe(true);
  }
  const gpipe = rows.find(({ schedule }: { schedule: string }) => schedule === 'gpipe');
  expect(gpipe).toMatchObject({ fits: false, peakBytes: 1.16e9 });
});

it('the first of 50 random clusters is the best of an exhaustive run', async () => {
  const draw = random(11);
  const pick = <T>(values: readonly T[]): T => values[draw.whole(values.length)];
  for (let point = 0; point < 50; point++) {
    const stages = point % 12 === 0 ? 4 : 2;
    const settings = parse(
      simulationSettings,
      {
        ...{ stages, microbatches: stages * pick([1, 2, 3]) },
        cost: `F=${pick([1, 2, 3])}ms,B=${pick([1, 2, 3])}ms,W=${pick([1, 2])}ms`,
        cluster: `nodes=4,devices=${pick([1, 2, 4])},inside=${pick([1, 5])}us@${pick([50, 300])}GB/s,between=${pick([5, 50, 500])}us@${pick([1, 5, 25])}GB/s,oversubscription=${pick([1, 4])}`,
        ...{ activation: `${pick([1, 4, 16])}MB`, held: `${pick([10, 30])}MB`, weights: '100MB' },
        ...{ memory: `${pick([150, 200, 400, 900])}MB`, chunks: 2 },
      },
      'settings',
    );
    const [first] = suggest((await candidatesOf(settings, ['backprop'])).candidates, { limits: false });
    // by hand: every schedule's own run, those that a device has no room for left out
    let best = { name: '', throughput: 0 };
    for (const name of scheduleNames.filter(compared)) {
      const { updates } = scheduleNamed(name).schedule;
      const { chunks: _, ...others } = settings as typeof settings & { readonly chunks?: number };
      const microbatches = updates === 'flush' ? settings.microbatches : 1000;
      const scenario = await scenarioOf({ ...others, schedule: name, microbatches } as typeof settings);
      try {
        const { throughput } = simulate(scenario);
        if (throughput > best.throughput) best = { name, throughput };
      } catch {}
    }
    const { fits, throughput } = first;
    expect([fits, throughput], JSON.stringify(settings)).toEqual(
      best.name === '' ? [false, throughput] : [true, best.throughput],
    );
  }
});

it('suggest prints the costs, the schedules and why, and schedules that can not be made', async () => {
  const { code, stdout } = await forwardflow([
    ...['suggest', '--stages', '3', '--microbatches', '8', '--cost', '1ms'],
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^costs a microbatch\n {2}stages 0–2: F 1 ms, B 1 ms, W 1 ms\n/);
  expect(stdout).toMatch(/^1\. paci: busy /m);
  expect(stdout).toMatch(/^ {3}bottleneck: 3 ops on stage \d; 3 ms a microbatch$/m);
  expect(stdout).toMatch(/^left out: chimera, for devices of chimera must be an even number; got 3$/m);
});

it('--rules asks for schedules of other rules; chapters do not compare', async () => {
  const { stdout } = await forwardflow(['suggest', '--rules', 'ff,mono-forward', '--json']);
  const { rows, refused } = JSON.parse(stdout);
  expect(rows.map(({ schedule }: { schedule: string }) => schedule)).toEqual(['mono-forward', 'stream']);
  expect(refused.map(({ schedule }: { schedule: string }) => schedule)).toEqual([
    'pff-all-layers',
    'pff-single-layer',
  ]);
});

it('simulate in too little memory says where, when, and what would fit', async () => {
  const { code, stdout, stderr } = await forwardflow([
    ...['simulate', '--schedule', 'gpipe', ...given, '--cost', '1ms', '--weights', '1GB'],
    ...['--held', '20MB', '--memory', '1.1GB', '--no-gantt'],
  ]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^forwardflow: memory of stage 0 must be at least 1\.16 GB, its peak; got 1\.1 GB, too little from F of microbatch 5 at 5 ms on; what fits: 4 microbatches a flush; schedule gpipe-recompute \(1\.052 GB\), .*\n$/,
  );
  const none = await forwardflow([
    ...['simulate', '--schedule', 'gpipe', ...given, '--cost', '1ms', '--weights', '2GB', '--memory', '1GB'],
  ]);
  expect(none.stderr).toMatch(
    /at 0 ns on; no schedule fits: more stages, tensor ranks or a smaller microbatch are needed\n$/,
  );
});

it('a cluster may be a file', async () => {
  const path = join(runsFolder(), 'cluster.json');
  const levels = { inside: { latency: '2us', bandwidth: '300GB/s' }, between: '20us@200Gbit/s' };
  writeFileSync(path, JSON.stringify({ nodes: 2, devices: 4, ...levels, map: 'replicas' }));
  const args = ['simulate', '--schedule', '1f1b', '--stages', '8', '--activation', '4MB', '--json'];
  const [file, text] = [
    await forwardflow([...args, '--cluster', path]),
    await forwardflow([...args, '--cluster', cluster]),
  ].map(({ stdout }) => JSON.parse(stdout));
  expect(file.makespan).toBe(text.makespan);
});

it.each([
  [
    ['--cost', 'F=1ms'],
    /^cost must name B and W, which schedule 1f1b has \(B=0 says that it takes no time\); got 'F=1ms'$/,
  ],
  [['--cost', 'F=1ms,W=1ms'], /^cost must name B, which schedule 1f1b has/],
  [['--cost-of', '9:F=1ms'], /^stage of costOf must be below 4, the stages; got 9$/],
  [
    ['--cost-of', '0:F=1ms', '--cost-of', '0:B=1ms'],
    /^costOf must name stage 0 once; got '0:F=1ms;0:B=1ms'$/,
  ],
  [['--cost-of', 'F=1ms'], /^costOf must be <stage>:F=…,B=…,W=…,U=… of times; got 'F=1ms'$/],
  [['--cluster', 'nodes=2'], /^cluster must name inside, as in nodes=8,.*; got 'nodes=2'$/],
  [['--cluster', 'nodes=2,devices=2,inside=1us'], /^cluster must name between, as in/],
  [
    ['--cluster', 'nodes=2,devices=2,inside=1us,between=1us@1GB'],
    /^bandwidth between must be a bandwidth above 0 in bytes or bits, such as 1.25GB\/s or 10Gbit\/s; got '1GB'$/,
  ],
  [
    ['--cluster', 'nodes=1,devices=2,inside=1us'],
    /^stages × tensor × data-parallel must be at most 2, the devices of the cluster; got '4 × 1 × 1 = 4'$/,
  ],
  [['--cluster', './none.json'], /^cluster \.\/none\.json must be a readable file; got ENOENT/],
  [['--data-parallel', '2'], /^cluster must be given with dataParallel; got none$/],
  [
    ['--cluster', cluster, '--data-parallel', '2'],
    /^weights must be given with dataParallel, for replicas exchange their gradients; got none$/,
  ],
  [['--cluster', cluster, '--link-latency', '1us'], /^link must be left out with a cluster; got/],
  [
    ['--cluster', cluster, '--map', 'nodes'],
    /^map must be replicas, stages or whole numbers with commas between, .*; got 'nodes'$/,
  ],
  [['--memory', '0B'], /^memory must be above 0; got '0B'$/],
])('%j is refused in one sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await forwardflow(['simulate', '--schedule', '1f1b', ...args]);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^forwardflow: [^\n]*\n$/);
  expect(stderr.slice('forwardflow: '.length).trimEnd()).toMatch(sentence);
});

it.each([
  // the whole backward in two parts; F twice as long on one stage; embedding and loss on the first and last
  [['--cost', 'F=1ms,B=2ms'], 3 * 4],
  [['--cost', 'F=1ms,B=2ms,W=0'], 3 * 4],
  [['--cost', 'F=1ms,B=1ms,W=1ms', '--cost-of', '1:F=3ms', '--cost-of', '2:B=4ms'], 12 + 2 + 2],
  [['--cost', '1ms', '--embedding-cost', 'F=2ms,B=0,W=1ms', '--loss-cost', 'F=1ms,B=2ms'], 12 + 3 + 3],
])('one microbatch through four stages of GPipe at %j takes %d ms', async (args, exact) => {
  const { stdout } = await forwardflow([
    ...['simulate', '--schedule', 'gpipe', '--microbatches', '1', ...args, '--json'],
  ]);
  expect(JSON.parse(stdout).makespan).toBeCloseTo(exact / 1000, 12);
});
