import { simd } from '../../src/extend.ts';
import { firstOf, mnist, namedProducts, slice } from '../../src/index.ts';
import {
  columns,
  each,
  lineChart,
  overSeeds,
  percentOver,
  points,
  type Study,
  seedsFromOne,
} from '../../src/report.ts';
import { type Rule, short } from '../analog/networks.ts';
import { differences, figuresOf, teach, ways } from '../analog/teaching.ts';

const rules: readonly (readonly [Rule, readonly number[]])[] = [
  ['Forward-Forward', [0.03, 0.01, 0.1]],
  ['Mono-Forward', [0.06, 0.02, 0.2]],
  ['backprop', [0.06, 0.02, 0.2]],
];
/**
 * Weights die with their chip: can a second chip be taught what the first one knows, without a label?
 *
 * 784-64-64 on MNIST, microbatches of 10, plain SGD, exact steps. A teacher on chip A learns 2,000 images three times by their labels. A
 * student has other weights to begin with and another chip, whose gains differ, and sees images that the teacher never saw, three times:
 * by their true labels, by the teacher's answers, or by its soft targets, from which a label is drawn anew each time (on average that is
 * the gradient of a soft target, and FF, which takes labels alone, can learn by it). Their temperature is the one at which the teacher's
 * probabilities fit the labels of 500 images held out, which also choose the rate of each rule, the best of 3 on chip A.
 */
export default async function distillation(quick = false): Promise<Study> {
  const [all, tested] = [await mnist('train'), await mnist('test')];
  const counts = quick ? [100, 300] : [200, 600, 2000];
  const most = counts[counts.length - 1];
  const lesson = {
    ...{ samples: firstOf(all, quick ? 300 : 2000), others: slice(all, 20_000, 20_000 + most), counts },
    ...{ test: firstOf(tested, quick ? 200 : 500), held: slice(all, 50_000, quick ? 50_200 : 50_500) },
    ...{ passes: quick ? 2 : 3, seeds: seedsFromOne(quick ? 2 : 3) },
    products: quick ? simd() : await namedProducts('auto'),
  };
  const results = await each(rules, ([rule, rates]) =>
    teach(rule, quick ? rates.slice(0, 1) : rates, lesson),
  );
  const mean = (values: readonly number[]) => overSeeds(values).mean;
  const off = results.map(differences);
  const fits = off.map((one) => mean(one['the weights']) > 0.05 && mean(one['true labels']) >= -0.03);
  const able = rules.filter((_, k) => fits[k]).map(([rule]) => rule);
  const only = `holds only if the rule is ${able.join(' or ')}`;
  const word = able.length === rules.length ? 'holds' : able.length === 0 ? 'fails' : only;
  const because = off.map((one, k) => {
    const parts = Object.entries(one).map(([other, values]) => `${points(values)} to ${other}`);
    return `${short[rules[k][0]]} ${parts.join(', ')}`;
  });
  return {
    asked:
      'mortal computation: weights cannot be copied between chips; teach a second chip by distillation instead',
    question:
      'Test accuracy in % of students on other chips, by transfer images and what they learn them by.',
    measured: [
      columns(
        ['teacher', 'rate', 'temperature', 'on its chip', 'its weights on others'],
        results.map(({ rule, rate, temperature, teacher, transplanted }) => [
          ...[rule, rate, temperature.toFixed(3), (100 * teacher).toFixed(1), percentOver(transplanted)],
        ]),
      ),
      '',
      columns(
        ['student, images', ...ways],
        results.flatMap(({ rule, students }) =>
          counts.map((count, k) => [`${rule}, ${count}`, ...students[k].map(percentOver)]),
        ),
      ),
    ],
    claim:
      'a second chip can be taught by the soft targets of a first one, without labels, what its weights alone would not bring',
    criterion: `with ${most} images, for each rule, a student by soft targets is more than 5 points above the teacher's weights put on its chip, and 3 points or less below a student by true labels`,
    verdict: `${word}: ${because.join('; ')}`,
    figures: Object.fromEntries(results.map((one) => [one.rule, figuresOf(one, counts)])),
    seeds: lesson.seeds,
    data: `MNIST, ${lesson.samples.count.toLocaleString('en-US')} labelled images and ${most.toLocaleString('en-US')} others`,
    picture: () =>
      lineChart({
        title: 'Students of another chip: test accuracy, %',
        ...{ x: { label: 'transfer images', log: true }, y: { label: '%', from: 0, to: 100 } },
        series: results.flatMap(({ rule, students }) =>
          ways.map((way, w) => {
            const line = counts.map((x, i) => ({ x, y: 100 * mean(students[i][w]) }));
            return { name: `${short[rule]}, ${way}`, points: line };
          }),
        ),
      }),
  };
}
