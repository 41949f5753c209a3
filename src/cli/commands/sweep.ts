import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import { nearestPath } from '../../extend.ts';
import { lockFile, RowsFile } from '../../report.ts';
import { complain, print } from '../outlet.ts';
import { sweepReport } from '../reporting/run-report.ts';
import { oneOf, whole } from '../settings/fields.ts';
import { addFlags, parse, readConfig } from '../settings/read-settings.ts';
import { simulationSettings } from '../settings/simulation-settings.ts';
import { offer } from '../setup/offered.ts';
import { endOnSignals, interruptible } from '../signals.ts';
import { differences, keyOf, type Results } from '../sweeping/paired.ts';
import { pictureOf } from '../sweeping/picture.ts';
import { betterOf, type Figure, figureNames, pointOf, resultsTable, writeCsv } from '../sweeping/results.ts';
import type { SweepRow } from '../sweeping/sweep.worker.ts';
import { baselineIn, type SweepGrid, sweepGrid } from '../sweeping/sweep-grid.ts';
import { simulateAll } from '../sweeping/sweep-pool.ts';
import { redraws } from '../terminal/capabilities.ts';
import { quietFlag } from '../terminal/quiet.ts';
import { terminal } from '../terminal/screen.ts';

/** of paired scenarios, where nobody says: simulate's own default is one where nothing flushes */
const replicationsOfPairs = 20;

/** `forwardflow sweep`: every combination of some settings, on all cores. */
export function sweep(): Command {
  const command = new Command('sweep').description(
    'simulate every combination of some settings; each becomes one row of JSON as soon as it is done, and a sweep that was interrupted continues',
  );
  const collect = (one: string, all: string[] = []): string[] => [...all, one];
  quietFlag(addFlags(command, simulationSettings))
    .requiredOption(
      '--out <file>',
      'file for the rows, one sweep at a time; points that are already in it are not simulated again, and it is said how many',
    )
    .option('--csv <file>', 'also leave all points as a table for spreadsheets, in a new file')
    .option(
      '--sort <figure>',
      `figure to sort the table of results by: ${figureNames.join(', ')} (default: throughput)`,
    )
    .option('--grid <file>', 'settings as JSON, with the same names; a list is varied')
    .option(
      '--vary <setting=values>',
      'a setting to vary: schedule=stream,1f1b; values with commas are separated by bars: cost=F=1ms,B=2ms|2ms. Can be repeated',
      collect,
    )
    .option('--workers <value>', 'threads (default: number of cores)')
    .option(
      '--paired <setting=value>',
      `print the difference in throughput to this value, replication by replication with the same random draws (${replicationsOfPairs} replications unless --replications is given)`,
    )
    .option('--no-report', 'make no page of the sweep beside its rows, OUT.report.html');
  offer(command, '--sort', () => figureNames);
  return command.action(
    async ({ out, csv, report, sort, grid: file, vary, workers, paired, config, ...flags }) => {
      endOnSignals();
      const threads = parse(whole('workers', 1).optional(), workers, 'settings') ?? availableParallelism();
      const by: Figure = parse(oneOf('sort', figureNames).default('throughput'), sort, 'settings');
      if (csv !== undefined && existsSync(csv))
        throw new Error(`csv must be a new file: a table can't be gone on with; got '${csv}', which exists`);
      const given = {
        config: {
          ...(paired !== undefined && { replications: replicationsOfPairs }),
          ...(config !== undefined && (await readConfig(config))),
        },
        grid: file === undefined ? {} : await readConfig(file, 'grid'),
        ...{ flags, vary },
      };
      const grid = sweepGrid(given);
      const baseline = paired === undefined ? undefined : baselineIn(paired, grid.axes);
      const results = await run(grid, out, threads);
      if (results === undefined) return;
      const points = grid.points.flatMap((point) => results.get(keyOf(point)) ?? []);
      if (csv !== undefined) writeCsv(csv, points);
      print(`${resultsTable(grid, points, by)}\n`);
      const picture = pictureOf(grid, points, by, betterOf(by));
      if (picture !== undefined) print(`\n${picture}\n`);
      if (baseline !== undefined) print(`${differences(grid, results, baseline)}\n`);
      const page = report && points.some((point) => !('error' in point)) ? await sweepReport(out) : undefined;
      if (page !== undefined) print(`report: ${page}\n`);
    },
  );
}

/** Makes the rows that aren't there. @returns what came of all of them; undefined when it was interrupted */
async function run({ points }: SweepGrid, path: string, workers: number): Promise<Results | undefined> {
  const wanted = new Set(points.map(keyOf));
  const results: Results = new Map();
  const note = (row: SweepRow): void => {
    const key = keyOf(row.settings);
    if (wanted.has(key)) results.set(key, pointOf(row));
  };
  const unlock = locked(path);
  const file = openRows(path, note, unlock);
  const before = results.size;
  const missing = points.filter((point) => !results.has(keyOf(point)));
  const failed = (): number => [...results.values()].filter((one) => 'error' in one).length;
  const count = (): string =>
    `${results.size} of ${points.length} points in ${path}, ${before} of them from before, ${failed()} failed`;
  const interrupt = interruptible();
  const progress = progressBar(points.length, before);
  try {
    await simulateAll(missing, {
      workers,
      signal: interrupt.signal,
      take(row) {
        file.append(row);
        note(row);
        progress.another('error' in row);
      },
    });
  } finally {
    progress.stop();
    file.close();
    unlock();
    interrupt.done();
  }
  if (interrupt.signal.aborted) {
    complain(`interrupted; ${count()}; the same command goes on`);
    return undefined;
  }
  process.stdout.write(`${count()}\n`);
  if (failed() > 0) process.exitCode = 1;
  return results;
}

function locked(path: string): () => void {
  try {
    return lockFile(path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? unwritable(path, error) : error;
  }
}

function openRows(path: string, each: (row: SweepRow) => void, unlock: () => void): RowsFile<SweepRow> {
  try {
    return new RowsFile<SweepRow>(path, '{"settings":', each);
  } catch (error) {
    unlock();
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Error {
  const near = nearestPath(dirname(path), { folders: true });
  return new Error(`out must be a file of rows that can be written; got ${(error as Error).message}${near}`);
}

/** On a terminal only. */
function progressBar(total: number, before: number): { another(failed: boolean): void; stop(): void } {
  if (terminal().quiet || !redraws(process.stderr)) return { another() {}, stop() {} };
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{bar} {value}/{total} points, {failed} failed, ETA {eta_formatted}',
    clearOnComplete: true,
    hideCursor: true,
  });
  let failures = 0;
  bar.start(total, before, { failed: failures });
  return {
    another(failed) {
      if (failed) failures++;
      bar.increment(1, { failed: failures });
    },
    stop: () => bar.stop(),
  };
}
