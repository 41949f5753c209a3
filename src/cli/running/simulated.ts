import { energyPerMicrobatch, type Onlooker, onlookers, type Simulated, simulate } from '../../simulation.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { scenarioOf } from '../values/scenario.ts';

/** The document of `simulate`. */
export interface SimulationDocument extends Simulated {
  readonly settings: SimulationSettings;
  /** joules per microbatch, from `busyWatts` and `idleWatts` */
  readonly energy: number;
}

/** @param looking  see the first replication */
export async function simulated(
  settings: SimulationSettings,
  looking: readonly Onlooker[] = [],
): Promise<SimulationDocument> {
  const scenario = await scenarioOf(settings);
  const { replications, busyWatts, idleWatts } = settings;
  const outcome = simulate(scenario, {
    ...(replications !== undefined && { replications }),
    ...(looking.length > 0 && { onlooker: onlookers(...looking) }),
  });
  const energy = energyPerMicrobatch(outcome, { busy: busyWatts, idle: idleWatts });
  return { settings, ...outcome, energy };
}
