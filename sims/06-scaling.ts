import { oneFOneB, stream, zbH1 } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import { make, type SchedulePlan, simulate } from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, keptShare, monoForwardCosts, u } from './costs.ts';

/**
 * Which share of so many devices does work, from 1 to 1,024 of them?
 *
 * One layer a device, so the network grows with them. Links of 0.05 u. Backprop with 64 microbatches a flush, a batch that
 * doesn't grow, and with 4 p, which GPipe’s authors call enough. With a selection each rule keeps a share f of the samples: FF
 * does 2 + 2f units of work, Mono-Forward 1 + f, backprop 1 + 2f.
 */
export default async function scaling(): Promise<Study> {
  const counts = [1, 2, 4, 16, 64, 256, 1024];
  const link = { latency: 0.05 * u };
  const ff = { costs: forwardForwardCosts, whole: 2, learned: 2 };
  const mono = { costs: monoForwardCosts, whole: 1, learned: 1 };
  const back = { costs: backpropCosts, whole: 1, learned: 2 };
  const [long, fixed, growing] = [(p: number) => p + 1200, () => 64, (p: number) => 4 * p];
  const plain: readonly [string, SchedulePlan, (p: number) => number, typeof ff][] = [
    ['stream, FF', stream(), long, ff],
    ['stream, Mono-Forward', stream(), long, mono],
    ['1f1b, m = 64', oneFOneB(), fixed, back],
    ['zb-h1, m = 64', zbH1(), fixed, back],
    ['1f1b, m = 4p', oneFOneB(), growing, back],
    ['zb-h1, m = 4p', zbH1(), growing, back],
  ];
  const selective = plain.filter(([name]) => name !== '1f1b, m = 64' && name !== 'zb-h1, m = 4p');
  const cases = [
    ...plain.map((one) => [one[0], one, 1] as const),
    ...selective.map((one) => [`${one[0]}, f = ${keptShare}`, one, keptShare] as const),
  ];
  const rows: string[][] = [];
  const last = new Map<string, number>();
  for (const [name, [, plan, m, { costs, whole, learned }], kept] of cases) {
    const schedule = await make(plan);
    const local = plan.name === 'stream';
    const work = whole + kept * learned;
    const rates = counts.map((devices) => {
      const { throughput } = simulate({
        schedule,
        devices,
        microbatches: m(devices),
        ...{ costs, kept, link },
        ...(local && { capacity: 2 }),
      });
      return (throughput * u) / 1e9;
    });
    last.set(name, rates[rates.length - 1]);
    rows.push([
      name,
      ...rates.map((rate) => `${(100 * rate).toFixed(2)} (${(100 * rate * work).toFixed(0)} %)`),
    ]);
  }
  const deep = (name: string): number => last.get(name) ?? 0;
  const stream1024 = deep('stream, FF');
  const chosen = `, f = ${keptShare}`;
  const withAll = stream1024 / deep('1f1b, m = 4p');
  const withSome = deep(`stream, FF${chosen}`) / deep(`1f1b, m = 4p${chosen}`);
  const short = stream1024 / deep('zb-h1, m = 64');
  return {
    question:
      'Microbatches per 100 u, and the share of the devices’ time that is work, by the number of devices.',
    measured: [columns(['', ...counts.map((p) => `p = ${p}`)], rows)],
    claim: 'a Forward-Forward pipeline can be as deep as one likes',
    criterion: 'at 1,024 devices it gets through as much as at 1, and more than backprop pipelines do',
    verdict: `holds only if backprop’s batch doesn’t grow with the pipeline: at 1,024 devices the stream is ${short.toFixed(1)} × as fast as ZB-H1 with 64 microbatches a flush, but ${withAll.toFixed(2)} × as fast as 1F1B with 4 p; where both keep ${100 * keptShare} % of the samples, ${withSome.toFixed(2)} ×`,
    width: Number.POSITIVE_INFINITY,
    figures: {
      devices: counts,
      'stream to zb-h1, m = 64': short,
      'stream to 1f1b, m = 4p': withAll,
      [`the same, f = ${keptShare}`]: withSome,
      'rate per u at most devices': Object.fromEntries(last),
    },
  };
}
