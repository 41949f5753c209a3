import { type ClassAccuracy, type Confusion, confusionText, nameOfRule } from '../../report.ts';
import { plainRule } from '../settings/rules.ts';

/** What one network has predicted. */
export interface Prediction {
  /** a rule's name; of a layer of one's own that of its plan */
  readonly rule: string;
  readonly seed: number;
  readonly by: 'goodness' | 'one-pass';
  readonly samples: number;
  /** null where the samples have no labels */
  readonly testAccuracy: number | null;
  /** from when the first worker was ready to the last prediction out */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** samples of each label (row) that were predicted as each class (column); null beyond 256 classes, and without labels */
  readonly confusion: Confusion['matrix'];
  /** the most frequent mistakes, 100 at most */
  readonly mistakes: Confusion['pairs'];
  readonly classes: readonly (ClassAccuracy & { readonly name: string })[];
}

/** For people: how many are right, then which classes are taken for which. */
export function predictionText(
  prediction: Prediction,
  confusion: Confusion | undefined,
  seeded: boolean,
): string {
  const { rule, seed, by, samples, testAccuracy, seconds, classes } = prediction;
  const name = `${nameOfRule(rule)}${plainRule(rule) === 'ff' ? ` by ${by}` : ''}${seeded ? `, seed ${seed}` : ''}`;
  if (testAccuracy === null || confusion === undefined)
    return `${name}: ${samples} samples without labels predicted, in ${seconds.toFixed(2)} s`;
  const names = classes.map((one) => one.name);
  const head = `${name}: ${(100 * testAccuracy).toFixed(2)} % of ${samples} right, in ${seconds.toFixed(2)} s`;
  return [head, '', confusionText(confusion, names)].join('\n');
}
