import { mustBeOneOf } from '../src/extend.ts';
import { writeRecord, writeTable } from './record.ts';
import { leaveReport } from './report.ts';
import { namedStudies } from './studies.ts';

/**
 * `npm run sims`, or `npm run sims -- 02 depth --quick`: runs the studies of these names, or whose names begin so.
 *
 * - `--quick`  their short forms, of those that have one
 * - `--json`   prints records for programs instead of text
 * - `--report FILE`  writes the page of the one study there; left out, a full run leaves it in `runs/<stamp>-study/`
 * - `--no-report`  leaves no page
 * - `--table`  runs nothing, and writes the table of docs/experiments.md again from what full runs have kept
 *
 * A full run of a study of the reading keeps its record and its picture in docs/experiments/, and brings the table up to date.
 */
const given = process.argv.slice(2);
const at = given.indexOf('--report');
const page = at < 0 ? undefined : given[at + 1];
const words = at < 0 ? given : given.toSpliced(at, 2);
const has = (flag: string): boolean => words.includes(flag);
const flags = ['--quick', '--json', '--table', '--no-report'];
const unknown = words.find((word) => word.startsWith('-') && !flags.includes(word));
const [quick, json] = [has('--quick'), has('--json')];
try {
  if (unknown !== undefined) mustBeOneOf(unknown, [...flags, '--report'], 'flag');
  if (at >= 0 && (page === undefined || page.startsWith('--')))
    throw new RangeError('report must be the path of a file; got none');
  if (has('--table')) await writeTable();
  else {
    const chosen = namedStudies(words.filter((word) => !flags.includes(word)));
    if (page !== undefined && chosen.length !== 1)
      throw new RangeError(`report must be of one study; got ${chosen.length}`);
    for (const study of chosen) {
      const result = await study.run(quick);
      if (json) process.stdout.write(`${JSON.stringify(result.record, null, 2)}\n`);
      else process.stdout.write(`── ${study.name}\n${result.text}\n`);
      if (study.keepsRecord && !quick) await writeRecord(result);
      const wanted = page !== undefined || (!quick && !has('--no-report'));
      const left = wanted ? await leaveReport(result, { page, quick }) : undefined;
      if (left !== undefined && !json) process.stdout.write(`report: ${left}\n`);
    }
  }
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
