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
import { hardware, inconsistency, layerFigures, opTimes, selectivity, type Values } from '../../report.ts';

/** What the commands report of a run: factories, so that each run has measures of its own. */
export const allMeasures = {
  progress,
  throughput,
  utilisation,
  latency,
  memory,
  inconsistency,
  cost,
  opTimes,
  losses,
  layers: layerFigures,
  running: runningAccuracy,
  test: testAccuracy,
  heldOut: heldOutAccuracy,
  weights,
  hardware,
  selectivity,
};

/** The values of these measures at one moment, without the weights and what hardware has done, which are known at the end. */
export type Figures = Omit<Values<typeof allMeasures>, 'weights' | 'hardware' | 'selectivity'> & {
  /** share of the samples that W has learned from so far, where a selection leaves some out */
  readonly kept?: number;
};
