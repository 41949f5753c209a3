// The picture at the top of README: both pipelines really run, two threads each, on MNIST. `npm run picture`.

import { writeFileSync } from 'node:fs';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type DatasetPipeline,
  forwardForward,
  hardLabel,
  labelOverlay,
  mnist,
  namedProducts,
  pixels,
  run,
  stream,
  workers,
} from '../../src/index.ts';
import { type QuietWindow, quietWindow } from './quiet-window.ts';
import { type DrawnOp, runsSvg } from './run-svg.ts';

/** microbatches that are learned, and those that a picture shows */
const [microbatches, shown] = [500, 6];

const shared = {
  samples: await mnist('train'),
  products: await namedProducts('auto'),
  microbatch: 100,
  microbatches,
  optimiser: adam({ learningRate: 1e-3 }),
};
const ff: DatasetPipeline = {
  ...shared,
  encoding: labelOverlay(),
  negatives: hardLabel(),
  layers: [forwardForward({ units: 500 }), forwardForward({ units: 500 })],
  schedule: stream(),
};
const bp: DatasetPipeline = {
  ...shared,
  encoding: pixels(),
  layers: [backprop({ units: 500 }), backprop({ units: 500 }), crossEntropyHead({ classes: 10 })],
  schedule: blocking(),
};

/** The ops of the run in its quietest microbatches. */
async function observed(pipeline: DatasetPipeline): Promise<QuietWindow> {
  const ops: DrawnOp[] = [];
  await run(pipeline, workers({ count: 2 })).forEach((event) => {
    if (event.kind === 'op' && event.purpose === 'learn') ops.push(event);
  });
  return quietWindow(ops, shown, 20);
}

const streamed = await observed(ff);
const blocked = await observed(bp);
const drawn = [
  {
    title: 'Forward-Forward, stream: nothing goes back, the stages learn at the same time',
    ...{ stages: 2, ops: streamed.ops },
  },
  {
    title: 'Backprop, blocking: one microbatch at a time, forward and back',
    ...{ stages: 2, ops: blocked.ops },
  },
];
writeFileSync(new URL('../pictures/run.svg', import.meta.url), runsSvg(drawn, streamed.lasts));
console.log(
  `docs/pictures/run.svg: ${(streamed.lasts / 1e6).toFixed(1)} ms of two real runs, from microbatches ${streamed.first} and ${blocked.first} on`,
);
