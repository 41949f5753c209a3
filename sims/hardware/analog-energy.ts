import { perPass } from '../../src/extend.ts';
import { firstOf, mnist, slice } from '../../src/index.ts';
import {
  columns,
  each,
  energyLedger,
  energyModels,
  figureOver,
  joules,
  minus,
  overSeeds,
  percentOver,
  type Study,
  seedsFromOne,
} from '../../src/report.ts';
import { arms, learned } from '../analog/arms.ts';
import { type ArmKey, firstImages } from '../analog/grid.ts';

const keys = ['inSitu', 'directFeedback', 'ffPerPass', 'ffPaired', 'monoForward', 'readout'] as const;

/** What an arm spent on one chip, and the accuracy along the way. */
interface Course {
  /** joules a learned sample, and a predicted one */
  readonly learning: number;
  readonly predicting: number;
  /** by pass, of samples held out */
  readonly accuracies: readonly number[];
}

/** Accuracy after so many joules of learning, straight between passes; chance before the first; the last once it has ended. */
function accuracyAt(energy: number, { learning, accuracies }: Course, samples: number): number {
  const passes = energy / (learning * samples);
  const known = [0.1, ...accuracies];
  const from = Math.min(Math.floor(passes), known.length - 1);
  const next = Math.min(from + 1, known.length - 1);
  return known[from] + (known[next] - known[from]) * (passes - from);
}

/**
 * How accurate is each way of learning on a chip after the same energy?
 *
 * 784-64-64 on MNIST, 600 images, five passes in microbatches of 10, 500 held out; 5 chips of synapse gain spread 0.1, output noise 0.06,
 * cells of constant steps (RPU baseline) written by pulses, per pass where nothing else is said. The ledger charges reads forward and
 * back, converters, pulses, digital work and storage by the model 'hermes': FF for its two passes and for each label that a
 * prediction tries; wrong labels are drawn without asking the network. What curves cost is not charged to learning.
 *
 * Fixed before the run: FF is said to be the cheap way to learn on such hardware. By the account it pays twice for reads and pulses and ten
 * times for a prediction, backprop once more for its way back, so the claim is expected to fail.
 */
export default async function analogEnergy(quick = false): Promise<Study> {
  const all = await mnist('train');
  const samples = firstOf(all, quick ? 300 : 600);
  const heldOut = slice(all, all.count - (quick ? 100 : 500), all.count);
  const { test } = await firstImages(1, 10);
  const measured = quick ? (['inSitu', 'ffPaired'] as const) : keys;
  const passes = quick ? 2 : 5;
  const courses = new Map<ArmKey, readonly Course[]>();
  for (const key of measured)
    courses.set(
      key,
      await each(seedsFromOne(quick ? 2 : 5), async (seed): Promise<Course> => {
        const chip = { seed, unknown: { synapseGain: 0.1 } };
        const own = key === 'ffPaired' ? {} : { update: perPass() };
        const task = { samples, test, heldOut, hidden: [64, 64], epochs: passes, seed, ...own };
        const { hardware, held } = await learned(arms[key], chip, task);
        const counted = { learned: passes * samples.count, predicted: hardware.predicted };
        const ledger = energyLedger(hardware.layers, counted, energyModels.hermes);
        const accuracies = held.map(({ accuracy }) => accuracy ?? 0);
        return { learning: ledger.energyPerSample, predicting: ledger.energyPerPrediction ?? 0, accuracies };
      }),
    );
  const of = (key: ArmKey): readonly Course[] => courses.get(key) ?? [];
  const whole = overSeeds(of('inSitu').map(({ learning }) => learning * samples.count * passes)).mean;
  const budgets = [0.2, 0.5, 1].map((share) => share * whole);
  const at = (key: ArmKey, energy: number) =>
    of(key).map((course) => accuracyAt(energy, course, samples.count));
  const mean = (key: ArmKey, figure: (course: Course) => number) => overSeeds(of(key).map(figure)).mean;
  const rows = measured.map((key) => [
    arms[key].name,
    joules(mean(key, ({ learning }) => learning)),
    joules(mean(key, ({ predicting }) => predicting)),
    ...budgets.map((energy) => percentOver(at(key, energy)).replace('± ', '±')),
  ]);
  const gaps = budgets.map((energy) => overSeeds(minus(at('ffPaired', energy), at('inSitu', energy))));
  const ahead = budgets.filter((_, i) => gaps[i].mean - gaps[i].half > 0);
  const ratio = (figure: (course: Course) => number) =>
    (mean('ffPaired', figure) / mean('inSitu', figure)).toFixed(2);
  const signed = gaps
    .map(({ mean: gap }) => `${gap < 0 ? '−' : '+'}${Math.abs(100 * gap).toFixed(1)}`)
    .join(', ');
  const everywhere = ahead.length === budgets.length;
  const word = everywhere
    ? 'holds'
    : ahead.length > 0
      ? `holds only if the budget is ${ahead.map(joules).join(' or ')}`
      : 'fails';
  return {
    question:
      'Accuracy in % after the same energy of learning, the last budget being all that in-situ backprop spends.',
    measured: [
      'joules of a learned and of a predicted sample; accuracy at energies of learning:',
      columns(['', 'learned', 'predicted', ...budgets.map(joules)], rows),
    ],
    claim: 'FF is more accurate than in-situ backprop after the same energy',
    criterion:
      'at each of the three budgets FF, paired, is above in-situ backprop, the 95 % interval of the difference on the same chips above 0',
    verdict: `${word}: FF less in-situ backprop at the budgets: ${signed} points; FF spends ${ratio(({ learning }) => learning)} times as much on a learned sample and ${ratio(({ predicting }) => predicting)} times on a predicted one`,
    figures: {
      budgets,
      ...Object.fromEntries(
        measured.map((key) => [
          arms[key].name,
          {
            'joules a learned sample': mean(key, ({ learning }) => learning),
            'joules a predicted sample': mean(key, ({ predicting }) => predicting),
            ...Object.fromEntries(
              budgets.map((energy, k) => [`budget ${k + 1}`, figureOver(at(key, energy))]),
            ),
          },
        ]),
      ),
    },
    seeds: seedsFromOne(quick ? 2 : 5),
    data: `MNIST, ${samples.count.toLocaleString('en-US')} images`,
  };
}
