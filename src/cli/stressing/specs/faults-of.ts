import {
  type DataFault,
  type Fault,
  isDataFault,
  type MachineFault,
  type Moment,
  randomFaults,
  shown,
  spoilt,
} from '../../../extend.ts';
import type { Pipeline, SampleStream } from '../../../index.ts';
import { nearest } from '../../nearest.ts';
import { parseJson, readText } from '../../settings/files/text-file.ts';
import { duration } from '../../settings/quantities.ts';
import type { StressSettings } from '../stress-settings.ts';

/** What is to be broken. */
export interface PlannedFaults {
  readonly machine: readonly MachineFault[];
  /** the pipeline, its stream with the faults of the data */
  readonly pipeline: Pipeline;
  /** nanoseconds for which the disk is full, each time that it is */
  readonly diskFull: readonly number[];
}

/** What each kind of fault has beside its moment: the names of its fields. */
const fields: Readonly<Record<Fault['fault'], readonly string[]>> = {
  kill: ['stage'],
  pause: ['stage', 'lasts'],
  slow: ['stage', 'times', 'lasts'],
  'drop-slot': ['stage'],
  'duplicate-slot': ['stage'],
  'corrupt-slot': ['stage'],
  'clock-jump': ['by'],
  'full-disk': ['lasts'],
  'not-finite': ['sample'],
  'no-such-class': ['sample'],
  'poisoned-label': ['sample'],
};
const kinds = Object.keys(fields);

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
    diskFull: machine.flatMap((one) => (one.fault === 'full-disk' ? [one.lasts] : [])),
  };
}

async function planOf(settings: StressSettings, pipeline: Pipeline): Promise<readonly Fault[]> {
  const { faults: spec } = settings;
  if (spec === undefined) return [];
  const [, seed] = /^random:(\d+)$/.exec(spec) ?? [];
  if (seed !== undefined) return randomFaults(Number(seed), breakable(settings, pipeline));
  if (spec.startsWith('random'))
    throw new Error(`faults must be random:<seed>, such as random:1; got '${spec}'`);
  return readFaults(parseJson(await readText(spec, `faults ${spec}`), `faults ${spec}`), spec);
}

/** What a random plan may break: the stages, in the time that the stream takes. */
function breakable(settings: StressSettings, { microbatch = 100, line, microbatches }: Pipeline) {
  const { layers, workers } = settings;
  const perSecond = line?.arrivals.rate ?? 0;
  const come = Math.floor((perSecond * (line?.lasts ?? 0)) / 1e9 / microbatch);
  const all = Math.max(1, Math.min(microbatches ?? Number.POSITIVE_INFINITY, come || 1000));
  return { stages: workers ?? layers.length, microbatches: all };
}

/** @throws {Error} one sentence */
export function readFaults(plan: unknown, path: string): Fault[] {
  if (!Array.isArray(plan)) throw new Error(`faults ${path} must be a list; got ${shown(plan)}`);
  return plan.map((one: unknown, i) => faultIn(one, `fault ${i + 1} of ${path}`));
}

function faultIn(one: unknown, thing: string): Fault {
  if (typeof one !== 'object' || one === null)
    throw new Error(`${thing} must be an object; got ${shown(one)}`);
  const { fault, at, ...given } = one as Readonly<Record<string, unknown>>;
  if (typeof fault !== 'string' || !kinds.includes(fault))
    throw new Error(
      `fault of ${thing} must be one of ${kinds.join(', ')}; got ${shown(fault)}${nearest(String(fault), kinds)}`,
    );
  const wanted = fields[fault as Fault['fault']];
  const unknown = Object.keys(given).find((key) => !wanted.includes(key));
  if (unknown !== undefined)
    throw new Error(`${thing} must have ${wanted.join(', ')}; got '${unknown}'${nearest(unknown, wanted)}`);
  const values = Object.fromEntries(wanted.map((key) => [key, fieldOf(key, given[key], thing)]));
  if ('sample' in values) return { fault, ...values } as DataFault;
  return { fault, at: momentIn(at, thing), ...values } as MachineFault;
}

function momentIn(at: unknown, thing: string): Moment {
  if (typeof at === 'number' && Number.isSafeInteger(at) && at >= 0) return { microbatch: at };
  if (typeof at === 'string') return { time: duration(`at of ${thing}`, at) };
  throw new Error(
    `at of ${thing} must be a microbatch, such as 1200, or a time, such as "5s"; got ${shown(at)}`,
  );
}

function fieldOf(key: string, value: unknown, thing: string): number {
  const name = `${key} of ${thing}`;
  if (key === 'lasts' && typeof value === 'string') return duration(name, value);
  if (key === 'by' && typeof value === 'string')
    return value.startsWith('-') ? -duration(name, value.slice(1)) : duration(name, value);
  const isTime = key === 'lasts' || key === 'by';
  if (!isTime && typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(
    `${name} must be ${isTime ? 'a time, such as "500ms"' : 'a number, 0 or more'}; got ${shown(value)}`,
  );
}
