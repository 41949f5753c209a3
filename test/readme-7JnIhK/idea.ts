import {
  adam, forwardForward, hardLabel, labelOverlay, latency, measure, idxFolder, namedProducts,
  run, stream, testAccuracy, throughput, workers,
} from 'forwardflow';

const pipeline = {
  samples: await idxFolder("/work/wt/suite/fixtures/mnist", 'train'), test: await idxFolder("/work/wt/suite/fixtures/mnist", 'test'),
  encoding: labelOverlay(), negatives: hardLabel(),
  layers: [forwardForward({ units: 500 }), forwardForward({ units: 500 })],
  products: await namedProducts('auto'), optimiser: adam({ learningRate: 2e-3 }), schedule: stream(),
  capacity: 2, microbatch: 100, epochs: 1, seed: 7,
};

run(pipeline, workers())
  .pipe(measure({ throughput, latency, test: testAccuracy }))
  .subscribe((figures) => console.log(figures));
