import { columns, pairedDifference, type RunReport, wrapped } from '../../report.ts';
import { accuracyOf, figuresOf } from './accuracies.ts';
import type { RunRecord } from './run-record.ts';
import { accuracyText } from './runs-text.ts';

/** A figure of two runs; the interval is null where they have fewer than two seeds in common. */
export interface ComparedFigure {
  readonly a: number | null;
  readonly b: number | null;
  readonly difference: number | null;
  readonly ci95: readonly [number, number] | null;
}

/** What two runs have reached with the same rule. */
export interface ComparedRule {
  readonly rule: string;
  /** seeds that both have */
  readonly seeds: readonly number[];
  readonly accuracy: ComparedFigure;
  readonly samplesPerSecond: ComparedFigure;
}

/** The document of `runs compare`. */
export interface RunsCompared {
  readonly a: string;
  readonly b: string;
  /** settings that differ; null where a run has none */
  readonly settings: readonly { readonly setting: string; readonly a: unknown; readonly b: unknown }[];
  /** rules that both have */
  readonly rules: readonly ComparedRule[];
}

/** Puts two runs side by side. Differences are b less a, seed by seed where seeds are the same. */
export function compareRuns(a: RunRecord, b: RunRecord): RunsCompared {
  const keys = [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])].sort();
  const settings = keys
    .map((setting) => ({ setting, a: a.settings[setting] ?? null, b: b.settings[setting] ?? null }))
    .filter((one) => JSON.stringify(one.a) !== JSON.stringify(one.b));
  const rules = figuresOf(a).flatMap((own) => {
    const other = figuresOf(b).find(({ rule }) => rule === own.rule);
    if (other === undefined) return [];
    const pairs = own.seeds
      .filter((seed) => other.seeds.includes(seed))
      .map((seed) => [runOf(a, own.rule, seed), runOf(b, own.rule, seed)] as const);
    const figure = (of: (run: RunReport) => number | null, means: readonly (number | null)[]) =>
      compared(
        pairs.map(([one, two]) => [of(one), of(two)]),
        means,
      );
    return {
      rule: own.rule,
      seeds: pairs.map(([one]) => one.seed ?? 1),
      accuracy: figure(
        (run) => run.testAccuracy ?? run.heldOut.at(-1)?.accuracy ?? null,
        [accuracyOf(own)?.mean ?? null, accuracyOf(other)?.mean ?? null],
      ),
      samplesPerSecond: figure(
        (run) => run.samplesPerSecond,
        [own.samplesPerSecond.mean, other.samplesPerSecond.mean],
      ),
    };
  });
  return { a: a.path, b: b.path, settings, rules };
}

/** For people: settings that differ, then figures, and what can be said of their differences. */
export function comparedText(a: RunRecord, b: RunRecord): string {
  const { settings, rules } = compareRuns(a, b);
  const titles = [a, b].map(({ name, folder }) => name ?? folder);
  const differing = settings.map((one) => [one.setting, shown(one.a), shown(one.b)]);
  const [left, right] = [figuresOf(a), figuresOf(b)];
  const figures = rules.flatMap(({ rule, samplesPerSecond: speed }) => {
    const of = (all: typeof left) => all.find((one) => one.rule === rule);
    const text = (all: typeof left) => {
      const found = of(all);
      return found === undefined ? '–' : accuracyText(found);
    };
    const count = (value: number | null) =>
      value === null ? '–' : Math.round(value).toLocaleString('en-US');
    return [
      [`${rule}: accuracy`, text(left), text(right)],
      [`${rule}: samples/s`, count(speed.a), count(speed.b)],
    ];
  });
  const rows = [...differing, ...figures];
  return [
    `A  ${titles[0]}`,
    `B  ${titles[1]}`,
    '',
    rows.length === 0
      ? 'Their settings are the same, and they have no rule in common.'
      : columns(['', 'A', 'B'], rows),
    '',
    ...rules.map((one) => wrapped(sentence(one))),
  ].join('\n');
}

function runOf({ summary }: RunRecord, rule: string, seed: number): RunReport {
  return summary?.runs.find((run) => run.rule === rule && (run.seed ?? 1) === seed) as RunReport;
}

function compared(
  pairs: readonly (readonly [number | null, number | null])[],
  [a, b]: readonly (number | null)[],
): ComparedFigure {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
  if (known.length < 2) return { a, b, difference: a === null || b === null ? null : b - a, ci95: null };
  const { mean, ci95 } = pairedDifference({
    values: known.map(([, value]) => value),
    baseline: known.map(([value]) => value),
  });
  return { a, b, difference: mean, ci95 };
}

function sentence({ rule, seeds, accuracy }: ComparedRule): string {
  const { difference, ci95 } = accuracy;
  if (difference === null) return `${rule}: accuracy was not measured in both.`;
  const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}`;
  if (ci95 === null)
    return `${rule}: B's accuracy is ${points(difference)} points from A's, which without two seeds in common can't be told from chance.`;
  const interval = `${points(difference)} points [${ci95.map(points).join(', ')}] over ${seeds.length} seeds`;
  return ci95[0] > 0 || ci95[1] < 0
    ? `${rule}: B is ${difference < 0 ? 'less' : 'more'} accurate, by ${interval}.`
    : `${rule}: the accuracies of A and B can't be told apart: ${interval}.`;
}

function shown(value: unknown): string {
  if (value === null) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 24 ? text : `…${text.slice(-23)}`;
}
