import {
  calibratedTemperature,
  crossbar,
  type ProductsPlan,
  shuffled,
  softTargets,
  taught,
} from '../../src/extend.ts';
import { type Dataset, type Pipeline, slice } from '../../src/index.ts';
import { each, type Figures, figureOver, minus, tuned } from '../../src/report.ts';
import { type Rule, relabelled, scoresOf, trained } from './networks.ts';

/** Gains that nobody knows, 30 % apart: of each cell and of each neuron. */
const unknown = { synapseGain: 0.3, neuronGain: 0.3 };
/** What a student learns images by. */
export const ways = ['true labels', 'its answers', 'soft targets'] as const;

/** What every rule is taught alike. */
export interface Lesson {
  /** the teacher's, with labels */
  readonly samples: Dataset;
  /** images that the teacher never saw; a student takes the first of them */
  readonly others: Dataset;
  readonly test: Dataset;
  readonly held: Dataset;
  readonly passes: number;
  /** images of a student, rising */
  readonly counts: readonly number[];
  readonly seeds: readonly number[];
  readonly products: ProductsPlan;
}

export interface Taught {
  readonly rule: Rule;
  readonly rate: number;
  /** of the soft targets, in the teacher's own scores */
  readonly temperature: number;
  readonly teacher: number;
  /** the teacher's weights put on the chip of each student */
  readonly transplanted: readonly number[];
  /** accuracy by number of images, way and seed */
  readonly students: readonly (readonly (readonly number[])[])[];
}

/** A teacher on chip 0, and its students on chips of their own that begin with weights of their own. */
export async function teach(rule: Rule, rates: readonly number[], lesson: Lesson): Promise<Taught> {
  const { samples, others, test, held, passes, counts, seeds, products } = lesson;
  const on = (seed: number, rate: number, from: Pipeline['samples'], count: number) => {
    const tile = crossbar({ chipSeed: seed, unknown });
    const shared = { rule, rate, samples: from, test, tile, seed, products };
    return { ...shared, microbatches: Math.ceil((passes * count) / 10) };
  };
  const first = (rate: number) => on(0, rate, samples, samples.count);
  const rate = await tuned(rates, async (one) => (await trained({ ...first(one), test: held })).accuracy);
  const teacher = await trained(first(rate));
  const knows = { ...first(rate), weights: teacher.weights };
  const temperature = calibratedTemperature(await scoresOf(knows, held), held.labels, held.classes);
  const answers = await relabelled(knows, others);
  const soft = softTargets(await scoresOf(knows, others), others.classes, temperature);
  const transplanted = await each(seeds, async (seed) => {
    const moved = { ...on(seed, rate, samples, 0), weights: teacher.weights };
    return (await trained(moved)).accuracy;
  });
  const students = await each(counts, (count) => {
    const sources = [
      (seed: number) => shuffled(slice(others, 0, count), { seed }),
      (seed: number) => shuffled(slice(answers, 0, count), { seed }),
      (seed: number) => taught(slice(others, 0, count), soft.subarray(0, count * others.classes), { seed }),
    ];
    return each(sources, (source) =>
      each(seeds, async (seed) => (await trained(on(seed, rate, source(seed), count))).accuracy),
    );
  });
  return { rule, rate, temperature, teacher: teacher.accuracy, transplanted, students };
}

/** Students by soft targets of the most images, seed by seed, less the teacher's weights on their chips and other students. */
export function differences({ transplanted, students }: Taught) {
  const [labels, answers, soft] = students[students.length - 1];
  const than = (others: readonly number[]) => minus(soft, others);
  return { 'the weights': than(transplanted), 'true labels': than(labels), 'its answers': than(answers) };
}

/** What was measured of one rule, for a record. */
export function figuresOf(taught: Taught, counts: readonly number[]): Figures {
  const { rate, temperature, teacher, transplanted, students } = taught;
  const all = (one: Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(one).map(([name, values]) => [name, figureOver(values)]));
  const byWay = students.map((of) => all(Object.fromEntries(ways.map((way, w) => [way, of[w]]))));
  return {
    ...{ rate, temperature, teacher, transplanted: figureOver(transplanted) },
    ...Object.fromEntries(counts.map((count, i) => [`${count} images`, byWay[i]])),
    'soft targets less': all(differences(taught)),
  };
}
