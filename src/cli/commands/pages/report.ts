import { Command } from 'commander';
import { print, printJson } from '../../outlet.ts';
import { reportOf } from '../../reporting/report-of.ts';
import { writeReport } from '../../reporting/write-report.ts';

/** `forwardflow report`: what runs came to, as a page with pictures. */
export function report(): Command {
  return new Command('report')
    .description(
      'make one HTML page of a run, or of several side by side: tables, timelines, charts, what was learned, and the command that repeats it; it needs no network and no other file',
    )
    .argument(
      '<run...>',
      'run folders, or names of runs: those of train and compare that differ in their seeds alone are pooled; or the file with the rows of a sweep',
    )
    .option('--out <file>', 'the page (default: report.html in the folder of the first run)')
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async (asked: string[], { out, runs, json }) => {
      const { document, page } = await reportOf(asked, runs);
      const written = await writeReport(document, out ?? page);
      json ? printJson(written) : print(`report: ${written.report}\n`);
    });
}
