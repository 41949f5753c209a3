import { lastValueFrom } from 'rxjs';
import { firstOf, inline, measure, run, slice, testAccuracy } from '../../../index.ts';
import { readRunData } from '../../running/run-data.ts';
import { readSettings } from '../../settings/read-settings.ts';
import { trainSettings } from '../../settings/train-settings.ts';
import { pipelineOf } from '../../values/network.ts';
import { productsOf } from '../../values/products.ts';

/** How well one rule learns on a cell by one update scheme. */
export interface ArmOnCell {
  readonly rule: string;
  readonly update: string;
  readonly learningRate: number;
  readonly testAccuracy: number;
}

/** What is tried: each rule by the schemes that suit it. Learning rates are a fifth, half, once and twice the usual one. */
const arms: readonly (readonly [rule: string, usual: number, updates: readonly string[]])[] = [
  ['ff', 1, ['per-pass', 'paired', 'mixed-precision']],
  ['mono-forward', 0.5, ['per-pass', 'mixed-precision']],
  ['backprop', 0.1, ['per-pass', 'mixed-precision', 'tiki-taka-v1']],
];
const factors = [0.2, 0.5, 1, 2];

/**
 * Trains a small network by each rule and update scheme on a cell, and predicts the test set. The learning rate of each arm is
 * the best of four on samples held out, so each has the same budget.
 *
 * @param cell   as `--cell` names it
 * @param flags  of train: data, layers, epochs, limit, chip seed
 * @param tell   is given each arm as it ends
 */
export async function armsOnCell(
  cell: string,
  flags: Readonly<Record<string, unknown>>,
  tell: (arm: ArmOnCell) => void,
): Promise<ArmOnCell[]> {
  const shared = { tile: 'crossbar', cell, running: '0', ...flags };
  const settings = await readSettings(trainSettings, shared);
  const { train, test, document } = await readRunData(settings);
  if (test === undefined) throw new Error('data must have a test set, or --test-split; got none');
  const products = await productsOf(settings);
  // the last samples, from which nothing is learned
  const apart = Math.min(1000, Math.floor(train.count / 5));
  const held = slice(train, train.count - apart, train.count);
  const learned = firstOf(train, Math.min(settings.limit ?? train.count, train.count - apart));
  const accuracy = async (arm: Readonly<Record<string, unknown>>, samples: typeof test): Promise<number> => {
    const own = await readSettings(trainSettings, { ...shared, ...arm });
    const ground = { samples: learned, test: samples, products, labelPlace: document.labelPlace };
    const run_ = run(pipelineOf(own, ground), inline({ stages: 1 }));
    const values = await lastValueFrom(run_.pipe(measure({ testAccuracy })));
    return values.testAccuracy.accuracy ?? 0;
  };
  const results: ArmOnCell[] = [];
  for (const [rule, usual, updates] of arms) {
    for (const update of updates) {
      const tried: { rate: number; accuracy: number }[] = [];
      for (const factor of factors) {
        const rate = factor * usual;
        tried.push({ rate, accuracy: await accuracy({ rule, update, learningRate: rate }, held) });
      }
      const { rate } = tried.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
      const arm = { rule, update, learningRate: rate };
      const result = { ...arm, testAccuracy: await accuracy(arm, test) };
      results.push(result);
      tell(result);
    }
  }
  return results.sort((a, b) => b.testAccuracy - a.testAccuracy);
}
