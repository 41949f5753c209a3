// Members of your own at work: the sampler and the measure of the files beside this one, on threads.

import {
  forwardForward,
  idxFolder,
  labelOverlay,
  measure,
  namedProducts,
  run,
  sgd,
  stream,
  testAccuracy,
  workers,
} from 'forwardflow';
import { lastValueFrom } from 'rxjs';
import { timesBlocked } from './own-measure.ts';
import { nextLabel } from './own-sampler.ts';

const pipeline = {
  samples: await idxFolder('fixtures/mnist', 'train'),
  test: await idxFolder('fixtures/mnist', 'test'),
  encoding: labelOverlay(),
  negatives: nextLabel(),
  layers: [forwardForward({ units: 30 }), forwardForward({ units: 30 })],
  products: await namedProducts('plain'),
  optimiser: sgd({ learningRate: 0.1 }),
  schedule: stream(),
};
const figures = measure({ test: testAccuracy, blocked: timesBlocked });
const { test, blocked } = await lastValueFrom(run(pipeline, workers()).pipe(figures));
console.log(`test accuracy ${test.accuracy}; ${blocked.size} stages were ever blocked`);
