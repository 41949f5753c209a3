import { oneFOneB, stream, zbH1, zbH2 } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import { make, type SchedulePlan, simulate } from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, u } from './costs.ts';

/**
 * What does one device that is twice as slow as the others cost?
 *
 * 8 stages, one of them slow: the first, a middle one, the last. 64 microbatches a flush; the stream runs on.
 */
export default async function slowStage(): Promise<Study> {
  const devices = 8;
  const places = [undefined, 0, 4, 7] as const;
  const rows: string[][] = [];
  const losses: { ff: number[]; bp: number[] } = { ff: [], bp: [] };
  const plans: readonly [SchedulePlan, number][] = [
    [stream(), 2],
    [stream(), Number.POSITIVE_INFINITY],
    [oneFOneB(), 0],
    [zbH1(), 0],
    [zbH2(), 0],
  ];
  for (const [plan, capacity] of plans) {
    const local = plan.name === 'stream';
    const schedule = await make(plan);
    const rates: number[] = [];
    let queue = 0;
    for (const device of places) {
      const outcome = simulate({
        ...{ schedule, devices, microbatches: local ? 2000 : 64 },
        costs: local ? forwardForwardCosts : backpropCosts,
        ...(local && { capacity }),
        ...(device !== undefined && { slow: [{ device, factor: 2 }] }),
      });
      rates.push((outcome.throughput * u) / 1e9);
      queue = Math.max(queue, ...outcome.stages.map((stage) => stage.queue.max));
    }
    const lost = rates.map((rate) => 1 - rate / rates[0]);
    (local ? losses.ff : losses.bp).push(...lost.slice(1));
    const name = local ? `stream, links of ${capacity === 2 ? 2 : 'any length'}` : plan.name;
    rows.push([
      name,
      (100 * rates[0]).toFixed(2),
      ...lost.slice(1).map((share) => `−${(100 * share).toFixed(1)} %`),
      String(queue),
    ]);
  }
  const worst = Math.max(...losses.ff);
  const least = Math.min(...losses.bp);
  return {
    question: 'What does one device cost that is twice as slow as the other seven?',
    measured: [
      columns(
        ['', 'rate of equals, per 100 u', 'stage 0 slow', 'stage 4 slow', 'stage 7 slow', 'longest queue'],
        rows,
      ),
    ],
    claim: 'a stage that waits for nobody is hurt less by a slow neighbour',
    criterion: 'the stream loses a smaller share of its rate than every backprop schedule',
    verdict: `fails: the stream loses ${(100 * worst).toFixed(1)} % wherever the slow stage is, for no line is faster than its slowest stage; backprop, whose fill and drain hide some of it, loses ${(100 * least).toFixed(1)} % at least. Without a bound on the links the queue before the slow stage grows for as long as the run lasts`,
    width: Number.POSITIVE_INFINITY,
    figures: { 'FF loses': losses.ff, 'backprop loses': losses.bp },
  };
}
