import type { Scenario } from '../scenario.ts';
import { simulate } from '../simulate.ts';
import { MemoryError } from './memory.ts';

/** microbatches × devices that are simulated to look for fewer */
const opsAtMost = 2 ** 20;

/**
 * The most microbatches of a flush with which a schedule fits into its memory.
 *
 * @returns undefined where none do, or where to look takes too long
 */
export function fewerMicrobatches(scenario: Scenario): number | undefined {
  const { microbatches, devices } = scenario;
  if (microbatches * devices > opsAtMost || scenario.schedule.updates !== 'flush') return undefined;
  // a schedule that wants multiples of the devices gets them
  const unit = microbatches % devices === 0 ? devices : 1;
  let fitting = 0;
  let full = microbatches / unit;
  while (full - fitting > 1) {
    const middle = Math.floor((fitting + full) / 2);
    if (fitsWith(scenario, middle * unit)) fitting = middle;
    else full = middle;
  }
  if (fitting > 0) return fitting * unit;
  if (unit === 1) return undefined;
  for (let few = unit - 1; few > 0; few--) if (fitsWith(scenario, few)) return few;
  return undefined;
}

function fitsWith(scenario: Scenario, microbatches: number): boolean {
  const { lastFlush: _, ...rest } = scenario;
  try {
    simulate({ ...rest, microbatches, flushes: 1 }, { replications: 1 });
    return true;
  } catch (error) {
    if (error instanceof MemoryError || error instanceof RangeError) return false;
    throw error;
  }
}
