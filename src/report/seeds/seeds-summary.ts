import { type Estimate, meanOf } from '../../simulation/statistics/intervals.ts';
import { type PairedDifference, pairedDifference } from '../paired-differences.ts';
import type { RunReport } from '../run-report.ts';

/** What runs that differ in their seeds alone have reached, each figure with its Student interval. */
export interface SeedsSummary {
  readonly seeds: readonly number[];
  /** 0 to 1; null where the test set was not predicted */
  readonly testAccuracy: Estimate | null;
  /** at the end of each run, where samples were held out */
  readonly heldOutAccuracy?: Estimate;
  readonly samplesPerSecond: Estimate;
}

/** One rule against backprop, seed by seed. */
export interface SeedsDifference {
  readonly rule: string;
  readonly against: 'backprop';
  readonly seeds: readonly number[];
  /** accuracy of the rule less that of backprop; null where the test set was not predicted */
  readonly testAccuracy: PairedDifference | null;
  /** samples a second of the rule over those of backprop */
  readonly speed: Estimate;
}

/**
 * Means over the seeds: x̄ ± t(0.975, n − 1) · s / √n. Runs that were interrupted are left out, unless all were.
 *
 * @param runs  of one rule, 1 or more
 */
export function seedsSummary(runs: readonly RunReport[]): SeedsSummary {
  const finished = runs.some(({ interrupted }) => !interrupted)
    ? runs.filter(({ interrupted }) => !interrupted)
    : runs;
  const heldOut = finished.map((run) => run.heldOut.at(-1)?.accuracy);
  return {
    seeds: finished.map(({ seed }) => seed),
    testAccuracy: meanIfAll(finished.map(({ testAccuracy }) => testAccuracy)),
    ...(heldOut.every((accuracy) => accuracy !== undefined) && { heldOutAccuracy: meanOf(heldOut) }),
    samplesPerSecond: meanOf(finished.map(({ samplesPerSecond }) => samplesPerSecond)),
  };
}

/** Each other rule against backprop, over the seeds that both have finished; none without backprop. */
export function seedsDifferences(runs: readonly RunReport[]): SeedsDifference[] {
  const finished = runs.filter(({ interrupted }) => !interrupted);
  const rules = [...new Set(finished.map(({ rule }) => rule))].filter((rule) => rule !== 'backprop');
  return rules.flatMap((rule) => {
    const pairs = finished
      .filter((run) => run.rule === rule)
      .flatMap((run) => {
        const other = finished.find(({ rule: of, seed }) => of === 'backprop' && seed === run.seed);
        return other === undefined ? [] : [{ run, other }];
      });
    if (pairs.length === 0) return [];
    const accuracies = pairs.map(({ run, other }) => [run.testAccuracy, other.testAccuracy]);
    const values = accuracies.flatMap(([own]) => own ?? []);
    const baseline = accuracies.flatMap(([, of]) => of ?? []);
    const all = values.length === pairs.length && baseline.length === pairs.length;
    return {
      rule,
      against: 'backprop' as const,
      seeds: pairs.map(({ run }) => run.seed),
      testAccuracy: all ? pairedDifference({ values, baseline }) : null,
      speed: meanOf(pairs.map(({ run, other }) => run.samplesPerSecond / other.samplesPerSecond)),
    };
  });
}

function meanIfAll(values: readonly (number | null)[]): Estimate | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? meanOf(known) : null;
}
