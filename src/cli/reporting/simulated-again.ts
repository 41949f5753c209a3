import { basename, join } from 'node:path';
import { SimulatedTrace } from '../../simulation.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { parse } from '../settings/read-settings.ts';
import { simulationSettings } from '../settings/simulation-settings.ts';
import { simulated } from '../simulating/simulated.ts';
import { scenarioOf } from '../values/scenario.ts';
import { type SimulatedRun, simulationFolds } from './simulated-report.ts';
import { runFile } from './simulation-folder.ts';

/**
 * Runs the simulation of a run folder again: the same settings come to the same.
 *
 * @throws {Error} one sentence, when its settings are none
 */
export async function simulatedAgain(path: string): Promise<SimulatedRun> {
  const file = join(path, runFile);
  const value = parseJson(await readText(file, file, 64e6), file);
  const asked =
    typeof value === 'object' && value !== null && 'settings' in value ? value.settings : undefined;
  if (typeof asked !== 'object' || asked === null)
    throw new Error(`${file} must hold the settings of a simulation; got none`);
  const settings = parse(simulationSettings, asked, `settings in ${file}`);
  const name = basename(path);
  const folds = simulationFolds(name);
  const trace = new SimulatedTrace(await scenarioOf(settings), folds.add);
  const document = await simulated(settings, [trace]);
  trace.finish();
  return { name, document, traced: folds.traced() };
}
