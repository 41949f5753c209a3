import { lastValueFrom } from 'rxjs';
import type { ProductsPlan } from '../src/extend.ts';
import {
  adam,
  type Dataset,
  forwardForward,
  labelOverlay,
  measure,
  type Pipeline,
  run,
  stream,
  throughput,
  workers,
  wrongLabel,
} from '../src/index.ts';
import { median } from './figures.ts';

/** What supervision takes of the throughput of 784-500-500 on two workers, in turns with runs without it. */
export interface SupervisionCost {
  readonly name: string;
  /** samples a second without and with, the medians */
  readonly without: number;
  readonly supervised: number;
  /** of each round, supervised over without */
  readonly ratios: readonly number[];
  readonly ratio: number;
}

const kinds = { 'every 50 microbatches': {}, 'with verify': { verify: true } };

export async function supervisionCost(
  samples: Dataset,
  products: ProductsPlan,
  rounds: number,
): Promise<SupervisionCost[]> {
  const pipeline: Pipeline = {
    ...{ samples, encoding: labelOverlay({ classes: 10 }), negatives: wrongLabel(), products },
    layers: [forwardForward({ units: 500 }), forwardForward({ units: 500 })],
    ...{ optimiser: adam({ learningRate: 1e-3 }), schedule: stream(), microbatch: 100, microbatches: 600 },
  };
  const speed = async (supervision?: object): Promise<number> => {
    const watched = run(pipeline, workers(), { ...(supervision && { supervision }) });
    return (await lastValueFrom(watched.pipe(measure({ throughput })))).throughput.samplesPerSecond;
  };
  await speed();
  const all = Object.entries(kinds).map(([name, supervision]) => ({
    ...{ name, supervision, without: [] as number[], supervised: [] as number[] },
  }));
  for (let round = 0; round < rounds; round++)
    for (const { supervision, without, supervised } of all) {
      // first the one, then the other, so that a machine that warms up favours neither
      if (round % 2 === 0) without.push(await speed());
      supervised.push(await speed(supervision));
      if (round % 2 === 1) without.push(await speed());
    }
  return all.map(({ name, without, supervised }) => {
    const ratios = supervised.map((one, i) => one / without[i]);
    return { name, without: median(without), supervised: median(supervised), ratios, ratio: median(ratios) };
  });
}

export function supervisionText(costs: readonly SupervisionCost[]): string {
  const lines = costs.map(
    ({ name, without, supervised, ratio, ratios }) =>
      `  ${name}: ${ratio.toFixed(3)} of the throughput without it (${supervised.toFixed(0)} and ${without.toFixed(0)} samples/s; rounds ${ratios.map((one) => one.toFixed(2)).join(', ')})\n`,
  );
  return `\nsupervision of 784-500-500 on two workers\n${lines.join('')}`;
}
