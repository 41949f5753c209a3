import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { lastValueFrom } from 'rxjs';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type Dataset,
  firstOf,
  forwardForward,
  hardLabel,
  inline,
  labelOverlay,
  measure,
  mnist,
  namedTile,
  type Pipeline,
  pixels,
  type Runtime,
  run,
  stream,
  type TilePlan,
  throughput,
  utilisation,
  workers,
} from '../src/index.ts';
import { productLimit, productsOf } from './limit.ts';

// How fast the stream is: two workers beside one thread on two stages of equal cost, and both beside what the matrix
// products alone would allow, all measured in turns in one run.
//
//   npm run bench -- [--json] [--tile blas|simd|tfjs|plain] [--rounds 5] [--samples 20000] [--microbatch 100]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tile: { type: 'string', default: 'auto' },
    rounds: { type: 'string', default: '5' },
    samples: { type: 'string', default: '20000' },
    microbatch: { type: 'string', default: '100' },
  },
});
const rounds = Number(values.rounds);
const microbatch = Number(values.microbatch);
const threads = 2;

interface Measured {
  readonly samplesPerSecond: number;
  readonly busy: readonly number[];
}

async function measured(pipeline: Pipeline, runtime: Runtime): Promise<Measured> {
  const trace = run(pipeline, runtime);
  const seen = await lastValueFrom(
    trace.pipe(measure({ throughput: throughput(), utilisation: utilisation() })),
  );
  return {
    samplesPerSecond: seen.throughput.samplesPerSecond,
    busy: seen.utilisation.stages.map(({ busy }) => busy),
  };
}

function ff(samples: Dataset, tile: TilePlan, units: readonly number[]): Pipeline {
  return {
    samples,
    encoding: labelOverlay(),
    negatives: hardLabel(),
    layers: units.map((width) => forwardForward({ units: width })),
    tile,
    optimiser: adam({ learningRate: 2e-3 }),
    schedule: stream(),
    microbatch,
  };
}

function bp(samples: Dataset, tile: TilePlan, units: readonly number[]): Pipeline {
  return {
    samples,
    encoding: pixels(),
    layers: [...units.map((width) => backprop({ units: width })), crossEntropyHead()],
    tile,
    optimiser: adam({ learningRate: 1e-3 }),
    schedule: blocking(),
    microbatch,
  };
}

/** The width of a second layer whose stage takes as long as a first of 500 units, found on short runs on two workers. */
async function balancedWidth(samples: Dataset, tile: TilePlan): Promise<number> {
  const gaps: { width: number; gap: number }[] = [];
  for (const width of [400, 450, 500, 550, 600, 650, 700]) {
    const { busy } = await measured(ff(samples, tile, [500, width]), workers());
    gaps.push({ width, gap: Math.abs(busy[0] - busy[1]) });
  }
  return gaps.reduce((best, one) => (one.gap < best.gap ? one : best)).width;
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const spread = (list: readonly number[]) => ({
  median: median(list),
  min: Math.min(...list),
  max: Math.max(...list),
});

const tile = await namedTile(values.tile as 'auto' | 'blas' | 'simd' | 'tfjs' | 'plain');
const samples = firstOf(await mnist('train'), Number(values.samples));
const width = await balancedWidth(firstOf(samples, Math.min(samples.count, 6000)), tile);
const networks = [
  { name: `784-500-${width}, stages of equal cost`, units: [500, width] },
  { name: '784-500-500', units: [500, 500] },
];
const rows = [];
for (const { name, units } of networks) {
  const seen = {
    limit: [] as number[],
    inline: [] as number[],
    workers: [] as number[],
    blocking: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    const products = productsOf([784, ...units], microbatch);
    seen.limit.push(await productLimit({ tile, products, seconds: 1 }, microbatch, threads));
    seen.inline.push((await measured(ff(samples, tile, units), inline())).samplesPerSecond);
    seen.workers.push((await measured(ff(samples, tile, units), workers())).samplesPerSecond);
    seen.blocking.push((await measured(bp(samples, tile, units), workers({ count: 2 }))).samplesPerSecond);
  }
  rows.push({
    network: name,
    inline: spread(seen.inline),
    workers: spread(seen.workers),
    blockingBackprop: spread(seen.blocking),
    productLimit: spread(seen.limit),
    workersOverInline: spread(seen.workers.map((speed, i) => speed / seen.inline[i])),
    workersOverLimit: spread(seen.workers.map((speed, i) => speed / seen.limit[i])),
    workersOverBlocking: spread(seen.workers.map((speed, i) => speed / seen.blocking[i])),
  });
}

const environment = {
  node: process.version,
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  tile: tile.name,
  microbatch,
  samples: samples.count,
  rounds,
};
if (values.json) process.stdout.write(`${JSON.stringify({ environment, rows })}\n`);
else {
  const show = ({ median: m, min, max }: ReturnType<typeof spread>, digits: number) =>
    `${m.toFixed(digits)} [${min.toFixed(digits)}–${max.toFixed(digits)}]`;
  process.stdout.write(
    `tile ${environment.tile}, ${environment.cores} cores (${environment.cpu}), node ${environment.node}, microbatch ${microbatch}; median [min–max] of ${rounds} interleaved rounds\n`,
  );
  for (const row of rows) {
    process.stdout.write(
      [
        `\n${row.network}`,
        `  inline, one thread           ${show(row.inline, 0)} samples/s`,
        `  two workers                  ${show(row.workers, 0)} samples/s`,
        `  blocking backprop, 2 workers ${show(row.blockingBackprop, 0)} samples/s`,
        `  matrix-product limit, 2 thr. ${show(row.productLimit, 0)} samples/s`,
        `  two workers / inline         ${show(row.workersOverInline, 2)}`,
        `  two workers / limit          ${show(row.workersOverLimit, 2)}`,
        `  two workers / blocking       ${show(row.workersOverBlocking, 2)}`,
        '',
      ].join('\n'),
    );
  }
}
