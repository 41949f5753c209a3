import { Command } from 'commander';
import type { TraceEvent } from '../../index.ts';
import {
  bottleneckText,
  type ChromeSink,
  ChromeTrace,
  costsText,
  type Gantt,
  gantt,
  lockFile,
  simulationTable,
} from '../../report.ts';
import { SimulatedTrace } from '../../simulation.ts';
import { complain, print, printJson } from '../outlet.ts';
import { drawing } from '../running/output.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { type SimulationSettings, simulationSettings } from '../settings/simulation-settings.ts';
import { type SimulationDocument, simulated } from '../simulating/simulated.ts';
import { withWhatFits } from '../simulating/would-fit.ts';
import { scenarioOf } from '../values/scenario.ts';

/** `forwardflow simulate`: one configuration in virtual time. */
export function simulate(): Command {
  const command = new Command('simulate').description(
    'simulate a pipeline in virtual time: any number of devices, every schedule, nothing is learned',
  );
  return addFlags(command, simulationSettings)
    .option('--trace <file>', 'leave a Chrome trace for ui.perfetto.dev, of the first replication')
    .option('--no-gantt', 'print no picture of the run, which there is of 2,000 ops or fewer')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, trace, gantt: wanted, ...flags }) => {
      const settings = await readSettings(simulationSettings, flags);
      const picture = json || !wanted ? undefined : gantt();
      const add = (event: TraceEvent): void => picture?.add(event);
      const running =
        trace !== undefined
          ? traced(settings, trace, add)
          : picture
            ? watched(settings, add)
            : simulated(settings);
      const document = await running.catch(async (error: unknown) => {
        throw await withWhatFits(error, settings);
      });
      if (json) printJson(document);
      else {
        const costs = costsText(document.costs, await scenarioOf(settings), document.notes);
        print(`${costs}\n${simulationTable(document)}\n${limited(document)}${drawn(picture)}`);
      }
    });
}

/** What limits the steady state, in a line, where that is known. */
function limited(document: SimulationDocument): string {
  return document.bottleneck === null ? '' : `bottleneck: ${bottleneckText(document)}\n`;
}

/** @param emit  is told what happens in the first replication */
async function watched(
  settings: SimulationSettings,
  emit: (event: TraceEvent) => void,
): Promise<SimulationDocument> {
  const trace = new SimulatedTrace(await scenarioOf(settings), emit);
  const document = await simulated(settings, [trace]);
  trace.finish();
  return document;
}

async function traced(
  settings: SimulationSettings,
  path: string,
  emit: (event: TraceEvent) => void,
): Promise<SimulationDocument> {
  const { schedule, stages, microbatches } = settings;
  const name = `${schedule}, ${stages} stages, ${microbatches} microbatches`;
  await scenarioOf(settings);
  const { file, unlock } = traceFile(path);
  let sink: ChromeSink | undefined;
  try {
    return await watched(settings, (event) => {
      if (event.kind === 'start') sink = file.run(name, event);
      sink?.add(event);
      emit(event);
    });
  } finally {
    const dropped = file.close();
    unlock();
    if (dropped > 0)
      complain(`trace ${path} is full; the last ${dropped.toLocaleString('en-US')} events are not in it`);
  }
}

function traceFile(path: string): { file: ChromeTrace; unlock: () => void } {
  let unlock = (): void => {};
  try {
    unlock = lockFile(path);
    return { file: new ChromeTrace(path), unlock };
  } catch (error) {
    unlock();
    throw new Error(`trace must be a file that can be written; got ${(error as Error).message}`);
  }
}

function drawn(picture: Gantt | undefined): string {
  const text = picture && drawing(picture);
  return text === undefined ? '' : `\n${text}\n`;
}
