import { lastValueFrom } from 'rxjs';
import { above, simd } from '../src/extend.ts';
import {
  adam,
  backprop,
  crossEntropyHead,
  firstOf,
  forwardForward,
  hardLabel,
  heldOutAccuracy,
  labelOverlay,
  measure,
  mnist,
  monoForward,
  oneFOneB,
  type Pipeline,
  pipedream,
  pixels,
  run,
  slice,
  stream,
  testAccuracy,
  throughput,
  virtual,
} from '../src/index.ts';
import { columns, type Study, selectivity } from '../src/report.ts';
import { us } from '../src/simulation.ts';

/** hidden units of each of the layers, a device each */
const units = [120, 300, 300, 300];
const target = 0.95;

/**
 * Which pipeline is first at a test accuracy, over virtual time, with real learning in the loop?
 *
 * MNIST, the first 8,000 images, 2,000 more held out; 784-120-300-300-300 on 4 devices of 40 GMAC/s, links of 50 µs,
 * microbatches of 50, four passes. 1F1B updates with every 2 microbatches, PipeDream with each, from stale weights. With a
 * selection W, and B of backprop, take the time of the samples that are kept, those whose slope is at least a fifth of the steepest.
 */
export default async function timeToAccuracy(epochs = 4, count = 8_000): Promise<Study> {
  const all = await mnist('train');
  const shared = {
    samples: firstOf(all, count),
    heldOut: { samples: slice(all, all.count - 2000, all.count), every: 1 },
    ...{ products: simd(), microbatch: 50, epochs, seed: 7 },
  };
  const select = above(0.2);
  const hidden = units.map((n) => backprop({ units: n }));
  const back = {
    ...shared,
    encoding: pixels(),
    layers: [...hidden, crossEntropyHead()],
    optimiser: adam({ learningRate: 1e-3 }),
  };
  const ff = (chosen: object) => ({
    ...shared,
    encoding: labelOverlay(),
    negatives: hardLabel(),
    layers: units.map((n) => forwardForward({ units: n, ...chosen })),
    optimiser: adam({ learningRate: 2e-3 }),
    schedule: stream(),
  });
  const mono = (chosen: object) => ({
    ...shared,
    encoding: pixels(),
    layers: units.map((n) => monoForward({ units: n, ...chosen })),
    optimiser: adam({ learningRate: 3e-3 }),
    schedule: stream(),
  });
  const backSelective = { ...back, layers: [...hidden, crossEntropyHead({ select })] };
  const pipelines: readonly [string, Pipeline][] = [
    ['Forward-Forward', ff({})],
    ['Mono-Forward', mono({})],
    ['1F1B, flush of 2', { ...back, schedule: oneFOneB(), flush: 2 }],
    ['1F1B, flush of 8', { ...back, schedule: oneFOneB(), flush: 8 }],
    ['PipeDream', { ...back, schedule: pipedream() }],
    ['Forward-Forward, selective', ff({ select })],
    ['Mono-Forward, selective', mono({ select })],
    ['1F1B, flush of 2, selective', { ...backSelective, schedule: oneFOneB(), flush: 2 }],
    ['PipeDream, selective', { ...backSelective, schedule: pipedream() }],
  ];
  const rows: string[][] = [];
  const times = new Map<string, number>();
  for (const [name, pipeline] of pipelines) {
    const runtime = virtual({ devices: 4, link: { latency: us(50) } });
    const figures = await lastValueFrom(
      run(pipeline, runtime).pipe(
        measure({ held: heldOutAccuracy, rate: throughput, test: testAccuracy, chosen: selectivity }),
      ),
    );
    const reached = figures.held.find(({ accuracy }) => (accuracy ?? 0) >= target);
    times.set(name, reached?.seconds ?? Number.POSITIVE_INFINITY);
    rows.push([
      name,
      `${(100 * (figures.chosen.kept ?? 1)).toFixed(0)} %`,
      (figures.rate.samplesPerSecond / 1e3).toFixed(1),
      ...figures.held.map(
        ({ accuracy, seconds }) =>
          `${(100 * (accuracy ?? 0)).toFixed(1)} % (${(1e3 * seconds).toFixed(0)} ms)`,
      ),
    ]);
  }
  const selective = [...times].filter(([name]) => name.endsWith('selective'));
  const first = soonest([...times].filter(([name]) => !name.endsWith('selective')));
  const passes = Array.from({ length: epochs }, (_, i) => `held-out accuracy after pass ${i + 1}`);
  return {
    question: `Which pipeline is first at ${100 * target} %, on 4 simulated devices that really learn?`,
    measured: [columns(['', 'kept', 'thousand samples/s', ...passes], rows)],
    claim: 'a pipeline that need not wait learns faster',
    criterion: `Forward-Forward is the first at ${100 * target} % of samples held out, among rules that learn from all samples and among those that select`,
    verdict: verdictOf(times, first, soonest(selective)),
    figures: { [`seconds to ${100 * target} %`]: Object.fromEntries(times) },
    seeds: [shared.seed],
    data: `MNIST, ${count.toLocaleString('en-US')} images`,
    width: Number.POSITIVE_INFINITY,
  };
}

type Time = readonly [name: string, seconds: number];

function soonest(times: readonly Time[]): Time {
  return [...times].sort((a, b) => a[1] - b[1])[0];
}

function verdictOf(times: ReadonlyMap<string, number>, all: Time, selective: Time): string {
  const said = ([name, seconds]: Time) =>
    Number.isFinite(seconds)
      ? `${name} after ${(1e3 * seconds).toFixed(0)} ms`
      : `${name} not in these passes`;
  const own = (name: string): Time => [name, times.get(name) ?? Number.POSITIVE_INFINITY];
  const wins = [all, selective].map(([name]) => name.startsWith('Forward-Forward'));
  const said4 = [all, own('Forward-Forward'), selective, own('Forward-Forward, selective')]
    .map(said)
    .join('; ');
  return `${wins.every(Boolean) ? 'holds' : wins.some(Boolean) ? 'holds only if one side selects' : 'fails'}: ${said4}`;
}
