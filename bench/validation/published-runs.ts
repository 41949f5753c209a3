import { gpipe } from '../../src/index.ts';
import {
  constant,
  make,
  pffAllLayers,
  pffSingleLayer,
  type SchedulePlan,
  simulate,
} from '../../src/simulation.ts';
import type { Row } from './row.ts';

/** seconds of one run of so many stages and microbatches, from seconds of the whole work on one device */
async function seconds(
  plan: SchedulePlan,
  [n, m]: readonly [number, number],
  whole: number,
): Promise<number> {
  const part = (share: number) => constant(Math.round((1e9 * whole * share) / (n * m)));
  const local = plan.name.startsWith('pff');
  const { makespan } = simulate({
    schedule: await make(plan),
    devices: n,
    microbatches: m,
    costs: local ? { F: part(1) } : { F: part(1 / 3), B: part(1 / 3), W: part(1 / 3) },
  });
  return makespan;
}

/** seconds of Pipelined Forward-Forward on 4 nodes, 100 chapters: sequential, single layer, all layers */
const pff = [
  ['RandomNEG-Goodness', 7178.71, 1974.1, 2008.25],
  ['FixedNEG-Goodness', 7143.28, 1920.8, 1978.21],
] as const;

/** samples a second of AmoebaNet-D (18, 256): n, m, of the same n with m = 1, measured */
const torchgpipe = [
  [2, 4, 26.733, 41.133],
  [2, 32, 26.733, 47.386],
  [4, 4, 26.827, 44.543],
  [4, 32, 26.827, 72.412],
  [8, 4, 24.918, 70.065],
  [8, 32, 24.918, 132.413],
] as const;

function row(what: string, measured: number, predicted: number, unit: string, bound: boolean): Row {
  return {
    what,
    exact: `${measured.toFixed(1)} ${unit}`,
    simulated: `${predicted.toFixed(1)} ${unit}`,
    error: `${((100 * (predicted - measured)) / measured).toFixed(1)} %`,
    holds: bound,
  };
}

/**
 * Runs of others, predicted from the cost that they state themselves: their run without a pipeline. What is left out (links, stages that
 * are not even, forwards made again) only slows, so a prediction is a bound.
 */
export async function publishedRuns(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, sequential, single, all] of pff) {
    for (const [plan, measured] of [
      [pffSingleLayer(), single],
      [pffAllLayers(), all],
    ] as const) {
      const predicted = await seconds(plan, [4, 100], sequential);
      rows.push(row(`PFF, ${name}, ${plan.name}, 4 nodes`, measured, predicted, 's', predicted <= measured));
    }
  }
  for (const [n, m, alone, measured] of torchgpipe) {
    const predicted = 1 / (await seconds(gpipe(), [n, m], 1 / alone));
    const what = `torchgpipe, AmoebaNet-D (18, 256), n = ${n}, m = ${m}`;
    rows.push(row(what, measured, predicted, 'samples/s', predicted >= measured));
  }
  return rows;
}
