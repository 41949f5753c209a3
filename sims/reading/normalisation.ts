import { lastValueFrom } from 'rxjs';
import * as extend from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

const { columns, each, minus, overSeeds, percentOver, points, squaresSent } = report;
/** Before the next layer reads an activity; by `peer` units are pulled to their mean activity too. */
const arms = [
  { name: 'none', normalisation: extend.none() },
  { name: 'groups of 10', normalisation: extend.group({ size: 10 }) },
  { name: 'length', normalisation: extend.length() },
  { name: 'length, peer', normalisation: extend.length(), peer: {} },
  { name: 'layer norm', normalisation: extend.layerNorm() },
];

/**
 * Two layers on MNIST: logistic loss of mean squares, Adam, hard labels. Each arm's rate is the best of 3 on 5,000 images held out, with
 * seed 0, 10,000 images. Rows of test images with their own or a wrong label are told apart by a threshold, chosen on half of them.
 */
export default async function normalisation(quick = false): Promise<report.Study> {
  const [all, tests] = [await ff.mnist('train'), await ff.mnist('test')];
  const [units, epochs, seeds] = [quick ? 60 : 500, quick ? 4 : 3, report.seedsFromOne(quick ? 2 : 3)];
  const samples = ff.firstOf(all, quick ? 2000 : 30_000);
  const test = quick ? ff.firstOf(tests, 500) : tests;
  const tuning = { samples: ff.firstOf(all, 10_000), test: ff.slice(all, 55_000, 60_000), seed: 0 };
  const draw = extend.random(1);
  const wrong = Array.from(test.labels, (label) => (label + 1 + draw.whole(9)) % 10);
  const shared = {
    ...{ samples, test, epochs, microbatch: quick ? 20 : 100, encoding: ff.labelOverlay() },
    ...{ negatives: ff.hardLabel(), schedule: ff.stream(), optimiser: ff.adam() },
    products: quick ? extend.simd() : await ff.namedProducts('auto'),
  };
  const layers = (...of: object[]) => of.map((own) => ff.forwardForward({ units, loss, ...own }));
  const [loss, measured] = [ff.logistic(), { test: ff.testAccuracy, weights: ff.weights }];
  const trained = async (own: Partial<ff.DatasetPipeline> & Pick<ff.Pipeline, 'layers'>) => {
    const running = ff.run({ ...shared, ...own }, ff.inline());
    const { test, weights } = await lastValueFrom(running.pipe(ff.measure(measured)));
    return { accuracy: test.accuracy ?? 0, weights };
  };
  const results = await each(arms, async ({ name, ...arm }) => {
    const both = layers(arm, arm);
    const by = (learningRate: number) => ({ layers: both, optimiser: ff.adam({ learningRate }) });
    const held = async (rate: number) => (await trained({ ...tuning, ...by(rate) })).accuracy;
    const rate = await report.tuned(quick ? [3e-3] : [5e-4, 1e-3, 2e-3], held);
    const runs = await each(seeds, async (seed) => {
      const { accuracy, weights } = await trained({ ...by(rate), seed });
      const second = async (below: object) => {
        const still = { layers: layers({ ...arm, ...below, scored: false }, arm), microbatches: 0 };
        return (await trained({ ...still, weights, epochs: 0 })).accuracy;
      };
      const looked = { ...shared, layers: layers(arm, { normalisation: extend.none() }), weights };
      const [own, other] = await each([test.labels, wrong], (labels) => squaresSent(looked, test, labels));
      return {
        ...{ accuracy, second: await second({}), byLength: report.separation(own[0], other[0]).threshold },
        deaf: name === 'none' ? await second({ normalisation: extend.length() }) : Number.NaN,
        follows: report.correlation([...own[0], ...other[0]], [...own[1], ...other[1]]),
      };
    });
    const of = (key: keyof (typeof runs)[0]): number[] => runs.map((one) => one[key]);
    const context = { ...(await extend.workplace()), units, rows: 1 };
    const { floats, among } = (await extend.make(arm.normalisation, context)).communication;
    const seen = { accuracy: of('accuracy'), second: of('second'), deaf: of('deaf') };
    return { name, rate, floats, among, ...seen, byLength: of('byLength'), follows: of('follows') };
  });
  const [none, groups, length] = results;
  const [lost, local] = [minus(none.second, none.deaf), minus(groups.accuracy, length.accuracy)];
  const [byLength, follows, far, near] = [none.byLength, none.follows, lost, local].map(
    (one) => overSeeds(one).mean,
  );
  const needed = byLength >= 0.75 && follows >= 0.8 && far >= 0.1;
  const bars = results.map(({ name, accuracy }) => {
    const { mean, half } = overSeeds(accuracy.map((share) => 100 * share));
    return { name, value: mean, low: mean - half, high: mean + half };
  });
  return {
    asked:
      'length, layer norm, peer norm, local (group) norm, none: goodness leaks into the next layer without it (show the shortcut), and what each costs in communication between units: is it as suspect as backprop?',
    question: `784-${units}-${units}, logistic loss. Test accuracy in %, of both layers and of layer 2 by itself; rows with right or wrong labels told apart by the length of what layer 1 sends; how layer 2's goodness follows that length (correlation); and what each unit exchanges with how many others a row.`,
    measured: [
      columns(
        ['', 'accuracy', 'layer 2', 'by length', 'follows', 'floats', 'among'],
        results.map(({ name, accuracy, second, byLength, follows, floats, among }) => [
          ...[name, ...[accuracy, second, byLength].map(percentOver)],
          ...[overSeeds(follows).mean.toFixed(2), floats, among],
        ]),
      ),
      `Without it, and the length then taken away, layer 2 gets ${percentOver(none.deaf)} %.`,
      `Goodness itself is a sum over ${units} units; by backprop a unit reads ${units} errors from above.`,
    ],
    claim:
      'without normalisation layer 2 goes by the length of its input alone; a few neighbours suffice to take it away, so that it is less suspect than backprop',
    criterion:
      "without it, length tells 75 % of the rows or more, layer 2's goodness follows it (0.8 or more), and layer 2 loses 10 points or more when it is taken away; groups of 10 are within half a point of length",
    verdict: `${needed ? (near >= -0.005 ? 'holds' : 'holds only if a unit hears of its whole layer') : 'fails'}: without it ${percentOver(none.byLength)} % are told by length, layer 2 follows it by ${follows.toFixed(2)} and loses ${points(lost)} without it; groups of 10 are ${points(local)} from length`,
    figures: Object.fromEntries(results.map(({ name, ...rest }) => [name, rest])),
    ...{ seeds, data: `MNIST, ${samples.count} images, ${epochs} passes` },
    picture: () =>
      report.barChart({ title: 'Normalisation between FF layers', label: 'test accuracy, %', bars }),
  };
}
