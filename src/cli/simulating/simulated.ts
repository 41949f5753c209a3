import {
  type Bottleneck,
  bottleneckOfScenario,
  type CostGroup,
  energyPerMicrobatch,
  type Onlooker,
  onlookers,
  resolvedCosts,
  type Simulated,
  simulate,
} from '../../simulation.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { scenarioOf } from '../values/scenario.ts';

/** What limits the steady state; null where there is none, or where looking costs more than the simulation. */
export type Limits = Bottleneck | { readonly [key in keyof Bottleneck]: null };

/** The document of `simulate`. */
export type SimulationDocument = Simulated &
  Limits & {
    readonly settings: SimulationSettings;
    /** joules per microbatch, from `busyWatts` and `idleWatts` */
    readonly energy: number;
    /** what ops really cost, seconds a microbatch, and what was read in another way than it stands */
    readonly costs: readonly CostGroup[];
    readonly notes: readonly string[];
  };

/** @param looking  see the first replication */
export async function simulated(
  settings: SimulationSettings,
  looking: readonly Onlooker[] = [],
): Promise<SimulationDocument> {
  const notes = new Set<string>();
  const scenario = await scenarioOf(settings, (text) => notes.add(text));
  const { replications, busyWatts, idleWatts } = settings;
  const outcome = simulate(scenario, {
    ...(replications !== undefined && { replications }),
    ...(looking.length > 0 && { onlooker: onlookers(...looking) }),
  });
  const energy = energyPerMicrobatch(outcome, { busy: busyWatts, idle: idleWatts });
  // by ops, not by the clock: the same settings make the same document
  const cheap = { opsAtMost: Math.max(5_000, outcome.ops / 4), effort: Math.max(1e6, 4 * outcome.ops) };
  const costs = resolvedCosts(scenario);
  const limits = limitsOf(bottleneckOfScenario(scenario, cheap));
  return { settings, ...outcome, energy, costs, notes: [...notes], ...limits };
}

/** What is known of a bottleneck, and null for what is not. */
export function limitsOf(found: ReturnType<typeof bottleneckOfScenario>): Limits {
  return 'reason' in found ? { periodSeconds: null, bottleneck: null, next: null } : found;
}
