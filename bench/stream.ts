import type { ProductsPlan } from '../src/extend.ts';
import { type Dataset, firstOf, inline, workers } from '../src/index.ts';
import { measuredCosts } from '../src/simulation.ts';
import { ratio, type Spread, show, spread } from './figures.ts';
import { productLimit, productsOf } from './limit.ts';
import { bp, ff, measured, mono } from './networks.ts';
import { startPyTorch } from './pytorch.ts';

const threads = 2;

/** A network to measure, and on how many samples a run. */
export interface Case {
  readonly units: readonly number[];
  readonly microbatch: number;
  /** microbatches that a link holds */
  readonly capacity: number;
  readonly samples: number;
  /** passes over them; left out, 1 */
  readonly epochs?: number;
  /** rows to measure beside the stream and the limit; left out, all */
  readonly only?: readonly Row[];
}

type Row = 'inline' | 'blocking' | 'mono' | 'pytorch';

export interface StreamFigures {
  readonly network: string;
  readonly microbatch: number;
  readonly capacity: number;
  readonly samples: number;
  readonly epochs: number;
  /** samples/s by what was measured */
  readonly speeds: Readonly<Record<string, Spread>>;
  /** ratios round by round */
  readonly ratios: Readonly<Record<string, Spread>>;
  /** why a row is missing */
  readonly missing: readonly string[];
}

/** The stream on two workers, in turns with one thread, with rivals, and with what the products alone would allow. */
export async function streamOf(
  of: Case,
  { all, products: maker, rounds }: { all: Dataset; products: ProductsPlan; rounds: number },
): Promise<StreamFigures> {
  const { units, microbatch, capacity, epochs = 1, only = ['inline', 'blocking', 'mono', 'pytorch'] } = of;
  const ground = { samples: firstOf(all, of.samples), epochs, products: maker, microbatch, capacity };
  const products = productsOf([784, ...units], microbatch);
  const shares = async (pipeline: ReturnType<typeof ff>) =>
    workers({ count: threads, costs: await measuredCosts(pipeline) });
  const missing: string[] = [];
  const found = only.includes('pytorch')
    ? await startPyTorch({ widths: [784, ...units], microbatch, threads })
    : undefined;
  if (found && found.pytorch === undefined) missing.push(`no PyTorch row: ${found.reason}`);
  const speeds = {
    workers: [] as number[],
    limit: [] as number[],
    alone: [] as number[],
    each: [] as number[],
    inline: [] as number[],
    blocking: [] as number[],
    mono: [] as number[],
    pytorch: [] as number[],
  };
  const ffRuntime = await shares(ff(ground, units));
  const monoRuntime = only.includes('mono') ? await shares(mono(ground, units)) : workers();
  const speedOf = async (...[pipeline, runtime]: Parameters<typeof measured>) =>
    (await measured(pipeline, runtime)).samplesPerSecond;
  try {
    for (let round = 0; round < rounds; round++) {
      speeds.limit.push(await productLimit({ maker, products, seconds: 1 }, microbatch, threads));
      speeds.alone.push(await productLimit({ maker, products, seconds: 0.5 }, microbatch, 1));
      speeds.workers.push(await speedOf(ff(ground, units), ffRuntime));
      if (units.length > threads) speeds.each.push(await speedOf(ff(ground, units), workers()));
      if (only.includes('inline')) speeds.inline.push(await speedOf(ff(ground, units), inline()));
      if (only.includes('blocking'))
        speeds.blocking.push(await speedOf(bp(ground, units), workers({ count: threads })));
      if (only.includes('mono')) speeds.mono.push(await speedOf(mono(ground, units), monoRuntime));
      if (found?.pytorch) speeds.pytorch.push(await found.pytorch.samplesPerSecond());
    }
  } finally {
    await found?.pytorch?.close();
  }
  const there = Object.entries(speeds).filter(([, list]) => list.length > 0);
  return {
    network: ['784', ...units].join('-'),
    microbatch,
    capacity,
    samples: of.samples,
    epochs,
    speeds: Object.fromEntries(there.map(([name, list]) => [name, spread(list)])),
    ratios: Object.fromEntries(
      there.filter(([name]) => name !== 'workers').map(([name, list]) => [name, ratio(speeds.workers, list)]),
    ),
    missing,
  };
}

const names: Readonly<Record<string, string>> = {
  workers: 'Forward-Forward, two workers',
  each: 'Forward-Forward, a worker a layer',
  inline: 'Forward-Forward, one thread',
  blocking: 'blocking backprop, two workers',
  mono: 'Mono-Forward, two workers',
  pytorch: 'Forward-Forward in PyTorch, two threads',
  limit: 'its matrix products alone, two threads',
  alone: 'its matrix products alone, one thread',
};

export function streamText({
  network,
  microbatch,
  capacity,
  speeds,
  ratios,
  missing,
}: StreamFigures): string {
  const lines = Object.entries(speeds).map(([name, speed]) => {
    const over = ratios[name] ? `   the stream is ${show(ratios[name], 2)} ×` : '';
    return `  ${names[name].padEnd(42)} ${show(speed).padStart(24)} samples/s${over}`;
  });
  return [
    `\n${network}, microbatch ${microbatch}, capacity ${capacity}`,
    ...lines,
    ...missing.map((why) => `  ${why}`),
    '',
  ].join('\n');
}
