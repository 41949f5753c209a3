import { lastValueFrom } from 'rxjs';
import { predictiveCoding, simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';
import { us } from '../../src/simulation.ts';

type Rule = 'backprop' | 'Forward-Forward' | number;
const nameOf = (rule: Rule): string => (typeof rule === 'number' ? `predictive coding, ${rule} steps` : rule);
/** one slow device a layer, and 5 µs from one to the next */
const machine = { macsPerSecond: 10e9, link: { latency: us(5) } };

/**
 * Predictive coding beside backprop and Forward-Forward: what it learns, how often it reads its weights, how fast frames can come.
 *
 * Three hidden layers of one width, and a head of 10 labels where a rule has one; Adam falling to 0, one update a microbatch, rates the
 * best of 4 for each rule on 5,000 images held out. Steps of γ = 0.1. Reads are multiply-accumulates of learning over weights.
 */
export default async function predictive(quick = false): Promise<report.Study> {
  const [all, tested] = [await ff.mnist('train'), await ff.mnist('test')];
  const [width, passes, microbatch] = quick ? [24, 1, 10] : [200, 2, 100];
  const [samples, few] = [ff.firstOf(all, quick ? 1000 : 55_000), ff.firstOf(all, 10_000)];
  const [test, held] = [ff.firstOf(tested, quick ? 300 : 10_000), ff.slice(all, 55_000, 60_000)];
  const products = quick ? simd() : await ff.namedProducts('auto');
  const seeds = report.seedsFromOne(quick ? 2 : 3);
  const network = (rule: Rule, learningRate: number): ff.DatasetPipeline => {
    const [hidden, schedule, encoding] = [[width, width, width], ff.stream(), ff.pixels()];
    const shared = { samples, microbatch, products, optimiser: ff.adam({ learningRate }), epochs: passes };
    if (rule === 'Forward-Forward') {
      const layers = hidden.map((units) => ff.forwardForward({ units }));
      return { ...shared, encoding: ff.labelOverlay(), negatives: ff.hardLabel(), schedule, layers };
    }
    const learned = hidden.map((units) => ff.backprop({ units }));
    if (rule === 'backprop')
      return { ...shared, encoding, schedule: ff.blocking(), layers: [...learned, ff.crossEntropyHead()] };
    const layers = [...hidden, 10].map((units) => predictiveCoding({ units, steps: rule }));
    return { ...shared, encoding, schedule, layers };
  };
  const values = { test: ff.testAccuracy, cost: ff.cost, rate: ff.throughput, use: ff.utilisation };
  const told = (pipeline: ff.Pipeline, runtime = ff.inline()) =>
    lastValueFrom(ff.run(pipeline, runtime).pipe(ff.measure(values)));
  const shareOf = ({ test }: Awaited<ReturnType<typeof told>>): number => test.accuracy ?? 0;
  const arm = async (rule: Rule) => {
    const rates = quick ? [0.01] : [0.003, 0.001, 0.01, 0.03];
    const rate = await report.tuned(rates, async (one) =>
      shareOf(await told({ ...network(rule, one), samples: few, test: held, seed: 1000 })),
    );
    const runs = await report.each(seeds, (seed) => told({ ...network(rule, rate), test, seed }));
    const timed = await told({ ...network(rule, rate), microbatches: 20 }, ff.virtual(machine));
    const busy = Math.max(...timed.use.stages.map((stage) => stage.busy));
    const apart = (1e6 * microbatch) / timed.rate.samplesPerSecond;
    const shares = runs.map(shareOf);
    return { rule, rate, shares, reads: runs[0].cost.units, apart, busy, ...report.overSeeds(shares) };
  };
  const [backprop, forward] = [await arm('backprop'), await arm('Forward-Forward')];
  const settled = await report.each(quick ? [2, 8] : [1, 2, 3, 5, 10, 20], (steps) => arm(steps));
  const [arms, best] = [[backprop, forward, ...settled], settled[settled.length - 1]];
  const gains = [backprop, forward].map(({ shares }) => report.minus(best.shares, shares));
  const [reads, slower] = [best.reads / forward.reads, best.apart / forward.apart];
  const holds = report.overSeeds(gains[0]).mean > -0.01 && reads >= 4 && slower >= 4;
  const [behind, ahead] = gains.map(report.pointsTo(2));
  return {
    asked:
      'the comparison the reading asks for: accuracy, weight reads per sample, settling steps, and why it cannot stream one frame a tick',
    question: `Test accuracy in %, how often a sample reads each weight while it is learned, and the time from one microbatch of ${microbatch} to the next on devices of 10 GMAC/s, 5 µs apart, with the share of work of the busiest.`,
    measured: [
      report.columns(
        ['', 'rate', 'accuracy', 'reads', 'µs apart', 'busy %'],
        arms.map(({ rule, rate, shares, reads, apart, busy }) => {
          const accuracy = report.percentTo(2)(shares);
          return [nameOf(rule), rate, accuracy, reads.toFixed(1), apart.toFixed(0), (100 * busy).toFixed(0)];
        }),
      ),
    ],
    claim:
      'predictive coding learns as well as backprop by local updates alone, but it reads its weights and waits for its neighbours in every step, so it can not take one frame a tick',
    criterion: `in ${best.rule} steps it is less than 1 point behind backprop, reads its weights at least 4 times as often as Forward-Forward, and takes a microbatch at most a quarter as often`,
    verdict: `${holds ? 'holds' : 'fails'}: ${behind} to backprop, ${ahead} to Forward-Forward, ${reads.toFixed(1)} × its reads, ${slower.toFixed(1)} × its time between microbatches`,
    figures: Object.fromEntries(arms.map((one) => [nameOf(one.rule), one])),
    ...{ seeds, data: `MNIST, ${samples.count} images, 784-${width}-${width}-${width}` },
    picture: () => {
      const points = settled.map(({ rule, mean, half }) => {
        return { x: Number(rule), y: 100 * mean, low: 100 * (mean - half), high: 100 * (mean + half) };
      });
      const levels = [backprop, forward].map(({ rule, mean }) => ({ name: nameOf(rule), y: 100 * mean }));
      const axes = { x: { label: 'settling steps' }, y: { label: 'test accuracy, %' }, levels };
      const series = [{ name: 'predictive coding', points }];
      return report.lineChart({ title: 'Accuracy of predictive coding by its steps', ...axes, series });
    },
  };
}
