// A stream whose labels change their meaning: the network is right before, wrong right after, and learns the new meaning.

import {
  inline,
  measure,
  monoForward,
  namedProducts,
  pixels,
  run,
  runningAccuracy,
  sgd,
  stream,
} from 'forwardflow';
import { abrupt, labelPermutation, sea, shifted } from 'forwardflow/extend';
import { lastValueFrom } from 'rxjs';

const samples = shifted(sea({ noise: 0.05 }), [{ when: abrupt(4000), shift: labelPermutation() }]);
const pipeline = {
  ...{ samples, encoding: pixels(), scale: 'running' as const, layers: [monoForward({ units: 30 })] },
  ...{ products: await namedProducts('plain'), optimiser: sgd({ learningRate: 0.05 }), schedule: stream() },
  ...{ microbatch: 10, prequential: true },
};
for (const microbatches of [400, 430, 900]) {
  const seen = measure({ seen: runningAccuracy });
  const { seen: last } = await lastValueFrom(run({ ...pipeline, microbatches }, inline()).pipe(seen));
  console.log(`after ${10 * microbatches} samples: accuracy of the last ${last.samples} is ${last.accuracy}`);
}
