// forwardflow/simulation as the gallery gives it to examples: the same, and every answer is kept.

import { simulate as quietly, type Scenario } from '../../../src/simulation.ts';
import { watched } from './watched.ts';

export * from '../../../src/simulation.ts';

export function simulate(scenario: Scenario) {
  const simulated = quietly(scenario);
  const slow = scenario.slow !== undefined;
  watched.simulations.push({ schedule: scenario.schedule.name, slow, throughput: simulated.throughput });
  return simulated;
}
