import { Command } from 'commander';
import {
  bottleneckText,
  ChromeTrace,
  type Gantt,
  gantt,
  type Onlooker,
  SimulationTrace,
  simulationTable,
} from '../../index.ts';
import { type SimulationDocument, simulated } from '../running/simulated.ts';
import { addFlags, readSettings } from '../settings/read-settings.ts';
import { type SimulationSettings, simulationSettings } from '../settings/simulation-settings.ts';
import { scenarioOf } from '../values/scenario.ts';

/** characters of a line, where no terminal says */
const widest = 120;

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
      const looking = picture ? [picture.onlooker] : [];
      const document =
        trace === undefined ? await simulated(settings, looking) : await traced(settings, trace, looking);
      if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
      else process.stdout.write(`${simulationTable(document)}\n${limited(document)}${drawn(picture)}`);
    });
}

/** What limits the steady state, in a line, where that is known. */
function limited(document: SimulationDocument): string {
  return document.bottleneck === null ? '' : `bottleneck: ${bottleneckText(document)}\n`;
}

async function traced(
  settings: SimulationSettings,
  path: string,
  looking: readonly Onlooker[],
): Promise<SimulationDocument> {
  const scenario = await scenarioOf(settings);
  const { schedule, stages, microbatches } = settings;
  const file = traceFile(path);
  try {
    const trace = new SimulationTrace(
      file,
      `${schedule}, ${stages} stages, ${microbatches} microbatches`,
      scenario,
    );
    const document = await simulated(settings, [trace, ...looking]);
    trace.finish();
    return document;
  } finally {
    const dropped = file.close();
    if (dropped > 0)
      process.stderr.write(
        `forwardflow: trace ${path} is full; the last ${dropped.toLocaleString('en-US')} events are not in it\n`,
      );
  }
}

function traceFile(path: string): ChromeTrace {
  try {
    return new ChromeTrace(path);
  } catch (error) {
    throw new Error(`trace must be a file that can be written; got ${(error as Error).message}`);
  }
}

function drawn(picture: Gantt | undefined): string {
  const width = Math.min(widest, process.stdout.columns ?? widest);
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const text = picture?.text({ width, colours });
  return text === undefined ? '' : `\n${text}\n`;
}
