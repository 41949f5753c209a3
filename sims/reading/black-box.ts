import { simd } from '../../src/extend.ts';
import { firstOf, mnist, namedProducts, slice } from '../../src/index.ts';
import * as report from '../../src/report.ts';
import { type Arm, accuracyOf, names, type Task } from '../boxes/arms.ts';

const { each, figureOver, minus, overSeeds } = report;

/**
 * Does a function that nobody knows, between layers, stop backprop and not Forward-Forward?
 *
 * 784-64-box-64-box-64 on MNIST, 4,000 images twice in microbatches of 20, Adam, the rate of each arm the best of 3 on 1,000 images held
 * out at strength 1 (seed 0). Boxes have sharpness 1.5, another pair each seed. FF and Mono-Forward predict by the layers above a box, FF
 * has hard negatives. A model has 256 hidden units and sees the same images, twice, through the network as it was made. Noise is 0.3 of
 * what a model sees; a box that ages would be another one after 1,000 updates, of which there are 400.
 */
export default async function blackBox(quick = false): Promise<report.Study> {
  const all = await mnist('train');
  const samples = firstOf(all, quick ? 1000 : 4000);
  const test = firstOf(await mnist('test'), quick ? 200 : 1000);
  const products = quick ? simd() : await namedProducts('auto');
  const shared = { units: quick ? 32 : 64, epochs: 2, samples, test, products };
  const [seeds, strengths] = [report.seedsFromOne(quick ? 2 : 3), quick ? [0, 1] : [0, 0.6, 1]];
  const held = { ...shared, test: slice(all, 50_000, 51_000), seed: 0, strength: 1 };
  const rates = await each(names, (arm) =>
    report.tuned(quick ? [0.01] : [0.003, 0.001, 0.01], (rate) => accuracyOf(arm, { ...held, rate })),
  );
  const reached = (arm: Arm, by: Pick<Task, 'strength' | 'lifetime' | 'noise'>) =>
    each(seeds, (seed) => accuracyOf(arm, { ...shared, rate: rates[names.indexOf(arm)], seed, ...by }));
  const curves = await each(names, (arm) => each(strengths, (strength) => reached(arm, { strength })));
  const at = (arm: Arm, strength = 1) => curves[names.indexOf(arm)][strengths.indexOf(strength)];
  const ageing = names.slice(0, 6);
  const aged = await each(ageing, (arm) => reached(arm, { strength: 1, lifetime: quick ? 250 : 1000 }));
  const noisy = await each(names.slice(3, 5), (arm) => reached(arm, { strength: 1, noise: 0.3 }));
  const known = at('BP, derivative known');
  const off = {
    'FF through the box': minus(at('FF'), at('FF', 0)),
    'backprop straight through': minus(at('BP, straight through'), known),
    'a model': minus(at('BP, model, learned before'), known),
    'a noisy model': minus(noisy[1], known),
    'a model of a box that ages': minus(aged[3], aged[2]),
  };
  const [through, straight, ...models] = Object.values(off).map((values) => overSeeds(values).mean);
  const short = Object.keys(off).filter((_, k) => k >= 2 && models[k - 2] < -0.05);
  const holds = `holds${short.length === 0 ? '' : ` only if it is not asked of ${short.join(', ')}`}`;
  return {
    asked:
      'insert an unknown fixed nonlinearity between layers: FF trains through it, backprop without its derivative does not, backprop with a learned model of it does again (noisy, drifting model included)',
    question: 'Test accuracy in % by the strength of the boxes: at 0 they are the identity.',
    measured: [
      report.columns(
        ['', 'rate', ...strengths.map((strength) => `strength ${strength}`)],
        names.map((arm, k) => [arm, rates[k], ...curves[k].map(report.percentOver)]),
      ),
      '',
      report.columns(
        ['at strength 1', 'model sees noise', 'box ages'],
        ageing.map((arm, k) => [
          arm,
          noisy[k - 3] ? report.percentOver(noisy[k - 3]) : '',
          report.percentOver(aged[k]),
        ]),
      ),
    ],
    claim:
      'Forward-Forward trains through black boxes; backprop needs their derivative or a model of them, which may see noise, and learn on where a box ages',
    criterion:
      'FF loses 5 points or less from strength 0 to 1; at strength 1 backprop straight through is 10 points or more below backprop by the derivative, and one by a model learned before, with noise or without, 5 or less, as is one whose model learns on where both have boxes that age',
    verdict: `${through >= -0.05 && straight <= -0.1 ? holds : 'fails'}: ${Object.entries(off)
      .map(([name, values]) => `${name} ${report.points(values)}`)
      .join('; ')}`,
    figures: {
      strengths,
      rates: Object.fromEntries(names.map((arm, k) => [arm, rates[k]])),
      ...Object.fromEntries(
        strengths.map((s, i) => [
          `strength ${s}`,
          Object.fromEntries(names.map((arm, k) => [arm, figureOver(curves[k][i])])),
        ]),
      ),
      'box ages': Object.fromEntries(ageing.map((arm, k) => [arm, figureOver(aged[k])])),
      differences: Object.fromEntries(
        Object.entries(off).map(([name, values]) => [name, figureOver(values)]),
      ),
    },
    seeds,
    data: `MNIST, ${samples.count.toLocaleString('en-US')} images`,
    picture: () =>
      report.lineChart({
        title: 'Learning through black boxes: test accuracy, %',
        ...{ x: { label: 'strength of the boxes' }, y: { label: '%', from: 0, to: 100 } },
        series: names.map((name, k) => {
          return {
            name,
            points: strengths.map((x, i) => ({ x, y: 100 * overSeeds(curves[k][i]).mean })),
          };
        }),
      }),
  };
}
