// Members written outside the package, on worker threads; and the simulator and reports by their sub-paths.
import {
  adam,
  backprop,
  crossEntropyHead,
  type Dataset,
  digital,
  forwardForward,
  idxFolder,
  labelOverlay,
  measure,
  namedProducts,
  pixels,
  run,
  stream,
  testAccuracy,
  weights,
  workers,
} from 'forwardflow';
import { columns } from 'forwardflow/report';
import { constant, make, ms, type Schedule, simulate } from 'forwardflow/simulation';
import { lastValueFrom } from 'rxjs';
import { frozenAfter } from './layer.js';
import { opsMade } from './measure.js';
import eager from './policy.js';
import { nextLabel } from './sampler.js';
import { oneByOne } from './schedule.js';
import { clipped } from './tile.js';

const data = process.argv[2];
const samples: Dataset = await idxFolder(data, 'train');
const shared = {
  samples,
  test: await idxFolder(data, 'test'),
  products: await namedProducts('plain'),
  optimiser: adam(),
  microbatch: 100,
};
const local = {
  ...shared,
  encoding: labelOverlay(),
  negatives: nextLabel(),
  layers: [forwardForward({ units: 20 }), frozenAfter(forwardForward({ units: 20 }), 5)],
};
const backward = {
  ...shared,
  encoding: pixels(),
  layers: [backprop({ units: 20 }), crossEntropyHead({ classes: 10 })],
  schedule: oneByOne(),
  flush: 5,
};
const rows: string[][] = [];
for (const pipeline of [{ ...local, schedule: stream() }, { ...local, schedule: eager() }, backward]) {
  const figures = measure({ ops: opsMade, test: testAccuracy });
  const { ops, test } = await lastValueFrom(run(pipeline, workers({ count: 2 })).pipe(figures));
  const updates = pipeline === backward ? 4 : 20;
  if (ops.U !== updates || !(Number(test.accuracy) > 0))
    throw new Error(`${pipeline.schedule.name}: ${updates} updates expected, ${ops.U} made`);
  rows.push([pipeline.schedule.name, `${ops.F}`, `${ops.U}`]);
}
const limit = 0.05;
const bounded = { ...local, tile: clipped(digital(), limit), schedule: stream() };
const { learned } = await lastValueFrom(
  run(bounded, workers({ count: 2 })).pipe(measure({ learned: weights })),
);
const largest = Math.max(...[...learned.values()].flatMap((array) => [...array.data].map(Math.abs)));
if (largest !== Math.fround(limit))
  throw new Error(`weights of a clipped tile: ${limit} at most expected, got ${largest}`);
const schedule = await make<Schedule>(oneByOne());
const cost = constant(ms(1));
const { makespan } = simulate({
  schedule,
  devices: 3,
  microbatches: 2,
  costs: { F: cost, B: cost, W: cost },
});
if (!(makespan > 0)) throw new Error('virtual time stood still');
console.log(columns(['schedule', 'F', 'U'], rows));
