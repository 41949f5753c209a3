import type { Command } from 'commander';
import {
  bottleneckText,
  energyText,
  type Gantt,
  type GanttOptions,
  nameOfRule,
  type RunInTrace,
  seedsSummary,
  seedsTable,
  seedsVerdict,
  table,
  verdict,
  wrapped,
} from '../../report.ts';
import { metricsFlag } from '../exporting/metrics-port.ts';
import { printJson, print as printText } from '../outlet.ts';
import { whole } from '../settings/fields.ts';
import { parse } from '../settings/read-settings.ts';
import { colours } from '../terminal/capabilities.ts';
import { busySentence } from './machine.ts';
import type { Outcome, Summary } from './train-all.ts';

/** characters of a picture's line on a terminal, and where there is none */
const [widest, usual] = [120, 80];

/** The flags that say where run folders go and how the result is printed. */
export function runsFlag(command: Command): Command {
  return metricsFlag(command)
    .option('--runs <folder>', 'the folder that takes the run folder', 'runs')
    .option(
      '--no-trace',
      'write no trace.json (otherwise it keeps the beginning of the run: 200,000 events and 20 MB at most, shared by the networks of the run; what is left out is counted in it and told)',
    )
    .option('--no-report', 'make no report.html of the run')
    .option(
      '--side-by-side <number>',
      'networks trained at the same time with --seeds (default: as many as have a core for each of their threads)',
    )
    .option('--gantt', 'print a picture of the last microbatches that each run has learned')
    .option('--json', 'print one JSON document on standard output, and nothing else there');
}

/** @throws {Error} unless it is a whole number, 1 or more, or left out */
export function lanesAsked(value: unknown): number | undefined {
  return parse(whole('sideBySide', 1, 'networks').optional(), value, 'settings');
}

/**
 * Ends a command: prints the document, or tables and their meaning, also where a later run or a file has failed.
 *
 * @throws {Error} why the command failed
 */
export function print({ summary, failure, exitCode, pictures }: Outcome, json: boolean | undefined): void {
  if (exitCode !== 0) process.exitCode = exitCode;
  if (failure === undefined || summary.runs.length > 0)
    json ? printJson(summary) : printText(textOf(summary, pictures));
  if (failure !== undefined) throw failure;
}

/** What a run has come to, for people. */
export function textOf(summary: Summary, pictures: Outcome['pictures']): string {
  const { runs, runFolder, data, environment, interrupted, traceCut } = summary;
  const parts: string[] = [];
  if (runs.length > 0) {
    const { tile, kernels, why } = runs[0];
    const side = summary.sideBySide;
    parts.push(
      `${summary.summary ? seedsText(summary) : table(runs)}\n`,
      ...(data === undefined ? [] : [`data: ${data.replaceAll('; ', '\n      ')}\n`]),
      `${wrapped(`tile: ${tile}; kernels: ${kernels}; ${environment.cores} cores; node ${environment.node}`)}\n`,
      ...(why === undefined ? [] : [`${wrapped(`workers: ${why}`)}\n`]),
      ...(side === undefined ? [] : [`side by side: ${side} networks at a time, which share the machine\n`]),
    );
  }
  const busy = busySentence(environment);
  if (busy !== undefined) parts.push(`${wrapped(busy)}\n`);
  if (!summary.summary) parts.push(meaningOf(summary));
  for (const { title, picture } of pictures) {
    const text = drawing(picture);
    if (text !== undefined) parts.push(`\n${title}, the last microbatches learned:\n${text}\n`);
  }
  if (runs.some(({ steered }) => steered))
    parts.push('Steered by hand: the seed alone may not give these weights again.\n');
  if (interrupted) parts.push('Interrupted: the figures are of what was learned until then.\n');
  if (traceCut !== undefined) parts.push(`\n${cutSentence(traceCut)}\n`);
  parts.push(`\nrun folder: ${runFolder}\n`);
  if (summary.report !== undefined) parts.push(`report: ${summary.report}\n`);
  return parts.join('');
}

/** What limits each network, and what a comparison means. */
function meaningOf({ runs, interrupted }: Summary): string {
  const parts: string[] = [];
  for (const { rule, limits } of runs)
    if (limits) parts.push(`bottleneck of ${nameOfRule(rule)}: ${bottleneckText(limits)}\n`);
  for (const { rule, hardware } of runs)
    if (hardware) parts.push(`${energyText(hardware, nameOfRule(rule))}\n`);
  const backprop = runs.find(({ rule }) => rule === 'backprop');
  if (backprop && !interrupted) {
    for (const local of runs.filter((run) => run !== backprop)) parts.push(`\n${verdict(local, backprop)}\n`);
  }
  return parts.join('');
}

/** A table a rule, and what the differences are. */
function seedsText({ runs, differences = [] }: Summary): string {
  const rules = [...new Set(runs.map(({ rule }) => rule))];
  const tables = rules.map((rule) => {
    const own = runs.filter((run) => run.rule === rule);
    return `${nameOfRule(rule)}, ${own[0].schedule}\n${seedsTable(own, seedsSummary(own))}\n`;
  });
  const verdicts = differences.map((difference) => `${wrapped(seedsVerdict(difference))}\n`);
  return [...tables, ...verdicts].join('\n');
}

/** A picture for the terminal at hand. */
export function drawing(picture: Gantt): string | undefined {
  const options: GanttOptions = {
    width: Math.min(widest, process.stdout.columns ?? usual),
    colours: colours(process.stdout),
  };
  return picture.text(options);
}

function cutSentence(cut: readonly RunInTrace[]): string {
  const count = (events: number): string => events.toLocaleString('en-US');
  const runs = cut.map(
    ({ name, events, dropped }) => `${count(events)} of ${count(events + dropped)} events of ${name}`,
  );
  return `The trace has the first ${runs.join(', the first ')}.`;
}
