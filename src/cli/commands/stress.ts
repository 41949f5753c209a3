import { Command } from 'commander';
import { stressText } from '../../report.ts';
import { metricsFlag, whileScraped } from '../exporting/metrics-port.ts';
import { print, printJson } from '../outlet.ts';
import { streamReport } from '../reporting/run-report.ts';
import { folderNamed } from '../runs/run-record.ts';
import { whole } from '../settings/fields.ts';
import { addFlags, parse, readSettings } from '../settings/read-settings.ts';
import { endOnSignals } from '../signals.ts';
import { capacityOf, capacityText } from '../stressing/capacity-of.ts';
import { prepareStress } from '../stressing/prepare-stress.ts';
import { resumedStress } from '../stressing/resumed-stress.ts';
import { stress as run } from '../stressing/stress-run.ts';
import { stressSettings } from '../stressing/stress-settings.ts';
import { quietFlag } from '../terminal/quiet.ts';

/** `forwardflow stress`: a continuous stream, under stress. */
export function stress(): Command {
  const command = new Command('stress').description(
    'stream samples as they come, with bursts, shifts and faults, and report what became of them',
  );
  return quietFlag(metricsFlag(addFlags(command, stressSettings)))
    .option('--find-capacity', 'search the highest rate at which the backlog does not grow')
    .option('--repetitions <number>', 'of the search, each with another seed (default: 3)')
    .option('--resume <run>', 'go on with the interrupted run of this folder')
    .option('--runs <folder>', 'the folder that takes the run folder', 'runs')
    .option('--no-trace', 'write no trace.json')
    .option('--no-report', 'make no report.html of the stream')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(
      async ({
        json,
        runs,
        trace,
        report: reported,
        resume,
        findCapacity,
        repetitions,
        metricsPort,
        ...flags
      }) => {
        endOnSignals();
        const resumed = resume === undefined ? undefined : await resumedStress(folderNamed(resume, runs));
        if (resumed) mustBeAlone(flags);
        const settings = resumed?.settings ?? (await readSettings(stressSettings, flags));
        const prepared = await prepareStress(settings);
        if (findCapacity) {
          const times = parse(whole('repetitions', 1).default(3), repetitions, 'settings');
          const capacity = await capacityOf(prepared, times);
          json ? printJson({ capacity }) : print(capacityText(capacity));
          return;
        }
        const { report, runFolder, environment, failure } = await whileScraped(metricsPort, (metrics) =>
          run(prepared, { root: runs, trace, resumed, metrics }),
        );
        if (failure && report.offered === 0) throw failure;
        const page = reported && !report.interrupted ? await streamReport(runFolder) : undefined;
        const paged = page !== undefined && { report: page };
        if (json)
          printJson({
            ...report,
            runFolder,
            environment,
            ...paged,
            ...(failure && { error: failure.message }),
          });
        else {
          const where = page === undefined ? '' : `report: ${page}\n`;
          print(`${stressText(report)}\nrun folder: ${runFolder}\n${where}`);
        }
        if (failure) throw failure;
        if (report.gates.some(({ held }) => !held)) process.exitCode ||= 1;
      },
    );
}

/** @throws {Error} when other settings are given: those of the run count */
function mustBeAlone(flags: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(flags).find((key) => flags[key] !== undefined);
  if (other !== undefined) throw new Error(`${other} must be left out with resume; got '${flags[other]}'`);
}
