import { dirname } from 'node:path';
import { Command } from 'commander';
import { nearestPath } from '../../extend.ts';
import type { TraceEvent } from '../../index.ts';
import {
  bottleneckText,
  type ChromeSink,
  ChromeTrace,
  costsText,
  type Gantt,
  gantt,
  lockFile,
  type ScheduleGrid,
  scheduleGrid,
  simulationTable,
} from '../../report.ts';
import { type Onlooker, SimulatedTrace } from '../../simulation.ts';
import { print, printJson, remark } from '../outlet.ts';
import { simulationFolds } from '../reporting/simulated-report.ts';
import { simulationReport } from '../reporting/simulation-folder.ts';
import { drawing } from '../running/output.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { type SimulationSettings, simulationSettings } from '../settings/simulation-settings.ts';
import { type SimulationDocument, simulated } from '../simulating/simulated.ts';
import { withWhatFits } from '../simulating/would-fit.ts';
import { quietFlag } from '../terminal/quiet.ts';
import { scenarioOf } from '../values/scenario.ts';

/** `forwardflow simulate`: one configuration in virtual time. */
export function simulate(): Command {
  const command = new Command('simulate').description(
    'simulate a pipeline in virtual time: any number of devices, every schedule, nothing is learned',
  );
  return quietFlag(addFlags(command, simulationSettings))
    .option('--trace <file>', 'leave a Chrome trace for ui.perfetto.dev, of the first replication')
    .option('--grid', 'also print each op by stage, kind and microbatch (2F0), a column a slot of time')
    .option('--no-gantt', 'print no picture of the run, which there is of 2,000 ops or fewer')
    .option(
      '--report <file>',
      'make a page of the run, with its timeline (default: report.html in a run folder, with run.json; none with --json)',
    )
    .option('--no-report', 'make no page and no run folder')
    .option('--runs <folder>', 'the folder that takes the run folder', 'runs')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, trace, grid: gridded, gantt: wanted, report, runs, ...flags }) => {
      const settings = await readSettings(simulationSettings, flags);
      const picture = json || !wanted ? undefined : gantt();
      const reported = typeof report === 'string' || (report !== false && !json);
      const folds = reported ? simulationFolds(titleOf(settings)) : undefined;
      const add = (event: TraceEvent): void => {
        picture?.add(event);
        folds?.add(event);
      };
      const grid = gridded ? gridOf(settings) : undefined;
      const looking = grid ? [grid.onlooker] : [];
      const running =
        trace !== undefined
          ? traced(settings, trace, add, looking)
          : picture || folds
            ? watched(settings, add, looking)
            : simulated(settings, looking);
      const document = await running.catch(async (error: unknown) => {
        throw await withWhatFits(error, settings);
      });
      const drawing = grid?.text();
      const page =
        folds &&
        (await simulationReport({ name: titleOf(settings), document, traced: folds.traced() }, report, runs));
      if (json)
        printJson({
          ...document,
          ...(drawing !== undefined && { grid: drawing.split('\n') }),
          ...(page !== undefined && { report: page }),
        });
      else {
        const costs = costsText(document.costs, await scenarioOf(settings), document.notes);
        print(`${costs}\n${simulationTable(document)}\n${limited(document)}${drawn(picture)}`);
        if (drawing !== undefined) process.stdout.write(`\n${drawing}\n`);
        // what is printed is the same for the same settings; where the page is, is not
        if (page !== undefined) process.stderr.write(`report: ${page}\n`);
      }
    });
}

/** What limits the steady state, in a line, where that is known. */
function limited(document: SimulationDocument): string {
  return document.bottleneck === null ? '' : `bottleneck: ${bottleneckText(document)}\n`;
}

function titleOf({ schedule, stages, microbatches }: SimulationSettings): string {
  return `${schedule}, ${stages} stages, ${microbatches} microbatches`;
}

/** @param emit  is told what happens in the first replication */
async function watched(
  settings: SimulationSettings,
  emit: (event: TraceEvent) => void,
  looking: readonly Onlooker[],
): Promise<SimulationDocument> {
  const trace = new SimulatedTrace(await scenarioOf(settings), emit);
  const document = await simulated(settings, [trace, ...looking]);
  trace.finish();
  return document;
}

async function traced(
  settings: SimulationSettings,
  path: string,
  emit: (event: TraceEvent) => void,
  looking: readonly Onlooker[],
): Promise<SimulationDocument> {
  const name = titleOf(settings);
  await scenarioOf(settings);
  const { file, unlock } = traceFile(path);
  let sink: ChromeSink | undefined;
  try {
    const tell = (event: TraceEvent): void => {
      if (event.kind === 'start') sink = file.run(name, event);
      sink?.add(event);
      emit(event);
    };
    return await watched(settings, tell, looking);
  } finally {
    const dropped = file.close();
    unlock();
    if (dropped > 0)
      remark(`trace ${path} is full; the last ${dropped.toLocaleString('en-US')} events are not in it`);
  }
}

/** @throws {Error} where there would be more than an eye can follow */
function gridOf({ stages, microbatches, flushes }: SimulationSettings): ScheduleGrid {
  const passes = stages * microbatches * flushes;
  if (passes > 10_000)
    throw new Error(
      `grid must be of at most 10,000 microbatches × stages; got ${passes.toLocaleString('en-US')}`,
    );
  return scheduleGrid();
}

function traceFile(path: string): { file: ChromeTrace; unlock: () => void } {
  let unlock = (): void => {};
  try {
    unlock = lockFile(path);
    return { file: new ChromeTrace(path), unlock };
  } catch (error) {
    unlock();
    throw new Error(
      `trace must be a file that can be written; got ${(error as Error).message}${nearestPath(dirname(path), { folders: true })}`,
    );
  }
}

function drawn(picture: Gantt | undefined): string {
  if (picture === undefined) return '';
  const text = drawing(picture);
  return text === undefined ? 'no picture: it would be of more than 2,000 ops\n' : `\n${text}\n`;
}
