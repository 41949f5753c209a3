import { join } from 'node:path';
import { recordNamed } from '../runs/run-record.ts';
import { leaveReport } from './write-report.ts';

/**
 * Makes the report of a run that has just ended, in its folder: what fails is told in one line.
 *
 * @returns where it is; undefined where there is none
 */
export function runReport(runFolder: string): Promise<string | undefined> {
  const page = join(runFolder, 'report.html');
  return leaveReport(async () => {
    // Plot and its document are loaded now, when the run's time has been taken
    const { trainedReport } = await import('./trained-report.ts');
    return trainedReport([recordNamed(runFolder, runFolder)]);
  }, page);
}

/** The same of a stream under stress. */
export function streamReport(runFolder: string): Promise<string | undefined> {
  const page = join(runFolder, 'report.html');
  return leaveReport(async () => (await import('./stressed-report.ts')).stressedReport(runFolder), page);
}

/** The same of a sweep, beside its rows: `rows.jsonl` has `rows.report.html`. */
export function sweepReport(rows: string): Promise<string | undefined> {
  const make = async () => (await import('./swept-report.ts')).sweptReport(rows);
  return leaveReport(make, besideRows(rows));
}

/** Where the page of a sweep is, if nobody says. */
export function besideRows(rows: string): string {
  return `${rows.replace(/\.(jsonl?|ndjson)$/, '')}.report.html`;
}
