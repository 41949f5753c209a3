import { blocking, gpipe, interleaved, oneFOneB, pipedream, stream, zbH1, zbH2, zbV } from '../../index.ts';
import {
  chimera,
  dualpipe,
  pffAllLayers,
  pffSingleLayer,
  pipedream2bw,
  type SchedulePlan,
} from '../../simulation.ts';

export interface ScheduleOptions {
  readonly chunks?: number | undefined;
  readonly wraps?: 'first' | 'all' | undefined;
}

/** The schedules by the names that commands know. */
const byName = {
  stream: () => stream(),
  'mono-forward': () => stream(),
  blocking: () => blocking(),
  gpipe: () => gpipe(),
  'gpipe-recompute': () => gpipe({ recompute: true }),
  '1f1b': () => oneFOneB(),
  'interleaved-1f1b': ({ chunks, wraps }: ScheduleOptions) =>
    interleaved({ ...(chunks && { chunks }), ...(wraps && { wraps }) }),
  'zb-h1': () => zbH1(),
  'zb-h2': () => zbH2(),
  'zb-v': () => zbV(),
  chimera: () => chimera(),
  dualpipe: () => dualpipe(),
  pipedream: () => pipedream(),
  'pipedream-2bw': () => pipedream2bw(),
  'pff-single-layer': () => pffSingleLayer(),
  'pff-all-layers': () => pffAllLayers(),
} as const;

export type ScheduleName = keyof typeof byName;
export const scheduleNames = Object.keys(byName) as ScheduleName[];
const also: Readonly<Record<string, ScheduleName>> = { interleaved: 'interleaved-1f1b', ff: 'stream' };

/** @throws {Error} where there is no such schedule, with those there are */
export function scheduleNamed(name: string): ScheduleName {
  const known = also[name] ?? name;
  if (known in byName) return known as ScheduleName;
  throw new Error(`schedule must be one of ${scheduleNames.join(', ')}; got '${name}'`);
}

export function schedulePlan(name: ScheduleName, options: ScheduleOptions = {}): SchedulePlan {
  return byName[name](options);
}

/**
 * How many products of each kind a stage makes for a sample, in units of one: a Forward-Forward layer reads and correlates
 * its positive and its negative, Mono-Forward one row, and backprop one row with an input gradient.
 */
export function unitsOf(name: ScheduleName): { readonly F: number; readonly B: number; readonly W: number } {
  if (name === 'mono-forward') return { F: 1, B: 0, W: 1 };
  if (name === 'stream' || name.startsWith('pff')) return { F: 2, B: 0, W: 2 };
  return { F: 1, B: 1, W: 1 };
}

/** The learning rule whose layers a schedule is timed for. */
export function ruleOf(name: ScheduleName): 'ff' | 'mono-forward' | 'backprop' {
  if (name === 'mono-forward') return name;
  return isLocal(name) ? 'ff' : 'backprop';
}

/** whether a schedule's layers learn where they stand */
export function isLocal(name: ScheduleName): boolean {
  return unitsOf(name).B === 0;
}
