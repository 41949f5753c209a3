import { blocking, gpipe, oneFOneB, stream, zbH1, zbH2 } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import { make, simulate } from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, u } from './costs.ts';

/**
 * How long do the stages wait while a pipeline fills and drains?
 *
 * 8 stages, equal costs, no latency, no jitter. Backprop pays 3 u a stage and microbatch and fills and drains with each
 * flush of m microbatches; the Forward-Forward stream pays 4 u and fills once (100 flushes' worth of microbatches).
 */
export default async function fillAndDrain(): Promise<Study> {
  const devices = 8;
  const sizes = [1, 4, 8, 16, 21, 32, 128];
  const rows: (string | number)[][] = [];
  const rates = new Map<string, number[]>();
  for (const plan of [blocking(), gpipe(), oneFOneB(), zbH1(), zbH2(), stream()]) {
    const schedule = await make(plan);
    const local = plan.name === 'stream';
    const of = sizes.map((m) =>
      simulate({
        ...{ schedule, devices },
        microbatches: local ? 100 * Math.max(m, 20) : m,
        costs: local ? forwardForwardCosts : backpropCosts,
        ...(local && { capacity: 2 }),
      }),
    );
    rates.set(
      plan.name,
      of.map(({ throughput }) => (throughput * u) / 1e9),
    );
    rows.push([plan.name, ...of.map(({ bubble }) => `${(100 * bubble.ofTotal).toFixed(1)} %`)]);
  }
  const [ff, one] = [rates.get('stream') ?? [], rates.get('1f1b') ?? []];
  const first = sizes.find((_, i) => one[i] >= ff[i] * (1 - 1e-9));
  const head = ['', ...sizes.map((m) => `m = ${m}`)];
  return {
    question: 'How long do 8 stages wait while the pipeline fills and drains?',
    measured: [
      'idle time, of all time:',
      columns(head, rows),
      '',
      'microbatches per 100 u:',
      columns(
        head,
        [...rates].map(([name, list]) => [name, ...list.map((rate) => (100 * rate).toFixed(1))]),
      ),
    ],
    claim: 'a Forward-Forward pipeline need not wait, and so gets more through than backprop',
    criterion: 'its idle time is below 2 %, and its rate above that of 1F1B at every m',
    verdict: `holds only if the flush is short: the stream idles ${rows[5][1]}, but 1F1B, which waits, does 3 u instead of 4 and is as fast from m = 3(p − 1) = ${first} on`,
    width: Number.POSITIVE_INFINITY,
    figures: {
      microbatches: sizes,
      ...Object.fromEntries([...rates].map(([name, list]) => [name, { 'rate per u': list }])),
    },
  };
}
