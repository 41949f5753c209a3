import {
  type CellPlan,
  constantStep,
  crossbar,
  mixedPrecision,
  net,
  paired,
  perPass,
  softBounds,
  tikiTakaV1,
  type UpdatePlan,
} from '../../src/extend.ts';
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
import { type Rule, trained } from '../analog/networks.ts';

/** A cell: pulses from bound to bound, asymmetry, and noise from pulse to pulse. */
interface Physics {
  readonly states: number;
  readonly asymmetry: number;
  readonly noise: number;
  readonly soft?: boolean;
}
interface Arm {
  readonly rule: Rule;
  readonly name: string;
  readonly update: UpdatePlan;
  readonly rates: readonly number[];
}

const ff = [0.03, 0.01, 0.1];
const arms: readonly Arm[] = [
  { rule: 'Forward-Forward', name: 'FF per-pass', update: perPass(), rates: ff },
  { rule: 'Forward-Forward', name: 'FF paired', update: paired(), rates: ff },
  { rule: 'Forward-Forward', name: 'FF net', update: net(), rates: ff },
  { rule: 'Forward-Forward', name: 'FF mixed', update: mixedPrecision(), rates: ff },
  {
    ...{ rule: 'Forward-Forward', name: 'FF TTv1', rates: [0.1, 0.03, 0.3] },
    update: tikiTakaV1({ fastRate: 0.3, readsPerTransfer: 50 }),
  },
  { rule: 'Mono-Forward', name: 'MF per-pass', update: perPass(), rates: [0.3, 0.1, 1] },
  { rule: 'Mono-Forward', name: 'MF mixed', update: mixedPrecision(), rates: [0.3, 0.1, 1] },
  { rule: 'backprop', name: 'BP per-pass', update: perPass(), rates: [0.06, 0.02, 0.2] },
  { rule: 'backprop', name: 'BP mixed', update: mixedPrecision(), rates: [0.06, 0.02, 0.2] },
];
const centre: Physics = { states: 1200, asymmetry: 0, noise: 0.3 };
const axes: readonly (readonly [name: string, physics: Physics])[] = [
  ['centre', centre],
  ...[20, 100, 10_000].map((states) => [`${states} states`, { ...centre, states }] as const),
  ...[0.01, 0.05, 0.1].map(
    (asymmetry) => [`asymmetry ${100 * asymmetry} %`, { ...centre, asymmetry }] as const,
  ),
  ...[0, 1, 3.75].map((noise) => [`pulse noise ${noise}`, { ...centre, noise }] as const),
  ['soft bounds', { ...centre, soft: true }],
];

function cellOf({ states, asymmetry, noise, soft = false }: Physics): CellPlan {
  const own = { stepSize: 2 / states, upDown: asymmetry, stepNoise: noise, upDownSpread: 0 };
  const bounds = { upperBound: 1, lowerBound: -1, upperBoundSpread: 0, lowerBoundSpread: 0 };
  return (soft ? softBounds : constantStep)({ ...own, ...bounds });
}

/**
 * Does pairing the positive and the negative pass before pulsing save Forward-Forward on asymmetric cells?
 *
 * 784-64-64 on MNIST, the first 2,000 images in microbatches of 10, tested on 1,000 on the chip; 5 chips. Cells step equally
 * between −1 and 1, 30 % apart in their steps; DOWN pulses are smaller by the asymmetry. One axis at a time around 1,200 states, no
 * asymmetry, noise 0.3 of a step. The rate of each arm is the best of 3 on 500 images held out and another chip, at the centre, and
 * again at 5 % for asymmetric cells. Backprop reads its chip transposed. Reads are exact: this is about writing.
 */
export default async function analogCells(quick = false): Promise<Study> {
  const all = await mnist('train');
  const data = quick
    ? { samples: firstOf(all, 500), test: firstOf(await mnist('test'), 300) }
    : { samples: firstOf(all, 2000), test: firstOf(await mnist('test'), 1000) };
  const held = slice(all, 50_000, 50_500);
  const seeds = seedsFromOne(quick ? 2 : 5);
  const few = ['FF per-pass', 'FF paired', 'BP per-pass'];
  const measured = quick ? arms.filter(({ name }) => few.includes(name)) : arms;
  const conditions = quick ? axes.filter(([name]) => /centre|5 %/.test(name)) : axes;
  const accuracy = async (arm: Arm, rate: number, physics: Physics, seed: number, test: Dataset) => {
    const tile = crossbar({ cell: cellOf(physics), update: arm.update, chipSeed: seed });
    return (await trained({ rule: arm.rule, rate, samples: data.samples, test, tile, seed })).accuracy;
  };
  const rates = new Map<string, readonly number[]>();
  for (const arm of measured) {
    const tried = quick ? arm.rates.slice(0, 1) : arm.rates;
    const best = (physics: Physics) => tuned(tried, (rate) => accuracy(arm, rate, physics, 0, held));
    rates.set(arm.name, [await best(centre), await best({ ...centre, asymmetry: 0.05 })]);
  }
  const results = new Map<string, number[][]>();
  for (const [name, physics] of conditions)
    results.set(
      name,
      await each(measured, (arm) => {
        const rate = rates.get(arm.name)?.[physics.asymmetry > 0 ? 1 : 0] ?? 0;
        return each(seeds, (seed) => accuracy(arm, rate, physics, seed, data.test));
      }),
    );
  const table = (from: number, end: number) =>
    columns(
      ['', ...measured.slice(from, end).map(({ name }) => name)],
      [
        ...[...results].map(([name, row]) => [name, ...row.slice(from, end).map(percentOver)]),
        ['rates', ...measured.slice(from, end).map(({ name }) => rates.get(name)?.join(', ') ?? '')],
      ],
    );
  const of = (condition: string, arm: string) =>
    results.get(condition)?.[measured.findIndex(({ name }) => name === arm)] ?? [];
  const gain = minus(of('asymmetry 5 %', 'FF paired'), of('asymmetry 5 %', 'FF per-pass'));
  const lost = minus(of('centre', 'FF paired'), of('asymmetry 5 %', 'FF paired'));
  const [gained, loss] = [overSeeds(gain), overSeeds(lost)];
  const better = gained.mean - gained.half > 0;
  const saved = better && loss.mean < 0.03;
  const figures = `at 5 % paired is ${points(gain)} from per-pass, and ${points(lost.map((x) => -x))} from itself without asymmetry`;
  return {
    question: 'Test accuracy in % on the chip, by the physics of its cells and how they are written.',
    measured: [table(0, 5), ...(measured.length > 5 ? ['', table(5, 9)] : [])],
    claim: 'pairing positive and negative before pulsing saves Forward-Forward on asymmetric cells',
    criterion:
      'at 5 % asymmetry paired is better than per-pass, its 95 % interval above 0, and less than 3 points below itself without asymmetry',
    verdict: saved
      ? `holds: ${figures}`
      : `${better ? 'holds only if less than saving is asked' : 'fails'}: ${figures}`,
    figures: {
      ...Object.fromEntries(
        [...results].map(([name, row]) => [
          name,
          Object.fromEntries(measured.map((arm, k) => [arm.name, figureOver(row[k])])),
        ]),
      ),
      'paired less per-pass at 5 %': figureOver(gain),
      'lost at 5 %': figureOver(lost),
    },
    seeds,
    data: `MNIST, ${data.samples.count.toLocaleString('en-US')} images`,
  };
}
