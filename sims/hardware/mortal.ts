import { crossbar, type Parameter } from '../../src/extend.ts';
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
import { type Rule, relabelled, trained } from '../analog/networks.ts';

/** Gains that nobody knows, 30 % apart: of each cell and of each neuron. */
const unknown = { synapseGain: 0.3, neuronGain: 0.3 };
/** samples between two looks at the accuracy while a chip learns */
const step = 200;

interface Moved {
  readonly rule: Rule;
  readonly rate: number;
  readonly teacher: number;
  readonly transplanted: readonly number[];
  /** samples until near the teacher */
  readonly relearned: readonly number[];
  readonly anew: readonly number[];
  readonly byLabels: readonly number[];
  readonly byTeacher: readonly number[];
}

/**
 * Do weights die with their chip, and what brings what they know to the next one?
 *
 * 784-64-64 on MNIST, microbatches of 10, exact steps. A network learns on chip A from 2,000 images; its weights are put on chips
 * B to F, which have other gains. There it learns on, beside a network with fresh weights, both from the same 2,000 images, until
 * 2 points below what A reached. A student on each chip learns 2,000 other images by their labels, or by what chip A takes them for.
 * Rates are the best of 3 on 1,000 images held out, on chip A. Backprop reads its chip transposed.
 */
export default async function mortal(quick = false): Promise<Study> {
  const [all, tested] = [await mnist('train'), await mnist('test')];
  const count = quick ? 600 : 2000;
  const data = { samples: firstOf(all, count), others: slice(all, 20_000, 20_000 + count) };
  const [test, held] = [firstOf(tested, quick ? 300 : 1000), slice(all, 50_000, 51_000)];
  const seeds = seedsFromOne(quick ? 2 : 5);
  const tries: readonly (readonly [Rule, readonly number[]])[] = [
    ['Forward-Forward', [0.03, 0.01, 0.1]],
    ['backprop', [0.06, 0.02, 0.2]],
  ];
  const results = await each(tries, async ([rule, rates]): Promise<Moved> => {
    const on = (seed: number, rate: number, samples: Dataset, weights?: readonly Parameter[], of = test) => {
      const tile = crossbar({ chipSeed: seed, unknown });
      return { ...{ rule, rate, samples, test: of, tile, seed }, ...(weights && { weights }) };
    };
    const heldOut = async (rate: number) =>
      (await trained(on(0, rate, data.samples, undefined, held))).accuracy;
    const rate = await tuned(quick ? rates.slice(0, 1) : rates, heldOut);
    const teacher = await trained(on(0, rate, data.samples));
    const until = async (seed: number, from?: readonly Parameter[]): Promise<number> => {
      let now = from;
      for (let seen = 0; seen < count; seen += step) {
        const after = await trained(on(seed, rate, slice(data.samples, seen, seen + step), now));
        if (after.accuracy >= teacher.accuracy - 0.02) return seen + step;
        now = after.weights;
      }
      return count;
    };
    const told = await relabelled(on(0, rate, data.samples, teacher.weights), data.others);
    const reached = async (samples: Dataset) =>
      each(seeds, async (seed) => (await trained(on(seed, rate, samples))).accuracy);
    return {
      ...{ rule, rate, teacher: teacher.accuracy },
      transplanted: await each(
        seeds,
        async (seed) =>
          (await trained({ ...on(seed, rate, data.samples, teacher.weights), microbatches: 0 })).accuracy,
      ),
      relearned: await each(seeds, (seed) => until(seed, teacher.weights)),
      anew: await each(seeds, (seed) => until(seed)),
      byLabels: await reached(data.others),
      byTeacher: await reached(told),
    };
  });
  const figures = results.map(({ rule, teacher, transplanted, relearned, anew, byLabels, byTeacher }) => ({
    rule,
    fall: transplanted.map((x) => x - teacher),
    fewer: overSeeds(anew).mean / overSeeds(relearned).mean,
    behind: minus(byTeacher, byLabels),
  }));
  const holds = figures.every(
    ({ fall, fewer, behind }) => overSeeds(fall).mean < -0.1 && fewer >= 2 && overSeeds(behind).mean > -0.03,
  );
  return {
    question: `Test accuracy in %, and samples until 2 points below chip A; ${count} is as many as there are.`,
    measured: [
      columns(
        ['', 'rate', 'chip A', 'its weights elsewhere', 'to relearn', 'to learn anew'],
        results.map(({ rule, rate, teacher, transplanted, relearned, anew }) => [
          ...[rule, rate, (100 * teacher).toFixed(1), percentOver(transplanted)],
          ...[whole(relearned), whole(anew)],
        ]),
      ),
      '',
      columns(
        ['student on a new chip', 'by labels', "by chip A's predictions"],
        results.map(({ rule, byLabels, byTeacher }) => [rule, percentOver(byLabels), percentOver(byTeacher)]),
      ),
    ],
    claim:
      'weights are mortal: they are worth little on another chip as they are, but chip B learns faster from them, and a student can learn from their chip without labels',
    criterion:
      'for both rules, another chip loses more than 10 points, relearns from half the samples or fewer, and the student is less than 3 points behind one with labels',
    verdict: `${holds ? 'holds' : 'fails'}: ${figures
      .map(
        ({ rule, fall, fewer, behind }) =>
          `${rule} ${points(fall)} on another chip, ${fewer.toFixed(1)} × fewer samples to relearn, ${points(behind)} without labels`,
      )
      .join('; ')}`,
    figures: Object.fromEntries(
      results.map(({ rule, rate, teacher, ...lists }) => [
        rule,
        {
          ...{ rate, teacher },
          ...Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, figureOver(values)])),
        },
      ]),
    ),
    seeds,
    data: `MNIST, ${count.toLocaleString('en-US')} images`,
  };
}

function whole(samples: readonly number[]): string {
  const { mean, half } = overSeeds(samples);
  return `${mean.toFixed(0)} ± ${half.toFixed(0)}`;
}
