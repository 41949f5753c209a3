import { statSync } from 'node:fs';
import { type ReportDocument, reportPage, writeWhole } from '../../report.ts';
import { complain } from '../outlet.ts';

/** A report that was written. */
export interface WrittenReport {
  readonly report: string;
  readonly bytes: number;
}

/**
 * Writes a report as a page.
 *
 * @throws {Error} as the file system says, or when the page would be of 2 MB or more
 */
export async function writeReport(document: ReportDocument, path: string): Promise<WrittenReport> {
  await writeWhole(path, [reportPage(document)]);
  return { report: path, bytes: statSync(path).size };
}

/** Makes the report that a command leaves beside its result: what fails is told in one line, and ends nothing. */
export async function leaveReport(
  make: () => Promise<ReportDocument>,
  path: string,
): Promise<string | undefined> {
  try {
    return (await writeReport(await make(), path)).report;
  } catch (error) {
    complain(`report ${path} could not be made: ${(error as Error).message}`);
    return undefined;
  }
}
