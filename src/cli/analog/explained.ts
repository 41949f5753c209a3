import { lastValueFrom } from 'rxjs';
import {
  type Arena,
  type CellFacts,
  cellFacts,
  make,
  matrix,
  type Periphery,
  type ReadFacts,
  type ResolvedCrossbar,
  readFacts,
  workplace,
} from '../../extend.ts';
import { type Dataset, firstOf, inline, measure, run } from '../../index.ts';
import { type EnergyLedger, energyLedger, energyModels } from '../../report.ts';
import { allMeasures } from '../running/figures.ts';
import { readRunData } from '../running/run-data.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { pipelineOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { cellOf, crossbarOf } from './crossbar-of.ts';
import { type Explained, warningsOf } from './warnings.ts';

/** microbatches trained to count pulses, and rows read to measure errors */
const [trained, read] = [50, 100];

/** Looks at the configuration that settings describe. */
export async function explained(settings: TrainSettings): Promise<Explained> {
  const { train } = await readRunData(settings);
  const plan = crossbarOf(settings);
  const resolved = plan.options as unknown as ResolvedCrossbar;
  const place = await workplace();
  const { arena } = place;
  const products = await productsOf(settings);
  const ground = { ...place, products: await make(products, arena) };
  const [units] = settings.layers;
  const deviation = Math.sqrt(2 / train.width) / resolved.weightScale;
  const cell: CellFacts = await cellFacts(cellOf(settings.cell), ground, deviation, resolved.chipSeed);
  const reads: ReadFacts = await readFacts(plan, ground, rowsOf(train, arena), units);
  const ledger = await probed(settings, train, products);
  const facts = {
    cell,
    update: resolved.update.name,
    forward: converters(resolved.forward),
    backward: converters(resolved.backward),
    reads,
    arrays: arraysOf(settings, train.width, resolved),
    ...ledger,
  };
  return { ...facts, warnings: warningsOf(facts, settings) };
}

/** Images at root mean square 1, as a layer sees them. */
function rowsOf({ images, width, count }: Dataset, arena: Arena) {
  const rows = Math.min(read, count);
  const x = matrix(rows, width, arena.floats(rows * width));
  for (let r = 0; r < rows; r++) {
    const row = x.data.subarray(r * width, (r + 1) * width);
    row.set(images.subarray(r * width, (r + 1) * width));
    const square = row.reduce((sum, value) => sum + value * value, 0) / width;
    for (let j = 0; j < width; j++) row[j] /= Math.sqrt(square) || 1;
  }
  return x;
}

/** Codes and bits of both converters; null where there is none. */
function converters({ dacStep, inputBound, adcStep, outputBound }: Periphery): Explained['forward'] {
  const bits = (step: number, bound: number) => (step > 0 ? Math.log2(1 + (2 * bound) / step) : null);
  return {
    dacBits: bits(dacStep, inputBound),
    adcBits: bits(adcStep, outputBound),
    inputBound: inputBound || null,
    outputBound: outputBound || null,
  };
}

function arraysOf(
  { layers }: TrainSettings,
  width: number,
  { tileRows, tileColumns }: ResolvedCrossbar,
): Explained['arrays'] {
  return layers.map((units, i) => {
    const inputs = i === 0 ? width : layers[i - 1];
    const [rows, columns] = [tileRows || inputs, tileColumns || units];
    return { layer: i, inputs, units, arrays: Math.ceil(inputs / rows) * Math.ceil(units / columns) };
  });
}

/** Trains a few microbatches, and counts. */
async function probed(
  settings: TrainSettings,
  train: Dataset,
  products: Awaited<ReturnType<typeof productsOf>>,
): Promise<Pick<Explained, 'ledger' | 'learned'>> {
  const samples = firstOf(train, Math.min(train.count, trained * settings.microbatch));
  const pipeline = pipelineOf(
    {
      ...{ ...settings, microbatches: trained, runtime: 'inline', running: 0 },
      epochs: Math.ceil((trained * settings.microbatch) / samples.count),
    },
    { samples, products },
  );
  const { hardware, throughput } = await lastValueFrom(
    run(pipeline, inline({ stages: 1 })).pipe(measure(allMeasures)),
  );
  const model = energyModels[settings.energy ?? 'hermes'];
  const counts = { learned: throughput.samples, predicted: 0 };
  const ledger: EnergyLedger = energyLedger(hardware.layers, counts, model, settings.endurance);
  return { ledger, learned: throughput.samples };
}
