import { Command } from 'commander';
import { whileScraped } from '../exporting/metrics-port.ts';
import { runReport } from '../reporting/run-report.ts';
import { networksOf } from '../running/networks.ts';
import { lanesAsked, print, runsFlag } from '../running/output.ts';
import { resume } from '../running/resume.ts';
import { trainAll } from '../running/train-all.ts';
import { folderNamed } from '../runs/run-record.ts';
import { addRecipeFlag } from '../settings/files/recipes.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { quietFlag } from '../terminal/quiet.ts';
import { productsOf } from '../values/products.ts';

/** `forwardflow train`: one pipeline. */
export function train(): Command {
  const command = new Command('train').description('train one pipeline and leave a run folder');
  return quietFlag(runsFlag(addRecipeFlag(addFlags(command, trainSettings))))
    .option(
      '--resume <run>',
      'go on with the interrupted run of this folder, to the weights that it would have had',
    )
    .action(
      async ({
        json,
        runs,
        gantt,
        trace,
        report: reported,
        sideBySide: lanes,
        resume: run,
        metricsPort,
        ...flags
      }) => {
        endOnSignals();
        const resumed = run === undefined ? undefined : await resumedRun(folderNamed(run, runs), flags);
        const settings = resumed?.settings ?? (await readSettings(trainSettings, flags));
        const networks = networksOf(settings);
        const sideBySide = lanesAsked(lanes);
        const products = await productsOf(settings);
        const job = {
          command: 'train',
          root: runs,
          config: settings,
          products,
          networks,
          resumed,
          trace,
          report: reported ? runReport : undefined,
          sideBySide,
        } as const;
        const pictures = gantt === true && !json;
        print(await whileScraped(metricsPort, (metrics) => trainAll({ ...job, pictures, metrics })), json);
      },
    );
}

/** @throws {Error} when other settings are given: those of the run count */
async function resumedRun(path: string, flags: Readonly<Record<string, unknown>>) {
  const [other] = Object.keys(flags).filter((key) => flags[key] !== undefined);
  if (other !== undefined) throw new Error(`${other} must be left out with resume; got '${flags[other]}'`);
  return resume(path);
}
