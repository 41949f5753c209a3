import { lastValueFrom } from 'rxjs';
import { blockLocal, type LayerPlan, simd } from '../../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  type DatasetPipeline,
  firstOf,
  inline,
  measure,
  mnist,
  monoForward,
  namedProducts,
  oneFOneB,
  pixels,
  run,
  slice,
  stream,
  testAccuracy,
  throughput,
  virtual,
  workers,
} from '../../src/index.ts';
import { columns, each, type Study, tuned } from '../../src/report.ts';
import { us } from '../../src/simulation.ts';

const widths = { full: [500, 500, 500, 500], quick: [24, 20, 16, 12] };
/** points that blocks may lose, and how much faster than blocking backprop they must be, in virtual time */
const allowed = { points: 0.2, speed: 1.5 };
const rates = [0.001, 0.002, 0.003];
const devices = [1, 2, 4];

interface Arm {
  readonly name: string;
  readonly stages: number;
  layers(units: readonly number[]): LayerPlan[];
  readonly by: Pick<DatasetPipeline, 'schedule' | 'flush'>;
}

/** Blocks of so many layers each. */
const blocks = (count: number): Arm => ({
  name: count === 1 ? '1 block' : `${count} blocks`,
  stages: count,
  layers: (units) => {
    const size = units.length / count;
    return Array.from({ length: count }, (_, b) =>
      blockLocal({ units: units.slice(b * size, (b + 1) * size) }),
    );
  },
  by: { schedule: stream() },
});
const backward = (name: string, by: Arm['by']): Arm => ({
  ...{ name, stages: 4, by },
  layers: (units) => [...units.map((width) => backprop({ units: width })), crossEntropyHead()],
});
const arms: readonly Arm[] = [
  backward('backprop, blocking', { schedule: blocking() }),
  backward('backprop, 1F1B of 4', { schedule: oneFOneB(), flush: 4 }),
  ...[1, 2, 4].map(blocks),
  {
    name: 'Mono-Forward',
    stages: 4,
    layers: (units) => units.map((width) => monoForward({ units: width })),
    by: { schedule: stream() },
  },
];

/**
 * Is a stream of blocks that learn by backprop inside the middle between Mono-Forward and backprop?
 *
 * MNIST, 784-500-500-500-500, microbatches of 100, 5 passes, Adam, seed 1; the rate of each arm is the best of 3 on 2,000
 * images held out, after 2 passes of 12,000. 4 layers in 1, 2 and 4 blocks; 1 block is backprop with the head drawn
 * otherwise, 4 blocks are Mono-Forward to the bit. Samples a second in virtual time, 200 microbatches, devices of 40 GMAC/s,
 * links of 50 µs; then on worker threads of this machine, which is shared, so the second are of the wall clock.
 *
 * Fixed before the run, seen in none of its figures: no gradient crosses a block, so 2 blocks need not wait for each other.
 */
export default async function blocksStudy(quick = false): Promise<Study> {
  const units = quick ? widths.quick : widths.full;
  const all = await mnist('train');
  const products = quick ? simd() : await namedProducts('auto');
  const few = firstOf(all, quick ? 1000 : 12_000);
  const heldOut = slice(all, all.count - 2000, all.count);
  const pipelineOf = (
    { layers, by }: Arm,
    rate: number,
    more: Partial<DatasetPipeline>,
  ): DatasetPipeline => ({
    ...{ samples: few, encoding: pixels(), layers: layers(units), products, microbatch: 100, epochs: 1 },
    ...{ optimiser: adam({ learningRate: rate }), seed: 1, runningEvery: 0, ...by, ...more },
  });
  const learned = async (arm: Arm, rate: number, more: Partial<DatasetPipeline>) => {
    const runtime = quick ? inline() : workers({ count: Math.min(2, arm.stages) });
    const events = run(pipelineOf(arm, rate, more), runtime);
    return lastValueFrom(events.pipe(measure({ test: testAccuracy, speed: throughput })));
  };
  const timed = async (arm: Arm, count: number): Promise<number> => {
    if (count > arm.stages) return Number.NaN;
    const samples = firstOf(all, quick ? 1000 : 20_000);
    const runtime = virtual({ devices: count, link: { latency: us(50) }, learning: false });
    const events = run(pipelineOf(arm, rates[0], { samples }), runtime);
    return (await lastValueFrom(events.pipe(measure({ speed: throughput })))).speed.samplesPerSecond;
  };
  const test = quick ? heldOut : await mnist('test');
  const results = await each(arms, async (arm) => {
    const accuracy = async (rate: number) =>
      (await learned(arm, rate, { epochs: 2, test: heldOut })).test.accuracy ?? 0;
    const rate = await tuned(quick ? rates.slice(2) : rates, accuracy);
    const samples = quick ? few : all;
    const figures = await learned(arm, rate, { samples, epochs: quick ? 3 : 5, test });
    const accurate = 100 * (figures.test.accuracy ?? 0);
    return { arm, rate, accurate, speeds: await each(devices, (count) => timed(arm, count)), figures };
  });
  const thousands = (speed: number): string => (Number.isNaN(speed) ? '–' : (speed / 1e3).toFixed(1));
  const table = results.map(({ arm, rate, accurate, speeds }) => [
    ...[arm.name, String(rate), `${accurate.toFixed(2)} %`, ...speeds.map(thousands)],
  ]);
  const [plain, flushed, , two] = results;
  const lost = plain.accurate - two.accurate;
  const faster = two.speeds[1] / plain.speeds[1];
  const beside = two.speeds[1] / flushed.speeds[1];
  const asAccurate = lost <= allowed.points;
  const asFast = faster >= allowed.speed && beside >= 1;
  const word = asAccurate && asFast ? 'holds' : asFast ? 'holds only if accuracy is not asked for' : 'fails';
  const clock = quick
    ? []
    : [
        '',
        'by the wall clock, on 2 worker threads, 1 block on one:',
        columns(
          ['', 'thousand samples/s'],
          results.map(({ arm, figures }) => [arm.name, thousands(figures.speed.samplesPerSecond)]),
        ),
      ];
  return {
    question: `How accurate, and how fast, are ${units.length} layers that are cut into blocks?`,
    measured: [
      'thousand samples/s on so many devices in virtual time:',
      columns(['', 'rate', 'test accuracy', ...devices.map(String)], table),
      ...clock,
    ],
    claim: 'blocks of two layers are as accurate as backprop, and stream as Mono-Forward does',
    criterion: `2 blocks end at most ${allowed.points} points below blocking backprop, which updates as often, and on 2 devices learn at least ${allowed.speed} × its samples a second and no fewer than 1F1B with a flush of 4`,
    verdict: `${word}: 2 blocks are ${Math.abs(lost).toFixed(2)} points ${lost > 0 ? 'below' : 'above'} blocking backprop and learn ${faster.toFixed(2)} × its samples a second, ${beside.toFixed(2)} × those of 1F1B`,
    figures: {
      ...Object.fromEntries(
        results.map(({ arm, rate, accurate, speeds }) => [
          arm.name,
          { rate, accuracy: accurate / 100, speeds },
        ]),
      ),
      'points lost': lost,
      ...{ 'to blocking': faster, 'to 1F1B': beside },
    },
    seeds: [1],
    data: `MNIST, ${(quick ? few : all).count.toLocaleString('en-US')} images`,
  };
}
