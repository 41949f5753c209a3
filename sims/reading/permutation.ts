import { lastValueFrom } from 'rxjs';
import { localBackprop, localForwardForward, permutedFeatures, simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

const { each, minus, overSeeds, percentOver, points } = report;
type Own = Pick<ff.DatasetPipeline, 'layers' | 'encoding' | 'negatives' | 'schedule'>;
const backward = { encoding: ff.pixels(), schedule: ff.blocking() };
const head = ff.crossEntropyHead();
const kernels = [
  { units: 8, field: 5, stride: 2 },
  { units: 16, field: 3, stride: 2 },
];
const forward = { encoding: ff.labelOverlay(), negatives: ff.hardLabel(), schedule: ff.stream() };

/**
 * Who cares that neighbours in a picture are neighbours?
 *
 * Every arm learns the same images as they are, and with their pixels in one fixed random order (the corner of the label stays), from the same seeds. Local fields: FF
 * layers of 4 × 4, 3 × 3 and 2 × 2 points, each with weights of its own, fields of 10 × 10 pixels, then 2 × 2 points, peer
 * normalisation. ConvNet: 8 kernels of 5 × 5, 16 of 3 × 3, by backprop. Rates are the best of 3 on 2,000 images held out, as they are.
 */
export default async function permutation(quick = false): Promise<report.Study> {
  const [all, tests] = [await ff.mnist('train'), await ff.mnist('test')];
  const [samples, test] = [ff.firstOf(all, quick ? 1500 : 6000), ff.firstOf(tests, quick ? 300 : 5000)];
  const [units, epochs, seeds] = [quick ? 50 : 500, quick ? 3 : 4, report.seedsFromOne(quick ? 2 : 3)];
  const held = ff.slice(all, 50_000, 52_000);
  const shared = { epochs, microbatch: 20, products: quick ? simd() : await ff.namedProducts('auto') };
  const width = quick ? 4 : 32;
  const fields = [
    { units: width, field: 10, stride: 6, peer: {} },
    ...[2, 4].map((times) => ({ units: times * width, field: 2, stride: 1, peer: {} })),
  ];
  const networks: Readonly<Record<string, Own>> = {
    'FF perceptron': { ...forward, layers: [units, units].map((one) => ff.forwardForward({ units: one })) },
    'BP perceptron': { ...backward, layers: [ff.backprop({ units }), ff.backprop({ units }), head] },
    'FF, local fields': { ...forward, layers: fields.map((field) => localForwardForward(field)) },
    ConvNet: {
      ...backward,
      layers: [...kernels.map((own) => localBackprop({ ...own, shared: true })), head],
    },
  };
  const learned = async (
    name: string,
    task: Pick<ff.DatasetPipeline, 'samples' | 'test' | 'seed'>,
    learningRate: number,
  ): Promise<number> => {
    const pipeline = { ...shared, ...task, ...networks[name], optimiser: ff.adam({ learningRate }) };
    const running = ff.run(pipeline, ff.inline()).pipe(ff.measure({ test: ff.testAccuracy }));
    return (await lastValueFrom(running)).test.accuracy ?? 0;
  };
  const tuning = { samples: ff.firstOf(samples, quick ? 1000 : 3000), test: held, seed: 0 };
  const [mixed, mixedTest] = [permutedFeatures(samples, 99), permutedFeatures(test, 99)];
  const results = await each(Object.keys(networks), async (name) => {
    const rates = quick ? [5e-3] : [1e-3, 3e-3, 1e-2];
    const rate = await report.tuned(rates, (one) => learned(name, tuning, one));
    const plain = await each(seeds, (seed) => learned(name, { samples, test, seed }, rate));
    const other = await each(seeds, (seed) => learned(name, { samples: mixed, test: mixedTest, seed }, rate));
    return { name, rate, plain, shuffled: other, change: minus(other, plain) };
  });
  const means = results.map(({ change }) => overSeeds(change));
  const blind = means.slice(0, 2).every(({ mean }) => Math.abs(mean) <= 0.01);
  const [local, conv] = means.slice(2).map(({ mean, half }) => mean <= -0.01 && mean + half < 0);
  const word =
    !blind || !(local || conv)
      ? 'fails'
      : local && conv
        ? 'holds'
        : `holds only if the net is ${local ? 'of local fields' : 'a ConvNet'}`;
  const bars = results.map(({ name }, k) => {
    const { mean, half } = means[k];
    return { name, value: -100 * mean, low: -100 * (mean + half), high: 100 * (half - mean) };
  });
  return {
    asked:
      'shuffled pixels: FF perceptron and backprop perceptron do not care, a small ConvNet does; and FF with local receptive fields?',
    question: `Test accuracy in %, ${epochs} passes over ${samples.count} images, as they are and with shuffled pixels.`,
    measured: [
      report.columns(
        ['', 'rate', 'as they are', 'shuffled', 'change'],
        results.map((one) => [
          one.name,
          one.rate,
          percentOver(one.plain),
          percentOver(one.shuffled),
          points(one.change),
        ]),
      ),
    ],
    claim:
      'perceptrons do not care about the order of pixels, by FF or by backprop; a ConvNet and FF with local fields do',
    criterion:
      'both perceptrons change by a point or less on average; the ConvNet and the local fields each lose a point or more, and 0 lies outside their intervals',
    verdict: `${word}: ${results.map(({ name, change }) => `${name} ${points(change)}`).join(', ')}`,
    figures: Object.fromEntries(results.map(({ name, ...rest }) => [name, rest])),
    ...{ seeds, data: `MNIST, ${samples.count} images, ${epochs} passes` },
    picture: () => report.barChart({ title: 'Shuffled pixels', label: 'test accuracy lost, points', bars }),
  };
}
