import { lastValueFrom } from 'rxjs';
import { during, type ForwardForwardAgainOptions, forwardForwardAgain, simd } from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';

type Options = Omit<ForwardForwardAgainOptions, 'units'>;
type Way = 'before' | 'after' | 'in turn';
const rules = [
  { rule: 'SGD', optimiser: (rate: number) => ff.sgd({ learningRate: rate, constantFor: 0 }), rates: [0.1, 0.03, 0.3] },
  { rule: 'Adam', optimiser: (rate: number) => ff.adam({ learningRate: rate }), rates: [0.001, 0.0003, 0.003] },
];

/**
 * The paper's section 7: does the layer above mind that it is shown what was sent before the update?
 *
 * Three layers, symba, uniform wrong labels, goodness of every label, rates that fall to 0, the best of 3 in every row on images held
 * out. Angles: one pass; `one case` teaches by the positive and the negative row of an image by turns. Accuracy by Adam. `in turn`,
 * each layer learns for as many passes as in the other ways, while those below it have ended.
 */
export default async function fastAndSlow(quick = false): Promise<report.Study> {
  const [all, tested] = [await ff.mnist('train'), await ff.mnist('test')];
  const [units, watched, passes, microbatch] = quick ? [48, 120, 1, 20] : [300, 4000, 2, 100];
  const [test, held] = [ff.firstOf(tested, quick ? 300 : 10_000), ff.slice(all, 55_000, 60_000)];
  const samples = ff.firstOf(all, quick ? 1000 : 55_000);
  const products = quick ? simd() : await ff.namedProducts('auto');
  const told = (optimiser: ff.Pipeline['optimiser'], options: Options, rest: Partial<ff.Pipeline>, updates = 1) => {
    const layers = [0, 1, 2].map(() => forwardForwardAgain({ units, loss: ff.symba(), ...options }));
    const shared = { encoding: ff.labelOverlay(), negatives: ff.wrongLabel(), products, schedule: ff.stream() };
    const pipeline = { ...shared, samples, microbatch, optimiser, layers, ...rest };
    const measured = ff.measure({ turns: () => report.turns(updates), test: ff.testAccuracy });
    return lastValueFrom(ff.run(pipeline, ff.inline()).pipe(measured));
  };

  const cases = rules.flatMap((one) => [
    { ...one, name: 'one case', size: 1, options: { phase: 1 } },
    ...(quick ? [1, 10] : [1, 10, 50, 200]).map((size) => ({ ...one, name: `${size} a step`, size, options: {} })),
  ]);
  const angles = await report.each(cases, async ({ rule, optimiser, rates, name, size, options }) => {
    const updates = Math.ceil(watched / size);
    const rest = { samples: ff.firstOf(all, watched), microbatch: size, test: ff.firstOf(held, quick ? 0 : 1000) };
    const all_ = await report.each(quick ? rates.slice(0, 1) : rates, async (rate) => ({
      ...(await told(optimiser(rate), { ...options, every: Math.ceil(updates / 201) }, rest, updates)),
      ...{ rule, name, rate },
    }));
    return all_.reduce((best, one) => ((one.test.accuracy ?? 0) > (best.test.accuracy ?? 0) ? one : best));
  });

  const reached = async (way: Way, learningRate: number, times: number, seed = 0): Promise<number> => {
    return 0;
  };
  return { angles, reached } as never;
}
