import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFolder, wallDate } from '../../report.ts';
import { complain } from '../outlet.ts';
import { type SimulatedRun, simulatedReport } from './simulated-report.ts';
import { leaveReport } from './write-report.ts';

/** of a run folder of `simulate` */
export const runFile = 'run.json';

/**
 * Makes the page of a simulation: in a file that was asked for, else in a new run folder, beside what was measured. What
 * fails is told in one line.
 *
 * @param asked  path of the page; left out, a run folder is made
 * @param root   the folder that takes the run folder
 * @returns where the page is; undefined where there is none
 */
export async function simulationReport(
  run: SimulatedRun,
  asked: string | undefined,
  root: string,
): Promise<string | undefined> {
  const make = () => simulatedReport([run]);
  if (typeof asked === 'string') return leaveReport(make, asked);
  try {
    const folder = await openRunFolder(root, 'simulate', wallDate());
    folder.close();
    // nothing is measured line by line
    for (const name of ['metrics.jsonl', 'metrics.csv']) rmSync(folder.path(name), { force: true });
    await folder.writeJson(runFile, { command: 'simulate', ...run.document });
    return await leaveReport(make, join(folder.folder, 'report.html'));
  } catch (error) {
    complain(`${(error as Error).message}; --no-report makes none`);
    return undefined;
  }
}
