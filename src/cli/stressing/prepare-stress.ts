import { type OpenLine, shifted } from '../../extend.ts';
import { type Pipeline, type Runtime, virtual } from '../../index.ts';
import { readGate } from '../../report.ts';
import { devicesOf, runtimeOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { lineOf } from './specs/line-of.ts';
import { shiftOf } from './specs/shift-of.ts';
import { sourceOf } from './specs/source-of.ts';
import { asTraining, stressPipeline } from './stress-pipeline.ts';
import { gatesIn, type StressSettings } from './stress-settings.ts';

/** A stream, ready to be run. */
export interface PreparedStress {
  readonly settings: StressSettings;
  readonly pipeline: Pipeline;
  /** the line that settings describe; of a search for the capacity there is none */
  line(): Promise<OpenLine>;
  readonly runtime: Runtime;
}

/** @throws {Error} one sentence, where a setting does not fit or the source can't be read */
export async function prepareStress(settings: StressSettings): Promise<PreparedStress> {
  const { source, seed, label, classes, unusable, shift, scaling } = settings;
  for (const gate of gatesIn(settings)) readGate(gate);
  const known = { seed, label, classes, unusable, window: windowOf(settings), stdin: process.stdin };
  const found = await sourceOf(source, known);
  const shifts = shift === undefined ? [] : shift.split(';').map(shiftOf);
  const stream = shifts.length > 0 ? shifted(found.stream, shifts, { seed }) : found.stream;
  const products = await productsOf(settings);
  const scales = scaling === 'running' || (scaling === 'auto' && stream.numbers === 'floats');
  const pipeline = stressPipeline(settings, { stream, labelPlace: found.labelPlace, scales }, products);
  const runtime = settings.timing
    ? await timingOnly(settings, pipeline)
    : await runtimeOf(asTraining(settings), pipeline);
  return { settings, pipeline, line: () => lineOf(settings, stream), runtime };
}

async function timingOnly(settings: StressSettings, pipeline: Pipeline): Promise<Runtime> {
  if (settings.runtime !== 'virtual')
    throw new Error(`timing must be left out with runtime '${settings.runtime}'; got true`);
  const { count: devices } = await devicesOf(asTraining(settings), pipeline);
  return virtual({ devices, macsPerSecond: settings.macsPerSecond, learning: false });
}

/** Samples of a file that are held: those that wait, those whose label has not come, and some to read ahead. */
function windowOf({ room, labelDelay, microbatch }: StressSettings): number {
  return Math.max(4096, 2 * (labelDelay + (room + 4) * microbatch));
}
