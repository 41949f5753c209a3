import { oneFOneB, stream } from '../../src/index.ts';
import {
  type Arrivals,
  constant,
  type Distribution,
  exponential,
  lognormal,
  make,
  poisson,
  type Scenario,
  type Schedule,
  simulate,
} from '../../src/simulation.ts';
import { type Row, within } from './row.ts';

const ms = 1e6;
const line = (): Promise<Schedule> => make(stream());

function half(interval: readonly [number, number] | null): number {
  return interval === null ? 0 : (interval[1] - interval[0]) / 2;
}

/** Open lines: M/M/1, M/D/1, M/G/1, M/M/1/K and tandems, in service times. */
export async function openLines(jobs: number): Promise<Row[]> {
  const schedule = await line();
  const rows: Row[] = [];
  const open = (F: Distribution, arrivals: Arrivals, more: Partial<Scenario> = {}) =>
    simulate(
      { schedule, devices: 1, microbatches: jobs, costs: { F }, arrivals, ...more },
      { replications: 10 },
    );
  const add = (name: string, load: number, F: Distribution, wait: number): void => {
    const one = open(F, poisson(1000 * load));
    const w = 1e3 * one.latency.mean;
    const width = 1e3 * half(one.latency.ci95);
    rows.push(within(`${name}, ρ = ${load}: W`, wait + 1, w, width));
    rows.push(within(`${name}, ρ = ${load}: L`, load * (wait + 1), one.inside, load * width));
    if (name === 'M/M/1')
      rows.push({
        ...within(`${name}, ρ = ${load}: p99`, Math.log(100) / (1 - load), 1e3 * one.latency.p99, 4 * width),
      });
  };
  for (const load of [0.5, 0.8, 0.9]) {
    add('M/M/1', load, exponential(ms), load / (1 - load));
    add('M/D/1', load, constant(ms), load / (2 * (1 - load)));
  }
  for (const cv of [0.3, 2]) add(`M/G/1, cv = ${cv}`, 0.8, lognormal(cv, ms), (0.8 * (1 + cv * cv)) / 0.4);
  for (const [load, room, lost, rate] of [
    [0.8, 5, 0.08882, 0.72894],
    [1, 3, 0.25, 0.75],
  ]) {
    const one = open(exponential(ms), poisson(1000 * load), { capacity: room });
    const width = half(one.ci95) / 1e3;
    rows.push(within(`M/M/1/${room}, ρ = ${load}: loss`, lost, one.arrivals.lostShare, width / load));
    rows.push(within(`M/M/1/${room}, ρ = ${load}: X`, rate, one.throughput / 1e3, width));
  }
  for (const [stages, p50, p99] of [
    [1, Math.LN2, 4.6052],
    [3, 2.6741, 8.4059],
    [4, 3.6721, 10.0451],
    [8, 7.6692, 16],
  ]) {
    const one = open(exponential(ms), poisson(500), { devices: stages });
    const width = 500 * 2 * half(one.latency.ci95);
    rows.push(within(`tandem of ${stages} M/M/1, ρ = 0.5: p50 · (μ−λ)`, p50, 500 * one.latency.p50, width));
    rows.push(
      within(`tandem of ${stages} M/M/1, ρ = 0.5: p99 · (μ−λ)`, p99, 500 * one.latency.p99, 4 * width),
    );
  }
  return rows;
}

/** Saturated lines with blocking after service; a capacity of b + 1 is b slots between two machines. */
export async function saturatedLines(jobs: number): Promise<Row[]> {
  const schedule = await line();
  const rows: Row[] = [];
  const of = (stages: number, slots: number, exact: number, costs: Scenario['costs'], name = ''): void => {
    const one = simulate(
      { schedule, devices: stages, microbatches: jobs, costs, capacity: slots + 1 },
      { replications: 10 },
    );
    rows.push(
      within(
        `saturated line of ${stages}${name}, b = ${slots}: X`,
        exact,
        one.throughput / 1e3,
        half(one.ci95) / 1e3,
      ),
    );
  };
  const F = exponential(ms);
  for (const slots of [0, 1, 2, 4, 8, 16]) of(2, slots, (slots + 2) / (slots + 3), { F });
  of(3, 0, 22 / 39, { F });
  of(3, 1, 0.670466, { F });
  of(4, 0, 0.514775, { F });
  of(4, 1, 0.631153, { F });
  for (const slots of [0, 1, 4]) {
    const one = simulate(
      { schedule, devices: 2, microbatches: jobs, costs: { F }, capacity: slots + 1, blocking: 'before' },
      { replications: 10 },
    );
    const half95 = half(one.ci95) / 1e3;
    rows.push(
      within(
        `blocking before service, b = ${slots}: X`,
        (slots + 1) / (slots + 2),
        one.throughput / 1e3,
        half95,
      ),
    );
  }
  const [slow, fast] = [{ F: exponential(ms) }, { F: exponential(ms / 2) }];
  for (const [slots, exact] of [
    [0, 0.857143],
    [1, 0.933333],
  ]) {
    of(2, slots, exact, [slow, fast], ' (μ = 1, 2)');
    of(2, slots, exact, [fast, slow], ' (μ = 2, 1)');
  }
  return rows;
}

/** k microbatches through n stages with unbounded links: expectations, and D(k, n) = D(n, k). */
export async function fillAndDrain(replications: number): Promise<Row[]> {
  const schedule = await line();
  const mean = (jobs: number, stages: number, F: Distribution = exponential(ms)) => {
    const { makespan, makespanCi95 } = simulate(
      { schedule, devices: stages, microbatches: jobs, costs: { F }, seed: 11 },
      { replications },
    );
    return { mean: 1e3 * makespan, half: 1e3 * half(makespanCi95) };
  };
  const rows: Row[] = [];
  for (const [k, n, exact] of [
    [2, 2, 3.5],
    [2, 3, 39 / 8],
    [3, 3, 313 / 48],
    [4, 4, 1367807 / 139968],
  ]) {
    const got = mean(k, n);
    rows.push(within(`E[D(${k}, ${n})], exponential`, exact, got.mean, got.half));
  }
  for (const [k, n, F, name] of [
    [2, 3, exponential(ms), 'exponential'],
    [3, 6, exponential(ms), 'exponential'],
    [4, 10, lognormal(0.5, ms), 'lognormal 0.5'],
  ] as const) {
    const [one, other] = [mean(k, n, F), mean(n, k, F)];
    rows.push(
      within(
        `duality, ${name}: D(${k}, ${n}) against D(${n}, ${k})`,
        one.mean,
        other.mean,
        Math.hypot(one.half, other.half),
      ),
    );
  }
  return rows;
}

/** Jittered schedules against figures of an independent recursion, which have intervals of their own. */
export async function jittered(replications: number): Promise<Row[]> {
  const [bp, ff] = [await make(oneFOneB()), await line()];
  const rows: Row[] = [];
  const stretch = (cv: number) => (cv === 1 ? exponential(1) : lognormal(cv));
  const add = (
    name: string,
    p: number,
    m: number,
    cv: number,
    scenario: Partial<Scenario>,
    exact: number,
    theirs: number,
  ): void => {
    const { makespan, makespanCi95 } = simulate(
      {
        schedule: ff,
        devices: p,
        microbatches: m,
        costs: { F: constant(4 * ms) },
        jitter: stretch(cv),
        ...scenario,
      },
      { replications },
    );
    const ours = 1e3 * half(makespanCi95);
    rows.push(
      within(
        `${name}, p = ${p}, m = ${m}, cv = ${cv}`,
        exact,
        1e3 * makespan,
        Math.hypot(ours, theirs),
        1.8,
        2,
      ),
    );
  };
  const both = (p: number, m: number, cv: number, values: readonly (readonly [number, number])[]): void => {
    const costs = { F: constant(ms), B: constant(2 * ms) };
    add('1F1B (f = 1, B = 2)', p, m, cv, { schedule: bp, costs }, ...values[0]);
    add('FF (one op of 4), unbounded', p, m, cv, {}, ...values[1]);
    add('FF, b = 1', p, m, cv, { capacity: 2 }, ...values[2]);
    add('FF, b = 0', p, m, cv, { capacity: 1 }, ...values[3]);
  };
  both(8, 32, 0.1, [
    [124.36, 0.05],
    [164.25, 0.08],
    [164.3, 0.08],
    [170.91, 0.08],
  ]);
  both(8, 32, 1, [
    [204.72, 0.59],
    [240.61, 0.98],
    [266.49, 1.07],
    [319.2, 1.15],
  ]);
  both(16, 64, 0.3, [
    [292.4, 0.19],
    [374.46, 0.33],
    [377.18, 0.33],
    [425.57, 0.37],
  ]);
  return rows;
}
