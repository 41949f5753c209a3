import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReportDocument } from '../../report.ts';
import { findRun, recordNamed } from '../runs/run-record.ts';
import { streamNamed } from '../runs/stream-record.ts';
import { besideRows } from './run-report.ts';
import { simulatedAgain } from './simulated-again.ts';
import { simulatedReport } from './simulated-report.ts';
import { runFile } from './simulation-folder.ts';
import { stressedReport } from './stressed-report.ts';
import { sweptReport } from './swept-report.ts';
import { trainedReport } from './trained-report.ts';

/** A report, and where it goes if nobody says. */
export interface FoundReport {
  readonly document: ReportDocument;
  readonly page: string;
}

/**
 * The report of the runs that somebody means: runs of `train` and `compare`, side by side, or of `simulate`; a stream of
 * `stress`; or the rows of a `sweep`.
 *
 * @param asked  paths of run folders, their names in `root`, or names of runs there; or the file of a sweep's rows
 * @throws {Error} one sentence, when one is no run, or a file of it is not what a run writes
 */
export async function reportOf(asked: readonly string[], root: string): Promise<FoundReport> {
  const paths = asked.map((one) => pathOf(one, root));
  const [first] = paths;
  if (statSync(first, { throwIfNoEntry: false })?.isFile())
    return { document: await sweptReport(alone(paths)), page: besideRows(first) };
  const page = join(first, 'report.html');
  if (existsSync(join(first, 'report.json'))) return { document: await stressedReport(alone(paths)), page };
  const simulations = paths.filter((path) => existsSync(join(path, runFile)));
  if (simulations.length > 0) {
    if (simulations.length < paths.length)
      throw new Error(`runs to report must be of one kind; got simulations and others: ${paths.join(', ')}`);
    return { document: await simulatedReport(await Promise.all(paths.map(simulatedAgain))), page };
  }
  const records = asked.map((one) => recordNamed(one, root, { files: true }));
  return { document: await trainedReport(records), page: join(records[0].path, 'report.html') };
}

/** A path as it is, else one in the folder of runs. */
function pathOf(asked: string, root: string): string {
  const there = existsSync(asked) || asked !== basename(asked) || dirname(asked) !== '.';
  if (there) return asked;
  const path = join(root, asked);
  return existsSync(path) || findRun(asked, root) ? path : (streamNamed(asked, root) ?? path);
}

/** @throws {Error} where there are several */
function alone([path, ...more]: readonly string[]): string {
  if (more.length > 0)
    throw new Error(`run to report must be alone where it is a stream or a sweep; got ${more.length} more`);
  return path;
}
