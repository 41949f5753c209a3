import { lastValueFrom } from 'rxjs';
import { simd } from '../../src/extend.ts';
import {
  firstOf,
  forwardForward,
  heldOutAccuracy,
  inline,
  labelOverlay,
  logistic,
  measure,
  mnist,
  run,
  sgd,
  slice,
  stream,
  testAccuracy,
  wrongLabel,
} from '../../src/index.ts';
import {
  columns,
  each,
  figureOver,
  minus,
  overSeeds,
  percentOver,
  points,
  type Study,
} from '../../src/report.ts';

/** microbatches of a phase; undefined: both kinds of rows in every microbatch */
const phases = [undefined, 1, 10, 100, 1000] as const;
/** learning rates of each momentum: rate / (1 − momentum) is the same */
const settings = [0, 0.9].map((momentum) => ({
  momentum,
  rates: [0.01, 0.003, 0.001, 0.0003].map((rate) => Number((rate * (1 - momentum)).toPrecision(1))),
}));

/**
 * How far apart in time may positive and negative phases be?
 *
 * 784-200-200 on MNIST, the first 8,000 images once in microbatches of 2: 4,000 microbatches, so that the longest phases come
 * twice each and every run ends with a negative one. Logistic loss, θ 2, one wrong label, plain SGD, 3 seeds. In a phase both kinds
 * of rows go forward, but only one teaches. The rate of each row is the best on 300 images held out, by the mean over the
 * seeds; accuracy is of 1,000 test images, predicted by goodness.
 *
 * Claim and criterion were fixed before the run, after Hinton 2022, section 8, who found phases thousands of updates apart to work
 * only with a very low learning rate and much momentum. Rates and microbatches were changed after a look at short forms.
 */
export default async function separation(quick = false): Promise<Study> {
  const [all, tested] = [await mnist('train'), await mnist('test')];
  const samples = firstOf(all, quick ? 400 : 8000);
  const [test, held] = [firstOf(tested, quick ? 100 : 1000), slice(all, 50_000, quick ? 50_100 : 50_300)];
  const seeds = quick ? [1, 2] : [1, 2, 3];
  const lengths = quick ? ([undefined, 1, 100] as const) : phases;
  const reached = async (phase: number | undefined, learningRate: number, momentum: number, seed: number) => {
    const layer = { units: quick ? 64 : 200, loss: logistic(), ...(phase && { phase }) };
    const figures = await lastValueFrom(
      run(
        {
          ...{ samples, test, heldOut: { samples: held, every: 1 }, microbatch: 2, seed },
          ...{ encoding: labelOverlay(), negatives: wrongLabel(), schedule: stream(), products: simd() },
          layers: [forwardForward(layer), forwardForward(layer)],
          optimiser: sgd({ learningRate, momentum }),
        },
        inline(),
      ).pipe(measure({ test: testAccuracy, held: heldOutAccuracy })),
    );
    return { test: figures.test.accuracy ?? 0, held: figures.held.at(-1)?.accuracy ?? 0 };
  };
  const rows = await each(settings, async ({ momentum, rates }) => {
    const tried = quick ? rates.slice(0, 1) : rates;
    const found = await each(lengths, async (phase) => {
      const byRate = await each(tried, async (rate) => ({
        rate,
        seeds: await each(seeds, (seed) => reached(phase, rate, momentum, seed)),
      }));
      const score = (one: (typeof byRate)[number]) => overSeeds(one.seeds.map(({ held }) => held)).mean;
      const best = byRate.reduce((a, b) => (score(b) > score(a) ? b : a));
      return { phase, byRate, best, tests: best.seeds.map(({ test: share }) => share) };
    });
    const near = found.filter(({ tests }) => overSeeds(minus(tests, found[0].tests)).mean > -0.02);
    return { momentum, rates: tried, found, longest: near.at(-1) };
  });
  const furthest = lengths.at(-1);
  const low = rows.every(({ longest }) => longest?.phase === furthest);
  const some = rows.filter(({ longest }) => longest?.phase === furthest);
  const word = low ? 'holds' : some.length > 0 ? `holds only if momentum is ${some[0].momentum}` : 'fails';
  return {
    question:
      'Test accuracy in %, by the microbatches of a phase and the learning rate; the rate that is best on images held out, and what it comes to.',
    measured: rows.flatMap(({ momentum, rates, found }, i) => [
      ...(i > 0 ? [''] : []),
      columns(
        [`momentum ${momentum}`, ...rates.map(String), 'best', 'at it'],
        found.map(({ phase, byRate, best, tests }) => [
          phase === undefined ? 'together' : `phases of ${phase}`,
          ...byRate.map((one) =>
            (100 * overSeeds(one.seeds.map(({ test: share }) => share)).mean).toFixed(1),
          ),
          ...[best.rate, percentOver(tests)],
        ]),
      ),
    ]),
    claim: `phases may be ${furthest} microbatches apart, at a learning rate of their own`,
    criterion:
      'at the best rate of each, the longest phases are less than 2 points below learning from both kinds together, with momentum and without',
    verdict: `${word}: ${rows
      .map(({ momentum, found, longest }) => {
        const last = found[found.length - 1];
        return `with momentum ${momentum} phases of ${last.phase} differ by ${points(minus(last.tests, found[0].tests))}, and the longest within 2 points are ${longest?.phase ?? 'none'}`;
      })
      .join('; ')}`,
    figures: Object.fromEntries(
      rows.map(({ momentum, found }) => [
        `momentum ${momentum}`,
        Object.fromEntries(
          found.map(({ phase, best, tests }) => [
            phase === undefined ? 'together' : `phases of ${phase}`,
            { rate: best.rate, accuracy: figureOver(tests) },
          ]),
        ),
      ]),
    ),
    seeds,
    data: `MNIST, ${samples.count.toLocaleString('en-US')} images`,
  };
}
