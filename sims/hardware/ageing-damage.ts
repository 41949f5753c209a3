import { type CrossbarOptions, crossbar, type Parameter } from '../../src/extend.ts';
import { type Dataset, firstOf, mnist, slice } from '../../src/index.ts';
import {
  columns,
  each,
  figureOver,
  minus,
  overSeeds,
  percentOver,
  points,
  type Study,
  seedsFromOne,
  tuned,
} from '../../src/report.ts';
import { type Rule, short, trained } from '../analog/networks.ts';

/** What happens to 10 % of the cells: nothing, they move no more, or they are also put back to what they began with. */
const damages: readonly (readonly [name: string, damage: CrossbarOptions])[] = [
  ['none', {}],
  ['10 % frozen', { damage: { share: 0.1, afterUpdates: 0 } }],
  ['10 % lost', { unknown: { stuckCells: 0.1 } }],
];

/**
 * A tenth of the cells dies in mid-training: does Forward-Forward recover as Mono-Forward and in-situ backprop do?
 *
 * 784-64-64 on MNIST, microbatches of 10, exact steps. Each chip learns 1,500 images; then 10 % of its cells stop for ever, either at
 * the weight that they have or, which is harder, at the fresh one that they were made with; then it learns 1,500 more.
 * 5 chips, which differ in their cells that die and in their first weights. Rates are the best of 3 on 1,000 images held out.
 */
export default async function damage(quick = false): Promise<Study> {
  const [all, tested] = [await mnist('train'), await mnist('test')];
  const half = quick ? 400 : 1500;
  const [first, second] = [firstOf(all, half), slice(all, half, 2 * half)];
  const [test, held] = [firstOf(tested, quick ? 300 : 1000), slice(all, 50_000, 51_000)];
  const seeds = seedsFromOne(quick ? 2 : 5);
  const looks = [0, 0.1, 0.5, 1].map((share) => Math.round(share * half));
  const tries: readonly (readonly [Rule, readonly number[]])[] = [
    ['Forward-Forward', [0.03, 0.01, 0.1]],
    ['Mono-Forward', [0.3, 0.1, 1]],
    ['backprop', [0.06, 0.02, 0.2]],
  ];
  const rows: string[][] = [];
  const behind: { rule: Rule; lost: readonly number[] }[] = [];
  for (const [rule, rates] of tries) {
    const on = (seed: number, rate: number, samples: Dataset, more: CrossbarOptions = {}, of = test) => ({
      ...{ rule, rate, samples, test: of, tile: crossbar({ chipSeed: seed, ...more }), seed },
    });
    const heldOut = async (rate: number) => (await trained(on(0, rate, first, {}, held))).accuracy;
    const rate = await tuned(quick ? rates.slice(0, 1) : rates, heldOut);
    const healthy = await each(seeds, (seed) => trained(on(seed, rate, first)));
    const ends = new Map<string, readonly number[]>();
    for (const [name, options] of damages) {
      const curves = await each(seeds, async (seed, k) => {
        let weights: readonly Parameter[] = healthy[k].weights;
        const curve: number[] = [];
        for (const [i, seen] of looks.entries()) {
          const some = i === 0 ? first : slice(second, looks[i - 1], seen);
          const stage = { ...on(seed, rate, some, options), weights, ...(i === 0 && { microbatches: 0 }) };
          const after = await trained(stage);
          weights = after.weights;
          curve.push(after.accuracy);
        }
        return curve;
      });
      rows.push([
        ...[`${short[rule]}, ${name}`, String(rate)],
        ...looks.map((_, i) => percentOver(curves.map((c) => c[i]))),
      ]);
      ends.set(
        name,
        curves.map((c) => c[c.length - 1]),
      );
    }
    behind.push({ rule, lost: minus(ends.get('10 % lost') ?? [], ends.get('none') ?? []) });
  }
  const recovers = behind.every(({ lost }) => overSeeds(lost).mean > -0.02);
  return {
    question: `Test accuracy in %, by the samples learned since the damage, which came after ${half}.`,
    measured: [columns(['', 'rate', ...looks.map((seen) => `+${seen}`)], rows)],
    claim: 'what learns on the chip recovers from the loss of a tenth of its cells, by each rule',
    criterion: `after ${half} more samples each rule is less than 2 points below itself without damage, where the cells lost their weights`,
    verdict: `${recovers ? 'holds' : 'fails'}: ${behind
      .map(({ rule, lost }) => `${short[rule]} ${points(lost)}`)
      .join(', ')}`,
    figures: {
      'after damage less without': Object.fromEntries(
        behind.map(({ rule, lost }) => [rule, figureOver(lost)]),
      ),
    },
    seeds,
    data: `MNIST, ${(2 * half).toLocaleString('en-US')} images`,
  };
}
