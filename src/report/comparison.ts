import type { Rule, RunReport } from './run-report.ts';
import { count, percent } from './table-cells.ts';
import { textTable } from './text-table.ts';

/** The names of the rules in tables and sentences. */
export const ruleNames: Readonly<Record<string, string>> = {
  ff: 'Forward-Forward',
  'mono-forward': 'Mono-Forward',
  backprop: 'backprop',
  'block-local': 'block-local',
  'ff-selective': 'Forward-Forward, selective',
  'mono-forward-selective': 'Mono-Forward, selective',
  'backprop-selective': 'backprop, selective',
  'block-local-selective': 'block-local, selective',
} satisfies Record<Rule | `${Rule}-selective`, string>;

/** A rule's name in tables and sentences; a rule of one's own has that of its plan. */
export function nameOfRule(rule: string): string {
  return ruleNames[rule] ?? rule;
}

/** The figures of some runs side by side, one measure a row. */
export function table(runs: readonly RunReport[]): string {
  const { head, rows } = tableCells(runs);
  return textTable(rows, head);
}

/** The cells of that table: a measure, then what each run has of it. */
export function tableCells(runs: readonly RunReport[]): {
  readonly head: string[];
  readonly rows: string[][];
} {
  const head = ['', ...runs.map(({ rule, schedule }) => `${nameOfRule(rule)}, ${schedule}`)];
  const held = runs.some(({ heldOut }) => heldOut.length > 0);
  const told: Readonly<Record<string, boolean>> = {
    [heldOutRow]: held,
    [keptRow]: runs.some(({ kept }) => kept !== undefined),
    [inconsistencyRow]: runs.some(({ inconsistency }) => inconsistency !== undefined),
  };
  const shown = rows.filter(([name]) => told[name] ?? true);
  return { head, rows: shown.map(([name, textOf]) => [name, ...runs.map(textOf)]) };
}

const keptRow = 'samples learned from, layer by layer';
const heldOutRow = 'accuracy on samples held out';
const inconsistencyRow = 'updates between F and B, at most';

const rows: readonly (readonly [string, (run: RunReport) => string])[] = [
  ['samples/s', (run) => count(run.samplesPerSecond)],
  [
    'cost per sample, matrix-product units',
    ({ cost }) => `${cost.units.toFixed(2)} (${mega(cost.macsPerSample)} MMAC)`,
  ],
  [keptRow, ({ kept }) => (kept === undefined ? 'all' : kept.layers.map(percent).join('  '))],
  [
    'working time per sample',
    (run) => (run.samples === 0 ? '–' : `${(1e6 * workPerSample(run)).toFixed(0)} µs`),
  ],
  ['busy, stage by stage', (run) => run.stages.map(({ busy }) => percent(busy)).join('  ')],
  ['starved', (run) => run.stages.map(({ starved }) => percent(starved)).join('  ')],
  ['blocked', (run) => run.stages.map(({ blocked }) => percent(blocked)).join('  ')],
  ['communicating', (run) => run.stages.map(({ communicating }) => percent(communicating)).join('  ')],
  ['bubble, of total time', (run) => percent(run.bubble)],
  [
    'latency, arrival to last update',
    ({ latencyMs }) => `p50 ${milli(latencyMs.p50)}  p99 ${milli(latencyMs.p99)}`,
  ],
  [
    'peak activations held, stage by stage',
    (run) => run.stages.map(({ peakActivationBytes }) => kibi(peakActivationBytes)).join('  '),
  ],
  ['weight versions', (run) => String(run.weightVersions)],
  [inconsistencyRow, ({ inconsistency }) => inconsistency?.most.join('  ') ?? '0'],
  [
    'test accuracy',
    (run) => (run.testAccuracy === null ? 'not measured' : `${(100 * run.testAccuracy).toFixed(2)} %`),
  ],
  [
    heldOutRow,
    ({ heldOut }) =>
      heldOut.length === 0 ? '–' : `${(100 * heldOut[heldOut.length - 1].accuracy).toFixed(2)} %`,
  ],
  ['time to learn', (run) => `${run.learningSeconds.toFixed(1)} s`],
  ['wall time', (run) => `${run.wallSeconds.toFixed(1)} s`],
];

/**
 * What the two runs mean, in words made from their figures: which was faster, at what price, and what that does not say.
 *
 * @param local     a stream of layers that learn locally
 * @param backprop  a backprop pipeline, by whatever schedule, on the same tiles, data and number of workers
 */
export function verdict(local: RunReport, backprop: RunReport): string {
  const speed = local.samplesPerSecond / backprop.samplesPerSecond;
  const products = local.cost.macsPerSample / backprop.cost.macsPerSample;
  const work = workPerSample(local) / workPerSample(backprop);
  const stages = local.runtime === 'workers' ? 'worker' : 'inline stage';
  return [
    `On ${local.workers} ${stages}${local.workers === 1 ? '' : 's'} the ${nameOfRule(local.rule)} stream learned ${speed.toFixed(2)} × as many`,
    `samples a second as ${scheduled(backprop)}${accuracyGap(local, backprop)}. A sample cost it ${products.toFixed(2)} × the`,
    `multiply-accumulates and ${work.toFixed(2)} × the working time; its stages idled ${percent(local.bubble)} of the time,`,
    `those of backprop ${percent(backprop.bubble)}. ${asBusyAs(local, backprop)}`,
  ].join(' ');
}

/** What backprop's speed would be with the stream's bubble, where its own is larger. */
function asBusyAs(local: RunReport, backprop: RunReport): string {
  const blocking = backprop.schedule === 'blocking';
  if (!blocking && meanBusy(backprop) >= meanBusy(local))
    return "Backprop's stages were no less busy than the stream's.";
  const asBusy = (backprop.samplesPerSecond * meanBusy(local)) / meanBusy(backprop);
  return [
    `Were backprop's stages kept as busy as the stream's,${blocking ? ' which 1F1B and zero-bubble schedules aim at,' : ''}`,
    `it would learn ${count(asBusy)} samples/s: ${(asBusy / local.samplesPerSecond).toFixed(2)} × the stream.`,
  ].join(' ');
}

/** `blocking backprop`, `backprop by 1f1b` */
function scheduled({ schedule }: RunReport): string {
  return schedule === 'blocking' ? 'blocking backprop' : `backprop by ${schedule}`;
}

/** Beyond what so many test samples can tell: the 95 % interval of p₁ − p₂, ±1.96 √(p₁q₁/n₁ + p₂q₂/n₂). */
function accuracyGap(local: RunReport, backprop: RunReport): string {
  if (local.testAccuracy === null || backprop.testAccuracy === null) return '';
  const gap = local.testAccuracy - backprop.testAccuracy;
  const half =
    1.96 * Math.sqrt(sampling(local.testAccuracy, local) + sampling(backprop.testAccuracy, backprop));
  const points = Math.abs(100 * gap).toFixed(2);
  if (Math.abs(gap) <= half)
    return ` and ended as accurate, as far as one seed and ${count(local.testSamples ?? 0)} test samples can tell (${points} points apart)`;
  return ` and ended ${points} points ${gap < 0 ? 'less' : 'more'} accurate`;
}

/** variance of an accuracy over test sets of this size; 0 where the size is not known */
function sampling(accuracy: number, { testSamples }: RunReport): number {
  return testSamples === undefined ? 0 : (accuracy * (1 - accuracy)) / testSamples;
}

function meanBusy({ stages }: RunReport): number {
  return stages.reduce((sum, { busy }) => sum + busy, 0) / stages.length;
}

/** seconds that the stages work on a sample, all together */
function workPerSample({ stages, samplesPerSecond }: RunReport): number {
  return stages.reduce((sum, { busy }) => sum + busy, 0) / samplesPerSecond;
}

function milli(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function mega(value: number): string {
  return (value / 1e6).toFixed(2);
}

function kibi(bytes: number): string {
  return `${count(bytes / 1024)} KiB`;
}
