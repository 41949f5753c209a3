// A run that is stopped goes on from its checkpoint, on another runtime too, to the weights that it would have had.

import {
  adam,
  forwardForward,
  idxFolder,
  inline,
  labelOverlay,
  measure,
  namedProducts,
  run,
  stream,
  weights,
  workers,
  wrongLabel,
} from 'forwardflow';
import { weightsHash } from 'forwardflow/report';
import { filter, firstValueFrom, lastValueFrom } from 'rxjs';

const pipeline = {
  samples: await idxFolder('fixtures/mnist', 'train'),
  encoding: labelOverlay(),
  negatives: wrongLabel(),
  layers: [forwardForward({ units: 40 }), forwardForward({ units: 30 })],
  products: await namedProducts('plain'),
  optimiser: adam(),
  schedule: stream(),
};
const learned = measure({ learned: weights });
const whole = await lastValueFrom(run(pipeline, inline()).pipe(learned));
const stopped = run(pipeline, workers(), { checkpointEvery: 4 });
const checkpoint = await firstValueFrom(stopped.pipe(filter((event) => event.kind === 'checkpoint')));
const rest = await lastValueFrom(run(pipeline, inline(), { from: checkpoint }).pipe(learned));
const same = weightsHash(rest.learned) === weightsHash(whole.learned);
console.log(`from microbatch ${checkpoint.microbatch} on: ${same ? 'the same' : 'other'} weights`);
