import { type SeedsSummary, seedsSummary } from '../../report.ts';
import type { RunRecord } from './run-record.ts';

/** What one rule of a run has reached, over its seeds. */
export interface RuleFigures extends SeedsSummary {
  readonly rule: string;
}

/** Of each rule that a run has finished, in the order of the run. */
export function figuresOf({ summary }: RunRecord): RuleFigures[] {
  const runs = summary?.runs ?? [];
  const rules = [...new Set(runs.map(({ rule }) => rule))];
  // runs of earlier versions do not say their seed
  const seeded = runs.map((run) => ({ ...run, seed: run.seed ?? 1 }));
  return rules.map((rule) => ({ rule, ...seedsSummary(seeded.filter((run) => run.rule === rule)) }));
}

/** The accuracy that stands for a run: on the test set, or on samples held out; null where neither was predicted. */
export function accuracyOf({ testAccuracy, heldOutAccuracy }: RuleFigures) {
  return testAccuracy ?? heldOutAccuracy ?? null;
}
