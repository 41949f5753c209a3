// A Forward-Forward stream on threads: each layer learns where it stands, and nothing comes back.

import {
  adam,
  forwardForward,
  hardLabel,
  idxFolder,
  labelOverlay,
  measure,
  namedProducts,
  run,
  stream,
  testAccuracy,
  throughput,
  workers,
} from 'forwardflow';
import { lastValueFrom } from 'rxjs';

const data = 'fixtures/mnist';
const pipeline = {
  samples: await idxFolder(data, 'train'),
  test: await idxFolder(data, 'test'),
  encoding: labelOverlay(),
  negatives: hardLabel(),
  layers: [forwardForward({ units: 60 }), forwardForward({ units: 60 })],
  products: await namedProducts('plain'),
  optimiser: adam({ learningRate: 2e-3 }),
  schedule: stream(),
  microbatch: 50,
  epochs: 3,
  seed: 7,
};
const figures = measure({ test: testAccuracy, speed: throughput });
const { test, speed } = await lastValueFrom(run(pipeline, workers()).pipe(figures));
console.log(`${speed.samples} samples learned, test accuracy ${test.accuracy}`);
