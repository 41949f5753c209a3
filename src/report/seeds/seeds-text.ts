import type { Estimate } from '../../simulation/statistics/intervals.ts';
import { ruleNames } from '../comparison.ts';
import type { RunReport } from '../run-report.ts';
import { columns } from '../studies/columns.ts';
import { count } from '../table-cells.ts';
import type { SeedsDifference, SeedsSummary } from './seeds-summary.ts';

/**
 * The runs of one rule as a table, a seed a row, with the means and their 95 % intervals below.
 *
 * @param runs  of one rule
 */
export function seedsTable(runs: readonly RunReport[], summary: SeedsSummary): string {
  const held = summary.heldOutAccuracy !== undefined;
  const rows = runs.map((run) => [
    `${run.seed}${run.interrupted ? ' (interrupted)' : ''}`,
    held ? points(run.heldOut.at(-1)?.accuracy ?? null) : points(run.testAccuracy),
    count(run.samplesPerSecond),
    `${run.wallSeconds.toFixed(1)} s`,
  ]);
  const accuracy = held ? summary.heldOutAccuracy : summary.testAccuracy;
  const mean = ['mean', points(accuracy?.mean ?? null), count(summary.samplesPerSecond.mean), ''];
  const half = ['± 95 %', halfOf(accuracy, 100, 2), halfOf(summary.samplesPerSecond, 1, 0), ''];
  const head = ['seed', held ? 'held-out accuracy' : 'test accuracy', 'samples/s', 'wall time'];
  return columns(head, [...rows, mean, half]);
}

/** What a comparison over several seeds says: of a difference only where its 95 % interval leaves out none. */
export function seedsVerdict({ rule, seeds, testAccuracy, speed }: SeedsDifference): string {
  const name = ruleNames[rule];
  const over = `Over ${seeds.length} seed${seeds.length === 1 ? '' : 's'}`;
  return `${over} ${name} ${speedText(speed)}. ${accuracyText(testAccuracy, name)}`;
}

function speedText(speed: Estimate): string {
  const ratio = `${speed.mean.toFixed(2)} ×`;
  if (speed.ci95 === null)
    return `learned ${ratio} as many samples a second as backprop, which one seed can't tell from chance`;
  const interval = `${ratio} [${speed.ci95.map((bound) => bound.toFixed(2).replace('-', '−')).join(', ')}]`;
  return leavesOut(speed.ci95, 1)
    ? `learned ${interval} as many samples a second as backprop`
    : `and backprop can't be told apart in speed: ${interval} the samples a second`;
}

function accuracyText(difference: SeedsDifference['testAccuracy'], name: string): string {
  if (difference === null) return 'The test set was not predicted.';
  const { mean, ci95 } = difference;
  if (ci95 === null)
    return `Their accuracies, ${signed(mean)} points apart, can't be told apart by one seed.`;
  const interval = `[${ci95.map(signed).join(', ')}]`;
  if (!leavesOut(ci95, 0))
    return `Their test accuracies can't be told apart: ${signed(mean)} points ${interval}.`;
  const size = Math.abs(100 * mean).toFixed(2);
  return `${name} was ${size} points ${mean < 0 ? 'less' : 'more'} accurate ${interval}.`;
}

function leavesOut([low, high]: readonly [number, number], none: number): boolean {
  return low > none || high < none;
}

/** points of a share, with their sign: `+0.12`, `−0.30` */
function signed(share: number): string {
  const text = Math.abs(100 * share).toFixed(2);
  return Number(text) === 0 ? text : `${share < 0 ? '−' : '+'}${text}`;
}

function points(share: number | null): string {
  return share === null ? 'not measured' : `${(100 * share).toFixed(2)} %`;
}

function halfOf(estimate: Estimate | null | undefined, scale: number, digits: number): string {
  if (!estimate?.ci95) return '–';
  const half = scale * (estimate.ci95[1] - estimate.mean);
  return digits === 0 ? count(half) : half.toFixed(digits);
}
