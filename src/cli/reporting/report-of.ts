import type { ReportDocument } from '../../report.ts';
import { recordNamed } from '../runs/run-record.ts';
import { trainedReport } from './trained-report.ts';

/**
 * The report of the runs that somebody means.
 *
 * @param asked  paths of run folders, their names in `root`, or names of runs there
 * @returns the report, and the folder of the first run
 * @throws {Error} one sentence, when one is no run, or a file of it is not what a run writes
 */
export async function reportOf(
  asked: readonly string[],
  root: string,
): Promise<{ readonly document: ReportDocument; readonly folder: string }> {
  const records = asked.map((one) => recordNamed(one, root));
  return { document: await trainedReport(records), folder: records[0].path };
}
