import { lastValueFrom } from 'rxjs';
import { simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

const rates = [5e-4, 1.5e-3, 4e-3];
const names = ['FF, goodness of 10 labels', 'FF frozen, softmax on top', 'FF, softmax learned along'];
names.push('untrained, softmax on top', 'backprop');

const asked =
  'three FF layers, frozen, a softmax on top by backprop: O(1) inference, accuracy against pure FF and pure backprop';
const criterion =
  'the sandwich is at most 0.3 points below FF by goodness at a fifth of its operations or fewer, and at most 0.3 below backprop: holds; one of the two: holds only if that is the rival; it must beat the same softmax on untrained layers, or it fails';

/**
 * Three Forward-Forward layers, frozen, and a softmax on what the second and third send for the neutral label, by backprop.
 *
 * MNIST, 784-500-500-500, SymBa, hard labels, Adam whose rate falls to 0, microbatches of 100; 60,000 images, 3 passes, and
 * 3 more of a head on frozen layers, 3 seeds. Each arm's rate is the best of 3 by 2 passes over 10,000 images, tried on 5,000
 * others. Beside it the softmax that learns while the layers do, and the same head on layers that learned nothing.
 */
export default async function sandwich(quick = false): Promise<report.Study> {
  const [all, tested] = [await ff.mnist('train'), await ff.mnist('test')];
  const [units, count, epochs, few] = quick ? [80, 2000, 3, 500] : [500, 60_000, 3, 10_000];
  const whole = { samples: ff.firstOf(all, count), test: ff.firstOf(tested, few), epochs };
  const [tries, others] = [ff.firstOf(all, few), ff.slice(all, all.count - few / 2, all.count)];
  const held = { samples: tries, test: others, epochs: 2 };
  const seeds = quick ? [1, 2] : [1, 2, 3];
  const shared = { products: quick ? simd() : await ff.namedProducts('auto'), ...whole };
  const layer = (k: number) => ff.forwardForward({ units, neutral: true, feature: k > 0 });
  const stack = (learningRate: number, seed: number): ff.DatasetPipeline => ({
    ...{ ...shared, seed, encoding: ff.labelOverlay(), negatives: ff.hardLabel(), schedule: ff.stream() },
    ...{ layers: [...[0, 1, 2].map(layer), ff.softmaxReadout()], optimiser: ff.adam({ learningRate }) },
    predictBy: 'goodness',
  });
  const plain = { ...shared, encoding: ff.pixels(), schedule: ff.blocking() };
  const back = (hidden: number, learningRate: number, seed: number): ff.DatasetPipeline => ({
    ...{ ...plain, seed, optimiser: ff.adam({ learningRate }) },
    layers: [...Array.from({ length: hidden }, () => ff.backprop({ units })), ff.crossEntropyHead()],
  });
  const ran = async (pipeline: ff.Pipeline) => {
    const folds = { test: ff.testAccuracy, weights: ff.weights, macs: report.predictionMacs };
    const figures = await lastValueFrom(ff.run(pipeline, ff.inline()).pipe(ff.measure(folds)));
    return { ...figures, accuracy: figures.test.accuracy ?? 0 };
  };
  /** a head learned on what frozen layers send */
  const headed = async (frozen: ff.Pipeline, rate: number, data: typeof whole) =>
    ran(await report.onTopOf(frozen, [1, 2], { ...back(0, rate, frozen.seed ?? 0), ...data }));
  const best = (of: (rate: number) => ff.Pipeline) =>
    report.tuned(rates, async (rate) => (await ran({ ...of(rate), ...held })).accuracy);
  const [ffRate, backRate] = [await best((r) => stack(r, 0)), await best((r) => back(3, r, 0))];
  const { weights } = await ran({ ...stack(ffRate, 0), ...held });
  const tried = async (rate: number) => (await headed({ ...stack(ffRate, 0), weights }, rate, held)).accuracy;
  const headRate = await report.tuned(rates, tried);
  const arms = await report.each(seeds, async (seed) => {
    const goodness = await ran(stack(ffRate, seed));
    const learned: ff.Pipeline = { ...stack(ffRate, seed), weights: goodness.weights };
    const along = await ran({ ...learned, epochs: 0, predictBy: 'onePass' });
    const frozen = await headed(learned, headRate, whole);
    const fresh = await headed(stack(ffRate, seed), headRate, whole);
    return [goodness, frozen, along, fresh, await ran(back(3, backRate, seed))];
  });
  const reached = names.map((_, k) => arms.map((seed) => seed[k].accuracy));
  const macs = [0, 2, 2, 2, 4].map((k) => arms[0][k].macs);
  const gaps = [0, 4, 3].map((rival) => report.minus(reached[1], reached[rival]));
  const [toFf, toBack, toFresh] = gaps.map((gap) => report.overSeeds(gap).mean);
  const near = [toFf >= -0.003 && macs[1] <= macs[0] / 5, toBack >= -0.003];
  const kind = toFresh <= 0 ? 0 : near.filter(Boolean).length;
  const word = ['fails', 'holds only if', 'holds'][kind];
  const rival = kind === 1 ? ` the rival is ${near[0] ? 'FF by goodness' : 'backprop'}` : '';
  const [fromFf, fromBack, fromFresh] = gaps.map(report.pointsTo(2));
  const rows = names.map((name, k) => [name, report.percentTo(2)(reached[k]), (macs[k] / 1e3).toFixed(0)]);
  return {
    asked,
    question: `Test accuracy in %, and thousands of multiply-accumulates a prediction, 784-3×${units}.`,
    measured: [
      report.columns(['', 'accuracy', 'operations'], rows),
      `\nrates: FF ${ffRate}, backprop ${backRate}, softmax on frozen layers ${headRate}`,
    ],
    claim: 'a softmax on frozen FF layers predicts in one pass as well as FF and backprop do',
    criterion,
    verdict: `${word}${rival}: ${fromFf} from FF by goodness at ${(macs[0] / macs[1]).toFixed(1)} times fewer operations, ${fromBack} from backprop, ${fromFresh} from untrained layers`,
    figures: {
      arms: Object.fromEntries(
        names.map((name, k) => [name, { ...report.overSeeds(reached[k]), macs: macs[k] }]),
      ),
      ...{
        toFf: report.overSeeds(gaps[0]),
        toBackprop: report.overSeeds(gaps[1]),
        toUntrained: report.overSeeds(gaps[2]),
      },
    },
    ...{ seeds, data: `MNIST, ${count.toLocaleString('en')} images, ${epochs} passes` },
    picture: () =>
      report.barChart({
        ...{ title: 'Three FF layers under a softmax', label: 'test error, % (95 % intervals)' },
        bars: names.map((name, k) => report.errorBar(name, reached[k])),
      }),
  };
}
