import { fileURLToPath } from 'node:url';
import { lastValueFrom, toArray } from 'rxjs';
import { regular } from '../src/arrivals/regular.ts';
import type { TraceEvent } from '../src/core/trace.ts';
import { type Dataset, firstOf } from '../src/data/dataset.ts';
import { labelOverlay, pixels } from '../src/data/encoding.ts';
import { idxFolder } from '../src/data/folder.ts';
import { backprop } from '../src/layers/backprop.ts';
import { forwardForward } from '../src/layers/forward-forward.ts';
import { monoForward } from '../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../src/layers/softmax.ts';
import { lineFlow } from '../src/measures/line-flow.ts';
import { measure } from '../src/measures/measure.ts';
import { wrongLabel } from '../src/negatives/wrong-label.ts';
import { adam } from '../src/optimisers/adam.ts';
import { dropNewest } from '../src/overflows/drop-newest.ts';
import type { Pipeline } from '../src/pipeline/pipeline.ts';
import { simd } from '../src/products/simd.ts';
import { weightsHash } from '../src/report/files/safetensors.ts';
import { type RunOptions, run } from '../src/run/run.ts';
import { workers } from '../src/runtimes/workers.ts';
import { oneFOneB } from '../src/schedules/one-f-one-b.ts';
import { stream } from '../src/schedules/stream.ts';
import { shuffled } from '../src/streams/shuffled.ts';
import { isDataFault, type MachineFault } from '../src/work/faults/fault.ts';
import { randomFaults } from '../src/work/faults/random-faults.ts';

// `npm run faults -- [plans] [first seed] [lossy]`: runs on worker threads, each with a plan of faults drawn from its seed, kills
// included. The weights and predictions must be those of the run that nothing disturbed. Lossy: an open line that is too fast and
// drops; each sample must be accounted for, at every tally and at the end.

const folder = fileURLToPath(new URL('../fixtures/mnist', import.meta.url));
const shared = {
  samples: firstOf(await idxFolder(folder, 'train'), 400),
  test: firstOf(await idxFolder(folder, 'test'), 100),
  microbatch: 20,
  epochs: 3,
  seed: 7,
  runningEvery: 4,
  products: simd(),
  optimiser: adam({ learningRate: 2e-3 }),
};
const pipelines: readonly (readonly [string, Pipeline])[] = [
  [
    'FF',
    {
      ...shared,
      ...{ encoding: labelOverlay(), negatives: wrongLabel(), schedule: stream() },
      layers: [24, 20, 16].map((units) => forwardForward({ units })),
    },
  ],
  [
    'Mono-Forward',
    {
      ...shared,
      ...{ encoding: pixels(), schedule: stream() },
      layers: [24, 20, 16].map((units) => monoForward({ units, dropout: 0.1 })),
    },
  ],
  [
    'backprop, 1F1B',
    {
      ...shared,
      ...{ encoding: pixels(), schedule: oneFOneB(), flush: 4 },
      layers: [backprop({ units: 24 }), backprop({ units: 16 }), crossEntropyHead()],
    },
  ],
];
const microbatches = (shared.epochs * shared.samples.count) / shared.microbatch;

async function outcome(pipeline: Pipeline, options: RunOptions) {
  const trace: TraceEvent[] = await lastValueFrom(run(pipeline, workers(), options).pipe(toArray()));
  const weights = weightsHash(trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : [])));
  const predicted = trace.flatMap((event) => (event.kind === 'prediction' ? [...event.predicted] : []));
  const restarts = trace.filter(({ kind }) => kind === 'restart').length;
  return { weights, predicted: predicted.join(), restarts, trace };
}

/** Too fast a line through the same pipeline. @returns whether what came is what was learned from and what was dropped */
async function accounted(pipeline: Pipeline, options: RunOptions) {
  const { test: _, epochs: __, samples, ...rest } = pipeline;
  const line = { arrivals: regular(200_000), room: 2, overflow: dropNewest() };
  const stream = shuffled(samples as Dataset, { seed: 3 });
  const lossy: Pipeline = {
    ...rest,
    samples: stream,
    line,
    prequential: true,
    runningEvery: 0,
    microbatches: 2000,
  };
  const { flow, restarts } = await lastValueFrom(
    run(lossy, workers(), options).pipe(measure({ flow: lineFlow, restarts: countRestarts })),
  );
  const { offered, learned, dropped, inFlight, violations } = flow;
  const sums = offered === learned + dropped.total && inFlight === 0 && violations.length === 0;
  return { sums: sums && dropped.total > 0, restarts, offered, dropped: dropped.total };
}

function countRestarts() {
  let restarts = 0;
  return {
    add({ kind }: TraceEvent) {
      if (kind === 'restart') restarts++;
    },
    value: () => restarts,
  };
}

const isLossy = process.argv[4] === 'lossy';
const plans = Number(process.argv[2] ?? 100);
const first = Number(process.argv[3] ?? 1);
let [identical, restarts, struck] = [0, 0, 0];
const undisturbed = isLossy ? [] : await Promise.all(pipelines.map(([, pipeline]) => outcome(pipeline, {})));
for (let i = 0; i < plans; i++) {
  const seed = first + i;
  const which = i % pipelines.length;
  const [name, pipeline] = pipelines[which];
  const kinds: MachineFault['fault'][] = [
    'kill',
    'kill',
    'pause',
    'slow',
    'drop-slot',
    'duplicate-slot',
    'corrupt-slot',
  ];
  const faults = randomFaults(seed, { stages: 3, microbatches, kinds, count: 4 }).flatMap((fault) =>
    isDataFault(fault) ? [] : [fault],
  );
  const every = 1 + (seed % 23);
  const late = setTimeout(() => {
    console.log(`seed ${seed}, ${name}, every ${every}: hangs; ${JSON.stringify(faults)}`);
    process.exit(1);
  }, 60_000);
  const options = { supervision: { checkpointEvery: every, restarts: 20, verify: true }, faults };
  try {
    if (isLossy) {
      const one = await accounted(pipeline, options);
      restarts += one.restarts;
      if (one.sums) identical++;
      else console.log(`seed ${seed}, ${name}, every ${every}: ${JSON.stringify(one)}`);
      clearTimeout(late);
      continue;
    }
    const one = await outcome(pipeline, options);
    restarts += one.restarts;
    struck += one.trace.filter(({ kind }) => kind === 'fault').length;
    const same = one.weights === undisturbed[which].weights && one.predicted === undisturbed[which].predicted;
    if (same) identical++;
    else console.log(`seed ${seed}, ${name}, every ${every}: differs; ${JSON.stringify(faults)}`);
  } catch (error) {
    console.log(
      `seed ${seed}, ${name}, every ${every}: ${(error as Error).message}; ${JSON.stringify(faults)}`,
    );
  }
  clearTimeout(late);
}
console.log(
  isLossy
    ? `${identical} of ${plans} with every sample accounted for; ${restarts} restarts`
    : `${identical} of ${plans} identical; ${struck} faults struck, ${restarts} restarts`,
);
process.exit(identical === plans ? 0 : 1);
