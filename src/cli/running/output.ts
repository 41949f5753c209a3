import type { Command } from 'commander';
import {
  bottleneckText,
  type Gantt,
  type GanttOptions,
  nameOfRule,
  type RunInTrace,
  table,
  verdict,
} from '../../report.ts';
import { printJson, print as printText } from '../outlet.ts';
import type { Outcome, Summary } from './train-all.ts';

/** characters of a picture's line on a terminal, and where there is none */
const [widest, usual] = [120, 80];

/** The flags that say where run folders go and how the result is printed. */
export function runsFlag(command: Command): Command {
  return command
    .option('--runs <folder>', 'the folder that takes the run folder', 'runs')
    .option('--gantt', 'print a picture of the last microbatches that each run has learned')
    .option('--json', 'print one JSON document on standard output, and nothing else there');
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

function textOf(
  { runs, runFolder, environment, interrupted, traceCut }: Summary,
  pictures: Outcome['pictures'],
): string {
  const parts: string[] = [];
  if (runs.length > 0) {
    const { tile, kernels, why } = runs[0];
    parts.push(
      `${table(runs)}\n`,
      `tile: ${tile}; kernels: ${kernels}; ${environment.cores} cores; node ${environment.node}\n`,
      ...(why === undefined ? [] : [`workers: ${why}\n`]),
    );
  }
  for (const { rule, limits } of runs)
    if (limits) parts.push(`bottleneck of ${nameOfRule(rule)}: ${bottleneckText(limits)}\n`);
  const backprop = runs.find(({ rule }) => rule === 'backprop');
  if (backprop && !interrupted) {
    for (const local of runs.filter((run) => run !== backprop)) parts.push(`\n${verdict(local, backprop)}\n`);
  }
  for (const { title, picture } of pictures) {
    const text = drawing(picture);
    if (text !== undefined) parts.push(`\n${title}, the last microbatches learned:\n${text}\n`);
  }
  if (interrupted) parts.push('Interrupted: the figures are of what was learned until then.\n');
  if (traceCut !== undefined) parts.push(`\n${cutSentence(traceCut)}\n`);
  parts.push(`\nrun folder: ${runFolder}\n`);
  return parts.join('');
}

/** A picture for the terminal at hand. */
export function drawing(picture: Gantt): string | undefined {
  const options: GanttOptions = {
    width: Math.min(widest, process.stdout.columns ?? usual),
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
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
