import {
  cost,
  heldOutAccuracy,
  latency,
  losses,
  memory,
  progress,
  runningAccuracy,
  testAccuracy,
  throughput,
  utilisation,
  weights,
} from '../../index.ts';

/** All that the commands report of a run. */
export function allMeasures() {
  return {
    progress: progress(),
    throughput: throughput(),
    utilisation: utilisation(),
    latency: latency(),
    memory: memory(),
    cost: cost(),
    losses: losses(),
    running: runningAccuracy(),
    test: testAccuracy(),
    heldOut: heldOutAccuracy(),
    weights: weights(),
  };
}
