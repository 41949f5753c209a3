// Samples that never end: each is predicted before it is learned from, and the run ends when it has learned enough.

import {
  endless,
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
import { lastValueFrom } from 'rxjs';

/** four overlapping clouds in eight dimensions */
const clouds = endless({
  ...{ name: 'clouds', width: 8, classes: 4 },
  sample(_index, random, into) {
    const label = Math.floor(4 * random.uniform());
    for (let i = 0; i < 8; i++) into[i] = random.normal() + (i >> 1 === label ? 1.5 : 0);
    return label;
  },
});
const pipeline = {
  ...{ samples: clouds, encoding: pixels(), layers: [monoForward({ units: 20 })] },
  ...{ products: await namedProducts('plain'), optimiser: sgd({ learningRate: 0.05 }), schedule: stream() },
  ...{ microbatch: 10, microbatches: 300, prequential: true },
};
const { seen } = await lastValueFrom(run(pipeline, inline()).pipe(measure({ seen: runningAccuracy })));
console.log(`accuracy of the last ${seen.samples} predictions: ${seen.accuracy}`);
