// The curve of what is held out: the last samples are predicted after every epoch, and never learned from.

import {
  adam,
  heldOutAccuracy,
  idxFolder,
  inline,
  measure,
  monoForward,
  namedProducts,
  pixels,
  run,
  slice,
  stream,
} from 'forwardflow';
import { lastValueFrom } from 'rxjs';

const all = await idxFolder('fixtures/mnist', 'train');
const pipeline = {
  samples: slice(all, 0, 800),
  heldOut: { samples: slice(all, 800, 1000), every: 1 },
  encoding: pixels(),
  layers: [monoForward({ units: 40 })],
  products: await namedProducts('plain'),
  optimiser: adam(),
  schedule: stream(),
  epochs: 4,
  microbatch: 50,
};
const { curve } = await lastValueFrom(run(pipeline, inline()).pipe(measure({ curve: heldOutAccuracy })));
for (const { epoch, accuracy } of curve) console.log(`epoch ${epoch}: ${accuracy}`);
