import { availableParallelism } from 'node:os';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import { RowsFile } from '../index.ts';
import { whole } from './fields.ts';
import { differences, keyOf } from './paired.ts';
import { addFlags, parse, readConfig } from './settings.ts';
import { simulationSettings } from './simulation-settings.ts';
import type { SweepRow } from './sweep.worker.ts';
import { baselineIn, type SweepGrid, sweepGrid } from './sweep-grid.ts';
import { simulateAll } from './sweep-pool.ts';

/** of paired scenarios, where nobody says: simulate's own default is one where nothing flushes */
const replicationsOfPairs = 20;

/** `forwardflow sweep`: every combination of some settings, on all cores. */
export function sweep(): Command {
  const command = new Command('sweep').description(
    'simulate every combination of some settings, one row of JSON each, in the order in which they are done; a sweep that was interrupted goes on where it was',
  );
  const collect = (one: string, all: string[] = []): string[] => [...all, one];
  addFlags(command, simulationSettings)
    .requiredOption('--out <file>', 'takes the rows; those that stand in it are kept and not made again')
    .option('--grid <file>', 'settings as JSON, by the same names: lists are what varies')
    .option(
      '--vary <setting=values>',
      'schedule=stream,1f1b; between bars where a value has commas: cost=F=1ms,B=2ms|2ms. May be given again',
      collect,
    )
    .option('--workers <value>', 'threads (default: as many as there are cores)')
    .option(
      '--paired <setting=value>',
      `print how the throughput differs from that with this value, pair by pair of replications with the same draws (of which there are then ${replicationsOfPairs} where --replications is not given)`,
    );
  return command.action(async ({ out, grid: file, vary, workers, paired, config, ...flags }) => {
    const threads = parse(whole('workers', 1).optional(), workers, 'settings') ?? availableParallelism();
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
    const rows = await run(grid, out, threads);
    if (rows === undefined) return;
    if (baseline) process.stdout.write(`${differences(grid, rows, baseline.axis, baseline.value)}\n`);
  });
}

/** Makes the rows that aren't there. @returns all of them by their settings; undefined when it was interrupted */
async function run(
  { points }: SweepGrid,
  path: string,
  workers: number,
): Promise<ReadonlyMap<string, SweepRow> | undefined> {
  const file = openRows(path);
  const rows = new Map(file.kept.map((row) => [keyOf(row.settings), row]));
  const missing = points.filter((point) => !rows.has(keyOf(point)));
  const interrupt = new AbortController();
  const onInterrupt = () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort());
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{bar} {value}/{total} points, {failed} failed, ETA {eta_formatted}',
    clearOnComplete: true,
    hideCursor: true,
  });
  const { isTTY } = process.stderr;
  const failed = (all: Iterable<SweepRow>) => [...all].filter((row) => 'error' in row).length;
  let failures = 0;
  if (isTTY) bar.start(points.length, points.length - missing.length, { failed: 0 });
  try {
    await simulateAll(missing, {
      workers,
      signal: interrupt.signal,
      take(row) {
        file.append(row);
        rows.set(keyOf(row.settings), row);
        if ('error' in row) failures++;
        if (isTTY) bar.increment(1, { failed: failures });
      },
    });
  } finally {
    if (isTTY) bar.stop();
    file.close();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
  const own = points.flatMap((point) => rows.get(keyOf(point)) ?? []);
  const wrong = failed(own);
  const count = `${own.length} of ${points.length} points in ${path}, ${points.length - missing.length} of them from before, ${wrong} failed`;
  if (interrupt.signal.aborted) {
    process.exitCode = 130;
    process.stderr.write(`forwardflow: interrupted; ${count}; the same command goes on\n`);
    return undefined;
  }
  process.stdout.write(`${count}\n`);
  if (wrong === points.length) process.exitCode = 1;
  return rows;
}

function openRows(path: string): RowsFile<SweepRow> {
  try {
    return new RowsFile<SweepRow>(path, '{"settings":');
  } catch (error) {
    throw new Error(`out must be a file of rows that can be written; got ${(error as Error).message}`);
  }
}
