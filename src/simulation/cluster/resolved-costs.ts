import { resolveScenario, type Scenario } from '../scenario.ts';

/** Mean seconds of a microbatch's ops on consecutive devices that are alike, for all stages of a device together. */
export interface CostGroup {
  readonly first: number;
  readonly last: number;
  readonly F: number;
  readonly B: number;
  readonly W: number;
  /** of an update, without its all-reduce */
  readonly U: number;
  /** of an update, over the replicas */
  readonly allReduce: number;
}

/**
 * The costs that a simulation takes, whatever they were made from: a profile, units of a rule, tensor ranks. Slow devices and jitter are
 * not in them, nor what a schedule makes again, nor embedding and loss.
 *
 * @throws {RangeError} when the scenario breaks a rule
 */
export function resolvedCosts(scenario: Scenario): CostGroup[] {
  const { stages, allReduces } = resolveScenario(scenario);
  const groups: CostGroup[] = [];
  for (const [device, { F, B, W, U }] of stages.entries()) {
    const seconds = [F.mean, B?.mean ?? 0, W?.mean ?? 0, U?.mean ?? 0].map((time) => time / 1e9);
    const own = {
      F: seconds[0],
      B: seconds[1],
      W: seconds[2],
      U: seconds[3],
      allReduce: allReduces[device] / 1e9,
    };
    const before = groups.at(-1);
    if (before && (['F', 'B', 'W', 'U', 'allReduce'] as const).every((op) => before[op] === own[op]))
      groups[groups.length - 1] = { ...before, last: device };
    else groups.push({ first: device, last: device, ...own });
  }
  return groups;
}
