import { random } from '../../src/extend.ts';
import { stream } from '../../src/index.ts';
import { exponential, make, simulate } from '../../src/simulation.ts';
import type { Row } from './row.ts';

/**
 * A saturated line without a queue of events: D_s(n) = max(max(D_s(n−1), D_{s−1}(n) + c) + S_s(n), D_{s+1}(n−b−1)).
 *
 * @returns when the last microbatch leaves the last stage
 */
function recursion(services: readonly (readonly number[])[], slots: number, latency: number): number {
  const stages = services.length;
  const jobs = services[0].length;
  const left = services.map(() => new Float64Array(jobs));
  for (let n = 0; n < jobs; n++) {
    for (let s = 0; s < stages; s++) {
      const free = n > 0 ? left[s][n - 1] : 0;
      const comes = s > 0 ? left[s - 1][n] + latency : 0;
      const room = s + 1 < stages && n - slots - 1 >= 0 ? left[s + 1][n - slots - 1] : 0;
      left[s][n] = Math.max(Math.max(free, comes) + services[s][n], room);
    }
  }
  return left[stages - 1][jobs - 1];
}

/** The simulation against the recursion, on the same draws: equal to the nanosecond. */
export async function maxPlus(): Promise<Row[]> {
  const schedule = await make(stream());
  const jobs = 2000;
  const rows: Row[] = [];
  for (const [stages, slots, latency] of [
    [2, 0, 0],
    [5, 0, 0],
    [5, 1, 0],
    [5, 3, 200_000],
    [16, 2, 1_000_000],
    [64, 7, 50_000],
    [16, Number.POSITIVE_INFINITY, 300_000],
  ]) {
    const cost = exponential(1e6);
    const root = random(5).fork('replication 0');
    const services = Array.from({ length: stages }, (_, s) => {
      const draw = cost.sampler(root.fork(`stage ${s}`).fork('F').fork('part 0'));
      return Array.from({ length: jobs }, () => Math.round(draw()));
    });
    const { makespan } = simulate({
      schedule,
      devices: stages,
      microbatches: jobs,
      costs: { F: cost },
      capacity: slots + 1,
      link: { latency },
      seed: 5,
    });
    const exact = recursion(services, slots, latency) / 1e9;
    rows.push({
      what: `max-plus, ${stages} stages, b = ${slots}, c = ${latency / 1e6} ms, ${jobs} microbatches`,
      exact: `${exact.toFixed(9)} s`,
      simulated: `${makespan.toFixed(9)} s`,
      error: Math.abs(makespan - exact).toExponential(1),
      holds: Math.abs(makespan - exact) < 1e-9,
    });
  }
  return rows;
}
