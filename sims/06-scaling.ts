import { oneFOneB, stream, zbH1 } from '../src/index.ts';
import { columns, studyText } from '../src/report.ts';
import { make, type SchedulePlan, simulate } from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, u } from './costs.ts';

/**
 * Which share of so many devices does work, from 1 to 1,024 of them?
 *
 * One layer a device, so the network grows with them. Links of 0.05 u. Backprop with 64 microbatches a flush, a batch that
 * doesn't grow, and with 4 p, which GPipe’s authors call enough.
 */
export default async function scaling(): Promise<string> {
  const counts = [1, 2, 4, 16, 64, 256, 1024];
  const link = { latency: 0.05 * u };
  const cases: readonly [string, SchedulePlan, (p: number) => number][] = [
    ['stream', stream(), (p) => p + 1200],
    ['1f1b, m = 64', oneFOneB(), () => 64],
    ['zb-h1, m = 64', zbH1(), () => 64],
    ['1f1b, m = 4p', oneFOneB(), (p) => 4 * p],
    ['zb-h1, m = 4p', zbH1(), (p) => 4 * p],
  ];
  const rows: string[][] = [];
  const last = new Map<string, number>();
  for (const [name, plan, m] of cases) {
    const schedule = await make(plan);
    const local = plan.name === 'stream';
    const costs = local ? forwardForwardCosts : backpropCosts;
    const rates = counts.map((devices) => {
      const { throughput } = simulate({
        schedule,
        devices,
        microbatches: m(devices),
        costs,
        link,
        ...(local && { capacity: 2 }),
      });
      return (throughput * u) / 1e9;
    });
    last.set(name, rates[rates.length - 1]);
    rows.push([
      name,
      ...rates.map((rate) => `${(100 * rate).toFixed(2)} (${(100 * rate * (local ? 4 : 3)).toFixed(0)} %)`),
    ]);
  }
  const ff = last.get('stream') ?? 0;
  const [fixed, growing] = [last.get('zb-h1, m = 64') ?? 0, last.get('1f1b, m = 4p') ?? 0];
  return studyText({
    question:
      'Microbatches per 100 u, and the share of the devices’ time that is work, by the number of devices.',
    measured: [columns(['', ...counts.map((p) => `p = ${p}`)], rows)],
    claim: 'a Forward-Forward pipeline can be as deep as one likes',
    criterion: 'at 1,024 devices it gets through as much as at 1, and more than backprop pipelines do',
    verdict: `holds only if backprop’s batch doesn’t grow with the pipeline: at 1,024 devices the stream is ${(ff / fixed).toFixed(1)} × as fast as ZB-H1 with 64 microbatches a flush, but ${(ff / growing).toFixed(2)} × as fast as 1F1B with 4 p`,
  });
}
