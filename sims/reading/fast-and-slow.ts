import { lastValueFrom } from 'rxjs';
import { during, type ForwardForwardAgainOptions, forwardForwardAgain, simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

type Options = Omit<ForwardForwardAgainOptions, 'units'>;
const rules = { SGD: ff.sgd({ learningRate: 0.01, constantFor: 0 }), Adam: ff.adam({ learningRate: 0.003 }) };

/**
 * The paper's section 7: does the layer above mind that it is shown what was sent before the update?
 *
 * Three layers, symba, uniform wrong labels, goodness of every label, rates that fall to 0. Angles: SGD at 0.01 and Adam at 0.003; one
 * case is the positive and the negative row of an image by turns. Accuracy: Adam, rates the best of 3 for each way on 5,000 images held
 * out. In turn, a layer learns for as many passes as in the other ways, while those below it have ended.
 */
export default async function fastAndSlow(quick = false): Promise<report.Study> {
  const [all, tested] = [await ff.mnist('train'), await ff.mnist('test')];
  const [units, watched, passes, microbatch] = quick ? [32, 120, 1, 20] : [200, 4000, 2, 100];
  const [test, held] = [ff.firstOf(tested, quick ? 300 : 10_000), ff.slice(all, 55_000, 60_000)];
  const [samples, few] = [ff.firstOf(all, quick ? 600 : 55_000), ff.firstOf(all, 10_000)];
  const products = quick ? simd() : await ff.namedProducts('auto');
  const seeds = report.seedsFromOne(quick ? 2 : 3);
  const told = (options: (k: number) => Options, rest: Partial<ff.DatasetPipeline>, updates = 1) => {
    const layers = [0, 1, 2].map((k) => forwardForwardAgain({ units, loss: ff.symba(), ...options(k) }));
    const shared = { encoding: ff.labelOverlay(), negatives: ff.wrongLabel(), schedule: ff.stream() };
    const pipeline = { ...shared, products, samples, microbatch, layers, optimiser: rules.Adam, ...rest };
    const values = ff.measure({ turns: () => report.turns(updates), test: ff.testAccuracy });
    return lastValueFrom(ff.run(pipeline, ff.inline()).pipe(values));
  };
  const turned = async (rule: 'SGD' | 'Adam', size: number, phase?: 1) => {
    const updates = Math.ceil(watched / size);
    // odd, so that both phases are measured
    const options = { every: Math.ceil(updates / 101) | 1, ...(phase && { phase }) };
    const rest = { samples: ff.firstOf(all, watched), microbatch: size, optimiser: rules[rule] };
    const { turns } = await told(() => options, rest, updates);
    const name = `${rule}, ${phase ? 'one case' : `${size} a microbatch`}`;
    return { name, layers: turns.map(({ mean }) => mean), late: turns.map(({ parts }) => parts[4]) };
  };
  const angles = [await turned('SGD', 1, 1), await turned('Adam', 1, 1)];
  for (const size of quick ? [1, 10] : [1, 10, 50, 200])
    angles.push(await turned('SGD', size), await turned('Adam', size));

  const reached = async (way: string, learningRate: number, times: number, seed = 0): Promise<number> => {
    const [from, on] = seed === 0 ? [few, held] : [samples, test];
    const [part, optimiser] = [passes * Math.ceil(from.count / microbatch), ff.adam({ learningRate })];
    const sends = way === 'sent after the update' ? 'after' : 'before';
    const turn = (k: number) => during(optimiser, { from: k * part, until: (k + 1) * part });
    const options = (k: number): Options =>
      way === 'layers in turn' ? { optimiser: turn(k) } : { sends, every: 1e9 };
    const rest = { samples: from, test: on, seed: 1000 + seed, epochs: passes * times, optimiser };
    return (await told(options, rest)).test.accuracy ?? 0;
  };
  const arm = async (name: string, times: number) => {
    const rates = quick ? [0.003] : [0.003, 0.001, 0.01];
    const rate = await report.tuned(rates, (one) => reached(name, one, times));
    const shares = await report.each(seeds, (seed) => reached(name, rate, times, seed));
    return { name, passes: passes * times, rate, shares };
  };
  const arms = [await arm('sent before the update: stream', 1), await arm('sent after the update', 1)];
  arms.push(await arm('layers in turn', 3), await arm('stream, for as many passes', 3));
  const gains = arms.slice(1).map(({ shares }) => report.minus(shares, arms[0].shares));
  const [after, turn] = gains.map((gain) => report.overSeeds(gain).mean);
  const [brings, patience, more] = gains.map(report.pointsTo(2));
  const largest = angles.map(({ layers }) => Math.max(...layers));
  const fails = largest[0] >= 0.01 || after >= 0.003 ? 'fails' : undefined;
  const word = fails ?? (turn < 0.003 ? 'holds' : 'holds only if all passes count, not those of a layer');
  const degrees = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–');
  return {
    asked:
      'for one case the update leaves the normalised output unchanged; measure the angle for real minibatches, and what streaming (next layer sees pre-update activity) costs against sequential layer-by-layer training at equal epochs',
    question: `Mean angle in degrees by which an update turns what a layer sends, in one pass over ${watched} images, and in its last fifth; then test accuracy in %.`,
    measured: [
      report.columns(
        ['', 'layer 1', 'layer 2', 'layer 3', 'then', '', ''],
        angles.map(({ name, layers, late }) => [name, ...layers.map(degrees), ...late.map(degrees)]),
      ),
      '',
      report.columns(
        ['', 'passes', 'rate', 'accuracy'],
        arms.map(({ name, passes, rate, shares }) => [name, passes, rate, report.percentTo(2)(shares)]),
      ),
    ],
    claim: 'an update leaves the direction of what a layer sends, so a stream loses nothing by not waiting',
    criterion:
      'by SGD one case turns no layer by 0.01° or more on average, and neither sending after the update nor learning in turn, for as many passes a layer, is better by 0.3 points or more',
    verdict: `${word}: one case turns ${largest[0].toFixed(3)}°, a microbatch up to ${Math.max(...largest).toFixed(0)}°; sending after the update brings ${brings}, learning in turn ${patience}, streaming for as many passes in all ${more}`,
    figures: {
      degrees: Object.fromEntries(angles.map(({ name, layers }) => [name, layers])),
      accuracy: Object.fromEntries(arms.map(({ name, shares }) => [name, report.overSeeds(shares)])),
    },
    ...{ seeds, data: `MNIST, ${samples.count} images, 784-${units}-${units}-${units}` },
    picture: () =>
      report.barChart({
        ...{ title: 'Turn of the layer that turns most', label: 'degrees an update' },
        bars: angles.map(({ name }, i) => ({ name, value: largest[i] })),
      }),
  };
}
