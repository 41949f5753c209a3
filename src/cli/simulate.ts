import { Command } from 'commander';
import {
  energyPerMicrobatch,
  type Simulated,
  simulate as simulateScenario,
  simulationTable,
} from '../index.ts';
import { scenarioOf } from './scenario.ts';
import { addFlags, readSettings } from './settings.ts';
import { type SimulationSettings, simulationSettings } from './simulation-settings.ts';

/** The document of `simulate`, and one row of `sweep`. */
export interface SimulationDocument extends Simulated {
  readonly settings: SimulationSettings;
  /** joules per microbatch, from `busyWatts` and `idleWatts` */
  readonly energy: number;
}

/** `forwardflow simulate`: one configuration in virtual time. */
export function simulate(): Command {
  const command = new Command('simulate').description(
    'simulate a pipeline in virtual time: any number of devices, every schedule, nothing is learned',
  );
  return addFlags(command, simulationSettings)
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .action(async ({ json, ...flags }) => {
      const settings = await readSettings(simulationSettings, flags);
      const document = await simulated(settings);
      if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
      else process.stdout.write(`${simulationTable(document)}\n`);
    });
}

export async function simulated(settings: SimulationSettings): Promise<SimulationDocument> {
  const scenario = await scenarioOf(settings);
  const { replications, busyWatts, idleWatts } = settings;
  const outcome = simulateScenario(scenario, replications === undefined ? {} : { replications });
  const energy = energyPerMicrobatch(outcome, { busy: busyWatts, idle: idleWatts });
  return { settings, ...outcome, energy };
}
