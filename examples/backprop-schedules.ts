// Backprop by several schedules: those that flush end with the same weights, whatever they cost in time.

import {
  backprop,
  crossEntropyHead,
  gpipe,
  idxFolder,
  inline,
  measure,
  namedProducts,
  oneFOneB,
  pixels,
  run,
  sgd,
  weights,
  zbH1,
} from 'forwardflow';
import { weightsHash } from 'forwardflow/report';
import { lastValueFrom } from 'rxjs';
import { oneByOne } from './own-schedule.ts';

const samples = await idxFolder('fixtures/mnist', 'train');
const layers = [backprop({ units: 20 }), backprop({ units: 20 }), crossEntropyHead({ classes: 10 })];
const shared = {
  samples,
  encoding: pixels(),
  layers,
  products: await namedProducts('plain'),
  optimiser: sgd({ learningRate: 0.1 }),
  flush: 5,
};
for (const schedule of [gpipe(), oneFOneB(), zbH1(), oneByOne()]) {
  const { learned } = await lastValueFrom(
    run({ ...shared, schedule }, inline()).pipe(measure({ learned: weights })),
  );
  console.log(`${schedule.name.padEnd(10)} ${weightsHash(learned).slice(0, 16)}`);
}
