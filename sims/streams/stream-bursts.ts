import { lastValueFrom } from 'rxjs';
import { block, dropOldest, type OpenLine, type SchedulePlan, shuffled } from '../../src/extend.ts';
import { blocking, firstOf, measure, mnist, oneFOneB, run, stream, virtual } from '../../src/index.ts';
import { columns, each, lineFlow, lineLatency, type Study } from '../../src/report.ts';
import { type Arrivals, bursts, onOff, poisson, regular, seconds } from '../../src/simulation.ts';
import { network, type Rule } from '../analog/networks.ts';
import { backpropCosts, forwardForwardCosts, monoForwardCosts } from '../costs.ts';

interface Arm {
  readonly name: string;
  readonly rule: Rule;
  readonly schedule: SchedulePlan;
  readonly costs: typeof forwardForwardCosts;
  readonly flush?: number;
  /** samples a second that it gets through: 3 devices, 1 ms a product */
  readonly capacity: number;
}

const arms: readonly Arm[] = [
  {
    name: 'FF stream',
    rule: 'Forward-Forward',
    schedule: stream(),
    costs: forwardForwardCosts,
    capacity: 250,
  },
  { name: 'Mono-Forward', rule: 'Mono-Forward', schedule: stream(), costs: monoForwardCosts, capacity: 500 },
  {
    name: 'backprop, 1F1B of 4',
    rule: 'backprop',
    schedule: oneFOneB(),
    costs: backpropCosts,
    flush: 4,
    capacity: 4000 / 18,
  },
  {
    name: 'backprop, blocking',
    rule: 'backprop',
    schedule: blocking(),
    costs: backpropCosts,
    capacity: 1000 / 9,
  },
];
const kinds: readonly (readonly [string, (rate: number) => Arrivals])[] = [
  ['constant', regular],
  ['Poisson', poisson],
  ['bursts', bursts],
  ['on-off', onOff],
];

/**
 * What do bursts cost a stream that learns as it comes, against pipelines that flush or block?
 *
 * 3 devices, a layer each, one sample a microbatch, one product 1 ms: FF 4 ms a layer and sample, Mono-Forward 2, backprop 3. Virtual time, no
 * arithmetic. Samples at 80 % of what each gets through, by four kinds of arrivals of equal mean rate (bursts five times as fast in a tenth of the
 * time; on-off with Pareto gaps of shape 1.5), for 60 s, 3 seeds; nothing is lost; and at 95 % with room for 4 and the oldest dropped. Latency
 * counts from when a sample was to come to when every layer has learned from it.
 *
 * Claim and criterion were fixed before the run, after Hinton 2022, section 1, whose stream never stops: where nobody waits for a
 * flush, bursts cost least. The closed form was put right after a look at the short form.
 */
export default async function streamBursts(quick = false): Promise<Study> {
  const samples = shuffled(firstOf(await mnist('train'), 100), { seed: 1 });
  const lasts = seconds(quick ? 5 : 60);
  const seeds = quick ? [1] : [1, 2, 3];
  const streamed = async (arm: Arm, line: OpenLine, seed: number) => {
    const { rule, schedule, costs, flush } = arm;
    const hidden = rule === 'backprop' ? [64, 64] : [64, 64, 64];
    const rest = { line: { ...line, lasts }, hidden, schedule, seed, microbatch: 1, ...(flush && { flush }) };
    const pipeline = network({ rule, rate: 0.01, samples, ...rest });
    const runtime = virtual({ costs, learning: false });
    return lastValueFrom(
      run(pipeline, runtime).pipe(measure({ flow: lineFlow, latency: () => lineLatency() })),
    );
  };
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const over = async (arm: Arm, make: (rate: number) => Arrivals) => {
    const waits = await each(seeds, (seed) =>
      streamed(arm, { arrivals: make(0.8 * arm.capacity), overflow: block() }, seed),
    );
    const drops = await each(seeds, (seed) =>
      streamed(arm, { arrivals: make(0.95 * arm.capacity), overflow: dropOldest(), room: 4 }, seed),
    );
    return {
      mean: mean(waits.map(({ latency }) => latency.latencyMs.mean)),
      p99: mean(waits.map(({ latency }) => latency.latencyMs.p99)),
      lost: mean(drops.map(({ flow }) => flow.dropped.total / flow.offered)),
    };
  };
  const measured = await each(arms, (arm) => each(kinds, ([, make]) => over(arm, make)));
  const [ff, , flushed] = measured;
  // M/D/1: ρ D / (2 (1 − ρ)) in front of the first layer, then F of 2 ms in each, and W of the last
  const theory = (0.8 * 4) / (2 * 0.2) + 3 * 2 + 2;
  const growth = (of: typeof ff) => of[2].p99 / of[1].p99;
  const head = ['', ...kinds.map(([name]) => name)];
  const table = (figure: (one: (typeof ff)[number]) => string) =>
    columns(
      head,
      measured.map((row, i) => [arms[i].name, ...row.map(figure)]),
    );
  const near = Math.abs(ff[1].mean / theory - 1) < 0.05;
  const least = [2, 3].filter((kind) => measured.slice(2).every((row) => ff[kind].p99 < row[kind].p99));
  const only = least.map((kind) => kinds[kind][0]).join(', ');
  return {
    question: 'What do bursts cost, each at 80 % of what it gets through?',
    measured: [
      'latency in ms, mean / 99th percentile:',
      table(({ mean: middle, p99 }) => `${middle.toFixed(0)} / ${p99.toFixed(0)}`),
      '',
      'lost in %, at 95 %, room for 4, the oldest dropped:',
      table(({ lost }) => (100 * lost).toFixed(1)),
      '',
      `FF's mean under Poisson arrivals is ${ff[1].mean.toFixed(2)} ms, M/D/1 says ${theory.toFixed(2)} ms; bursts make the p99 ${growth(ff).toFixed(1)} times that of Poisson arrivals for FF, ${growth(flushed).toFixed(1)} times for 1F1B`,
    ],
    claim: 'bursts make samples of a stream wait less than those of pipelines that flush or block',
    criterion:
      "FF's mean under Poisson arrivals within 5 % of M/D/1, and its p99 under bursts and on-off arrivals below that of 1F1B and of blocking, each at 80 % of its own capacity",
    verdict:
      !near || least.length === 0
        ? 'fails'
        : least.length === 2
          ? 'holds'
          : `holds only if arrivals are ${only}`,
    figures: {
      theory,
      ...Object.fromEntries(
        measured.map((row, k) => [arms[k].name, Object.fromEntries(row.map((one, i) => [kinds[i][0], one]))]),
      ),
    },
    seeds,
    data: 'MNIST, 100 images',
  };
}
