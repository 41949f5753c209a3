import { blocking, gpipe, interleaved, oneFOneB, pipedream, stream, zbH1, zbH2, zbV } from '../src/index.ts';
import { columns, type Study } from '../src/report.ts';
import {
  chimera,
  dualpipe,
  make,
  paci,
  partime,
  pipedream2bw,
  type SchedulePlan,
  simulate,
} from '../src/simulation.ts';
import { backpropCosts, forwardForwardCosts, u } from './costs.ts';

/**
 * How many activities and weight versions does a stage hold?
 *
 * 8 stages, 32 microbatches a flush, latency of the links 0.1 u. A is what one microbatch leaves on one stage; a
 * Forward-Forward stage has the positive's and the negative's rows of the microbatch at hand, 2 A, and nothing of others.
 */
export default async function memory(): Promise<Study> {
  const plans: readonly SchedulePlan[] = [
    stream(),
    blocking(),
    gpipe(),
    oneFOneB(),
    interleaved({ chunks: 2, wraps: 'all' }),
    chimera(),
    dualpipe(),
    zbH1(),
    zbH2(),
    zbV(),
    pipedream(),
    pipedream2bw(),
    paci(),
    partime(),
  ];
  const rows: (string | number)[][] = [];
  let [ff, least] = [0, Number.POSITIVE_INFINITY];
  for (const plan of plans) {
    const local = plan.name === 'stream';
    const schedule = await make(plan);
    const { stages } = simulate({
      ...{ schedule, devices: 8, microbatches: 32, link: { latency: u / 10 } },
      costs: local ? forwardForwardCosts : backpropCosts,
      ...(local && { capacity: 2 }),
    });
    const held = stages.map(({ peakActivations }) => peakActivations * (local ? 2 : 1));
    const waiting = Math.max(...stages.map(({ queue }) => queue.max)) * (local ? 2 : 1);
    const worst = Math.max(...held);
    if (local) ff = worst + waiting;
    else if (plan.name !== 'blocking' && !schedule.gradientDelay) least = Math.min(least, worst);
    const copies = plan.name === 'chimera' || plan.name === 'dualpipe' ? 2 : 1;
    const versions = Math.max(...stages.map(({ weightVersions }) => weightVersions)) * copies;
    rows.push([plan.name, worst.toFixed(2), Math.min(...held).toFixed(2), waiting, versions]);
  }
  return {
    question:
      'What does a stage of 8 hold at its worst, in activities A of one microbatch, and how many versions or copies of its weights?',
    measured: [
      columns(['', 'held, worst stage', 'held, best stage', 'waiting on its link', 'weights'], rows),
    ],
    claim: 'a Forward-Forward stage stores no activities for later',
    criterion:
      'what its worst stage holds, its queue included, is less than that of every backprop pipeline with more than one microbatch in it and gradients of its own',
    verdict:
      ff < least
        ? `holds: ${ff} A against ${least} A and more; only blocking backprop and partime, by the gradients of other frames, hold less than the stream’s 2 A at work: 1 A`
        : `fails: ${ff} A against ${least} A`,
    width: Number.POSITIVE_INFINITY,
    figures: {
      'FF, activities': ff,
      'least of backprop, activities': least,
      ...Object.fromEntries(
        rows.map(([name, held, best, waiting, weights]) => [
          name,
          { held: Number(held), best: Number(best), waiting, weights },
        ]),
      ),
    },
  };
}
