import { join } from 'node:path';
import {
  nameOfRule,
  type ReportDocument,
  type ReportFigure,
  type ReportSection,
  seedsDifferences,
  seedsVerdict,
  verdict,
} from '../../report.ts';
import { meanOf } from '../../simulation.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { cellsFigures } from './cells/cells.ts';
import { type Group, groupsOf, isPooled } from './groups.ts';
import { negativesSection } from './negatives/negatives.ts';
import { readHistograms } from './read-histograms.ts';
import { readMetrics } from './read-metrics.ts';
import { mustHaveSummary } from './read-summary.ts';
import { accuracyFigures } from './sections/accuracy.ts';
import { circumstancesSection } from './sections/circumstances.ts';
import { goodnessFigure, lossFigure } from './sections/goodness.ts';
import { learnedFigures } from './sections/learned.ts';
import { pipelineSections } from './sections/pipeline.ts';
import { resultsSection } from './sections/results.ts';
import { sharesFigure } from './sections/shares.ts';
import { spreadFigure } from './sections/spread.ts';
import { shellWord } from './shell-word.ts';

/** groups that have pictures of their own */
const picturedAtMost = 4;

/**
 * The report of runs of `train` and `compare`: side by side, those that differ in their seeds alone pooled.
 *
 * @throws {Error} one sentence, when a file of a folder is not what a run writes: which, and what is wrong
 */
export async function trainedReport(records: readonly RunRecord[]): Promise<ReportDocument> {
  for (const record of records) mustHaveSummary(record);
  const groups = groupsOf(records);
  if (groups.length === 0)
    throw new Error(`run to report must have learned something; got ${records[0].path}`);
  const pictured = groups.slice(0, picturedAtMost);
  const metrics = pictured.map(({ label, runs: [{ run, record }] }) => ({
    label,
    points: readMetrics(join(record.path, 'metrics.jsonl')).get(`${run.rule} ${run.seed ?? 1}`) ?? [],
  }));
  const sections = [
    resultsSection(groups),
    circumstancesSection(records),
    ...(await pipelineSections(records)),
    section('Where the time went', [sharesFigure(barsOf(groups), 'shares')]),
    section('Accuracy', await accuracyFigures(groups, metrics)),
    section('Loss', await figuresOf(metrics, (one, i) => lossFigure(one, `loss-${i}`))),
    section('Goodness', [
      ...(await figuresOf(metrics, (one, i) => goodnessFigure(one, `goodness-${i}`))),
      ...(await figuresOf(pictured, async (group, i) => spreadOf(group, `spread-${i}`))),
    ]),
    section('What was learned', await learnedFigures(pictured)),
    await negativesSection(pictured),
    section('The cells', await cellsFigures(pictured)),
  ];
  const names = records.map(({ name, folder }) => name ?? folder);
  return {
    title: names.length === 1 ? names[0] : `${names.length} runs: ${names.join(', ')}`.slice(0, 200),
    headline: isPooled(records) ? headline(groups) : groups.map(reached).join(' '),
    sections: sections.filter((one) => one !== undefined),
    configuration:
      records.length === 1
        ? records[0].settings
        : Object.fromEntries(records.map(({ folder, settings }) => [folder, settings])),
    commands: records.map(
      ({ command, path }) => `forwardflow ${command} --config ${shellWord(join(path, 'config.json'))}`,
    ),
  };
}

/** undefined where there is nothing to show */
function section(heading: string, figures: readonly ReportFigure[]): ReportSection | undefined {
  return figures.length === 0 ? undefined : { heading, figures };
}

/** A figure of each that has one, by its number from 1. */
async function figuresOf<T>(
  all: readonly T[],
  figure: (one: T, number: number) => Promise<ReportFigure | undefined>,
): Promise<ReportFigure[]> {
  const figures = await Promise.all(all.map((one, i) => figure(one, i + 1)));
  return figures.filter((one) => one !== undefined);
}

/** Of the group's first run, where it compared positives with negatives. */
function spreadOf({ label, runs: [{ run, record }] }: Group, id: string): ReportFigure | undefined {
  const { edges = [], networks = [] } = readHistograms(record.path) ?? {};
  const own = networks.find(({ rule, seed }) => rule === run.rule && seed === (run.seed ?? 1));
  return own && spreadFigure({ label, edges, layers: own.layers }, id);
}

/** A bar for each stage of each group: means over its seeds. */
function barsOf(groups: readonly Group[]) {
  return groups.slice(0, 12).flatMap(({ label, runs }) =>
    runs[0].run.stages.slice(0, 24).map((_, stage) => {
      const mean = (part: 'busy' | 'starved' | 'blocked' | 'communicating'): number =>
        meanOf(runs.map(({ run }) => run.stages[stage]?.[part] ?? 0)).mean;
      const shares = {
        ...{ busy: mean('busy'), starved: mean('starved') },
        ...{ blocked: mean('blocked'), communicating: mean('communicating') },
      };
      return { name: groups.length > 1 ? `${label}, stage ${stage}` : `stage ${stage}`, shares };
    }),
  );
}

/** What it means: verdicts against backprop where it is there, else what was reached. */
function headline(groups: readonly Group[]): string {
  const runs = groups.flatMap((group) => group.runs.map(({ run }) => run));
  const backprop = groups.filter(({ rule }) => rule === 'backprop');
  if (groups.some((group) => group.runs.length > 1)) {
    const differences = backprop.length === 1 ? seedsDifferences(runs) : [];
    if (differences.length > 0) return differences.map(seedsVerdict).join(' ');
  } else if (backprop.length === 1 && groups.length > 1 && runs.every(({ interrupted }) => !interrupted)) {
    const [{ run }] = backprop[0].runs;
    return runs.flatMap((local) => (local === run ? [] : [verdict(local, run)])).join(' ');
  }
  return groups.map(reached).join(' ');
}

/** `Forward-Forward, stream: 98.35 % [98.2, 98.5] on the test set, 12,345 samples/s.` */
function reached({ label, rule, runs }: Group): string {
  const values = runs.map(({ run }) => run.testAccuracy ?? run.heldOut.at(-1)?.accuracy);
  const known = values.filter((value) => value !== undefined);
  const speed = Math.round(meanOf(runs.map(({ run }) => run.samplesPerSecond)).mean).toLocaleString('en-US');
  const { mean, ci95 } = known.length === 0 ? { mean: Number.NaN, ci95: null } : meanOf(known);
  const percent = (value: number): string => (100 * value).toFixed(2);
  const interval = ci95 === null ? '' : ` [${ci95.map(percent).join(', ')}] over ${runs.length} seeds`;
  const set = runs[0].run.testAccuracy === null ? 'samples held out' : 'the test set';
  const accuracy = Number.isNaN(mean) ? 'accuracy not measured' : `${percent(mean)} %${interval} on ${set}`;
  const interrupted = runs.some(({ run }) => run.interrupted) ? ', interrupted' : '';
  return `${label || nameOfRule(rule)}: ${accuracy}, ${speed} samples/s${interrupted}.`;
}
