import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { oneFOneB, stream } from '../src/index.ts';
import { wallNanoseconds } from '../src/report.ts';
import { constant, exponential, lognormal, make, type Scenario, simulate } from '../src/simulation.ts';
import { type Spread, show, spread } from './figures.ts';

const ms = 1e6;

/** How fast virtual time is: ops that take time, per second of one core; beside SimPy on the same line, where Python has it. */
export async function simulationSpeeds(rounds: number) {
  const [line, one] = [await make(stream()), await make(oneFOneB())];
  const F = constant(ms);
  const three = { F, B: F, W: F };
  const cases: readonly [string, Scenario][] = [
    ['stream, 16 stages', { schedule: line, devices: 16, microbatches: 100_000, costs: { F }, capacity: 2 }],
    [
      'stream, 16 stages, exponential',
      { schedule: line, devices: 16, microbatches: 100_000, costs: { F: exponential(ms) }, capacity: 2 },
    ],
    [
      '1F1B, 16 stages',
      { schedule: one, devices: 16, microbatches: 30_000, costs: three, link: { latency: ms / 10 } },
    ],
    [
      '1F1B, 16 stages, lognormal 0.1',
      { schedule: one, devices: 16, microbatches: 30_000, costs: three, jitter: lognormal(0.1) },
    ],
    [
      'stream, 1,024 stages',
      { schedule: line, devices: 1024, microbatches: 4000, costs: { F }, capacity: 2 },
    ],
    ['1F1B, 1,024 stages', { schedule: one, devices: 1024, microbatches: 2048, costs: three }],
    [
      'stream, 1,024 stages, lognormal',
      {
        ...{ schedule: line, devices: 1024, microbatches: 4000, costs: { F }, capacity: 2 },
        jitter: lognormal(0.1),
      },
    ],
    [
      '1F1B, 1,024 stages, lognormal',
      { schedule: one, devices: 1024, microbatches: 2048, costs: three, jitter: lognormal(0.1) },
    ],
  ];
  const speeds = cases.map(() => [] as number[]);
  const python: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, scenario]] of cases.entries())
      speeds[i].push(simulate(scenario, { replications: 1 }).eventsPerSecond);
    const theirs = simpy(16, 2000);
    if (theirs !== undefined) python.push(theirs);
  }
  const before = wallNanoseconds();
  const { ops } = simulate({
    schedule: line,
    devices: 1024,
    microbatches: 10_000,
    costs: { F: constant(2 * ms), W: constant(2 * ms) },
    capacity: 2,
  });
  const seconds = (wallNanoseconds() - before) / 1e9;
  const memory = memoryOf(line);
  return {
    cases: cases.map(([name], i) => ({ name, opsPerSecond: spread(speeds[i]) })),
    simpy: python.length > 0 ? spread(python) : undefined,
    thousand: { ops, seconds },
    memory,
  };
}

/** Heap after ten times as many microbatches, in MiB more. */
function memoryOf(schedule: Scenario['schedule']): { readonly microbatches: number; readonly grows: number } {
  const run = (microbatches: number): number => {
    simulate({ schedule, devices: 16, microbatches, costs: { F: constant(ms) }, capacity: 2 });
    globalThis.gc?.();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const [few, many] = [run(50_000), run(500_000)];
  return { microbatches: 500_000, grows: many - few };
}

/** Service completions per second of SimPy on the same line, or undefined where it isn't installed. */
function simpy(stages: number, microbatches: number): number | undefined {
  const script = fileURLToPath(new URL('simpy/line.py', import.meta.url));
  const { status, stdout } = spawnSync('python3', [script, String(stages), String(microbatches)], {
    encoding: 'utf8',
  });
  return status === 0 ? Number(stdout) : undefined;
}

export function simulationText({
  cases,
  simpy,
  thousand,
  memory,
}: Awaited<ReturnType<typeof simulationSpeeds>>): string {
  const million = ({ median, min, max }: Spread): string =>
    show({ median: median / 1e6, min: min / 1e6, max: max / 1e6 }, 2);
  const lines = cases.map(
    ({ name, opsPerSecond }) => `  ${name.padEnd(32)} ${million(opsPerSecond)} million ops/s\n`,
  );
  const [{ opsPerSecond: ours }] = cases;
  const python = simpy
    ? `  ${'SimPy, the line of 16 stages'.padEnd(32)} ${million(simpy)} million ops/s; the simulator is ${(ours.median / simpy.median).toFixed(0)} × as fast\n`
    : '  SimPy is not installed: no row for it\n';
  return `\nvirtual time\n${lines.join('')}${python}  1,024 devices × 10,000 microbatches of the stream, F and W: ${(thousand.ops / 1e6).toFixed(1)} million ops in ${thousand.seconds.toFixed(1)} s\n  ten times as many microbatches (${memory.microbatches}): heap ${memory.grows.toFixed(1)} MiB larger\n`;
}
