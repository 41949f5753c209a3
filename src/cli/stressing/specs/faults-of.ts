import { existsSync } from 'node:fs';
import {
  type Fault,
  isDataFault,
  type MachineFault,
  pathRefusal,
  randomFaults,
  spoilt,
} from '../../../extend.ts';
import type { Pipeline, SampleStream } from '../../../index.ts';
import { parseJson, readText } from '../../settings/files/text-file.ts';
import { devicesOf } from '../../values/network.ts';
import { asTraining } from '../stress-pipeline.ts';
import type { StressSettings } from '../stress-settings.ts';
import { readFaults } from './read-faults.ts';

/** What is to be broken. */
export interface PlannedFaults {
  readonly machine: readonly MachineFault[];
  /** the pipeline, its stream with the faults of the data */
  readonly pipeline: Pipeline;
}

/**
 * What `--faults` plans: `random:<seed>`, or a JSON file, a list such as
 * `[{ "fault": "kill", "stage": 1, "at": 1200 }, { "fault": "pause", "stage": 0, "at": "5s", "lasts": "500ms" }]`.
 *
 * @throws {Error} one sentence that names the fault and the field
 */
export async function faultsOf(settings: StressSettings, pipeline: Pipeline): Promise<PlannedFaults> {
  const faults = await planOf(settings, pipeline);
  const machine = faults.filter((fault) => !isDataFault(fault));
  const data = faults.filter(isDataFault);
  const samples = pipeline.samples as SampleStream;
  return {
    machine,
    pipeline: data.length === 0 ? pipeline : { ...pipeline, samples: spoilt(samples, data) },
  };
}

async function planOf(settings: StressSettings, pipeline: Pipeline): Promise<readonly Fault[]> {
  const { faults: spec } = settings;
  if (spec === undefined) return [];
  const [, seed] = /^random:(\d+)$/.exec(spec) ?? [];
  if (seed !== undefined) return randomFaults(Number(seed), await breakable(settings, pipeline));
  if (!existsSync(spec))
    throw new Error(pathRefusal('faults', 'random:<seed>, such as random:1, or a file', spec, ['random']));
  const plan = parseJson(await readText(spec, `faults ${spec}`), `faults ${spec}`);
  try {
    return readFaults(plan);
  } catch (error) {
    throw new Error(`${spec}: ${(error as Error).message}`, { cause: error });
  }
}

/** What a random plan may break: the stages, in the time that the stream takes. */
async function breakable(settings: StressSettings, pipeline: Pipeline) {
  const { microbatch = 100, line, microbatches } = pipeline;
  const { count: stages } = await devicesOf(asTraining(settings), pipeline);
  const perSecond = line?.arrivals.rate ?? 0;
  const come = Math.floor((perSecond * (line?.lasts ?? 0)) / 1e9 / microbatch);
  const all = Math.max(1, Math.min(microbatches ?? Number.POSITIVE_INFINITY, come || 1000));
  const kinds = ['kill', 'pause', 'slow'] as const;
  return { stages, microbatches: all, ...(settings.runtime === 'virtual' && { kinds }) };
}
