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
import { type DrawnOp, type DrawnRun, runsSvg } from './run-svg.ts';

/** microbatches that are learned, and those that a picture shows: the ones that took the least time, for other programs interrupt too */
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

/** The ops of the run from the quietest microbatches on, and how long these took, in nanoseconds. */
async function observed(
  title: string,
  pipeline: DatasetPipeline,
): Promise<{ readonly first: number; readonly lasts: number; readonly run: DrawnRun }> {
  const ops: DrawnOp[] = [];
  await run(pipeline, workers({ count: 2 })).forEach((event) => {
    if (event.kind === 'op' && event.purpose === 'learn') ops.push(event);
  });
  const begins = Array.from({ length: microbatches }, () => Number.POSITIVE_INFINITY);
  for (const { stage, microbatch, start } of ops)
    if (stage === 0) begins[microbatch] = Math.min(begins[microbatch], start);
  const took = (first: number): number => begins[first + shown] - begins[first];
  let first = 20;
  for (let i = first; i < microbatches - 3 * shown; i++) if (took(i) < took(first)) first = i;
  const moved = ops
    .filter(({ end }) => end > begins[first])
    .map((op) => ({ ...op, start: op.start - begins[first], end: op.end - begins[first] }));
  return { first, lasts: took(first), run: { title, stages: 2, ops: moved } };
}

const streamed = await observed(
  'Forward-Forward, stream: nothing goes back, the stages learn at the same time',
  ff,
);
const blocked = await observed('Backprop, blocking: one microbatch at a time, forward and back', bp);
writeFileSync(
  new URL('../pictures/run.svg', import.meta.url),
  runsSvg([streamed.run, blocked.run], streamed.lasts),
);
console.log(
  `docs/pictures/run.svg: ${(streamed.lasts / 1e6).toFixed(1)} ms of two real runs, from microbatches ${streamed.first} and ${blocked.first} on`,
);
