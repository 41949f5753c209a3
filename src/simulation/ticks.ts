import type { Arrivals } from '../arrivals/arrival.ts';
import type { Distribution } from '../distributions/distribution.ts';
import { pathsOf } from '../graph/layout.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** times from here on are resolved well enough in whole nanoseconds: those that are drawn, and those that never vary */
const drawnEnough = 2 ** 12;
const fixedEnough = 2 ** 16;
/** parts that the shortest time has where times are smaller */
const parts = 2 ** 30;
/** whole numbers that sums of times may reach and stay whole */
const most = 2 ** 52;

/** All that takes time in a scenario, in nanoseconds. */
interface Times {
  readonly schedule: Schedule;
  readonly devices: number;
  readonly microbatches: number;
  readonly flushes: number;
  readonly stages: readonly { readonly [op in 'F' | 'B' | 'W' | 'U']?: Distribution }[];
  readonly slow?: readonly { readonly device: number; readonly factor: number }[];
  readonly jitter?: Distribution;
  readonly latencies: readonly number[];
  readonly topDown?: readonly { readonly latency?: number }[];
  readonly link: { readonly jitter?: Distribution };
  /** of each link  [stages] */
  readonly sizes: readonly number[];
  readonly bandwidths: readonly number[];
  readonly routes: readonly unknown[];
  readonly cluster?: { readonly between?: { readonly bandwidth?: number } };
  readonly ends?: {
    readonly first?: { readonly [op in 'F' | 'B' | 'W' | 'U']?: Distribution };
    readonly last?: { readonly [op in 'F' | 'B' | 'W' | 'U']?: Distribution };
  };
  readonly allReduces: readonly number[];
  /** the share of the samples that is kept, part by part */
  readonly keeps: { readonly parts?: readonly { readonly ofMean: number }[] | undefined };
  readonly arrivals?: Arrivals;
}

/**
 * Parts of a nanosecond in which a simulation counts: 1, or the power of two by which short times that are drawn or are no whole
 * nanoseconds keep their proportions. Whole times and results in whole nanoseconds are the same bits at every scale.
 */
export function ticksOf(scenario: Times): number {
  const { schedule, devices, microbatches, flushes, link, arrivals, jitter, slow = [] } = scenario;
  const slower = new Map(slow.map(({ device, factor }) => [device, factor]));
  let shortest = Number.POSITIVE_INFINITY;
  let total = 0;
  const note = (time: number, drawn: boolean): void => {
    total += time;
    notePart(time, drawn);
  };
  const notePart = (time: number, drawn: boolean): void => {
    const coarse = drawn ? time < drawnEnough : time < fixedEnough && !Number.isInteger(time);
    if (coarse && time > 0 && time < shortest) shortest = time;
  };
  for (const path of pathsOf(schedule, devices, microbatches)) {
    for (const device of path.devices) {
      const factor = path.share * (slower.get(device) ?? 1);
      const { F, B, W, U } = scenario.stages[device];
      for (const cost of [F, B, W, U])
        if (cost) note(factor * cost.mean, cost.cv > 0 || (jitter !== undefined && cost.mean > 0));
      // the sum has the mean already; a part counts by how short it is
      for (const { ofMean } of scenario.keeps.parts ?? [])
        for (const cost of [B, W])
          if (cost) notePart(factor * ofMean * cost.mean, cost.cv > 0 || jitter !== undefined);
      if (schedule.recomputes) total += factor * (F?.mean ?? 0);
    }
  }
  for (const latency of new Set(scenario.latencies)) note(latency, link.jitter !== undefined);
  for (const { latency = 0 } of scenario.topDown ?? []) note(latency, link.jitter !== undefined);
  const between = scenario.cluster?.between?.bandwidth ?? Number.POSITIVE_INFINITY;
  const sendings = scenario.sizes.map(
    (size, stage) => (1e9 * size) / (scenario.routes[stage] ? between : scenario.bandwidths[stage]),
  );
  for (const time of new Set([...sendings, ...scenario.allReduces])) note(time, false);
  for (const end of [scenario.ends?.first, scenario.ends?.last])
    for (const cost of Object.values(end ?? {}))
      note(cost.mean, cost.cv > 0 || (jitter !== undefined && cost.mean > 0));
  if (arrivals) note(1e9 / arrivals.rate, arrivals.name !== 'regular');
  if (shortest === Number.POSITIVE_INFINITY) return 1;
  const finest = Math.ceil(Math.log2(parts / shortest));
  const whole = Math.floor(Math.log2(most / (total * microbatches * flushes)));
  return 2 ** Math.max(0, Math.min(finest, whole, 200));
}
