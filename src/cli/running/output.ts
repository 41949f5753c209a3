import type { Command } from 'commander';
import { table, verdict } from '../../report.ts';
import type { Summary } from './train-all.ts';

/** Where the run folders go, and in which form the result comes. */
export function runsFlag(command: Command): Command {
  return command
    .option('--runs <folder>', 'the folder that takes the run folder', 'runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there');
}

/** Ends a command: the document, or a table and what it means. */
export function print(summary: Summary, json: boolean | undefined): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  const { runs, runFolder, environment } = summary;
  if (runs.length > 0) {
    process.stdout.write(`${table(runs)}\n`);
    process.stdout.write(
      `tile: ${runs[0].tile}; kernels: ${runs[0].kernels}; ${environment.cores} cores; node ${environment.node}\n`,
    );
  }
  const backprop = runs.find(({ rule }) => rule === 'backprop');
  if (backprop && !summary.interrupted) {
    for (const local of runs.filter((run) => run !== backprop))
      process.stdout.write(`\n${verdict(local, backprop)}\n`);
  }
  if (summary.interrupted)
    process.stdout.write('Interrupted: the figures are of what was learned until then.\n');
  process.stdout.write(`\nrun folder: ${runFolder}\n`);
}
