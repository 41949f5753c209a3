import { must } from '../../core/check.ts';
import { constant } from '../../distributions/constant.ts';
import { partition } from '../../graph/partition.ts';
import type { StageCosts } from '../scenario.ts';

/** What one layer costs, as it was measured: nanoseconds a microbatch. */
export interface LayerProfile {
  readonly name: string;
  readonly F: number;
  readonly B: number;
  readonly W: number;
  readonly U: number;
  /** bytes of what it sends on, which it keeps until its W; left out, unknown */
  readonly activationBytes?: number;
  /** bytes of its weights; left out, unknown */
  readonly parameterBytes?: number;
  /** the stage that whoever made the profile put it in, from 0; left out, none */
  readonly stage?: number;
}

/** A pipeline's costs, layer by layer. */
export interface Profile {
  readonly layers: readonly LayerProfile[];
  /** nanoseconds from one stage's sending to the next one's beginning, where that was measured */
  readonly linkLatency?: number;
}

/**
 * The layers of so many stages, each of consecutive ones: cut as the profile's own stages are, where those are as many, else so
 * that the dearest stage is as cheap as can be.
 *
 * @param shares  what layers are taken to cost when they are shared out; left out, their costs [layers]
 * @throws {RangeError} when there are more stages than layers, or a cost is no time
 */
export function groupsOfProfile(
  { layers }: Profile,
  stages: number,
  shares: readonly number[] = layers.map(({ F, B, W, U }) => F + B + W + U),
): LayerProfile[][] {
  must(stages <= layers.length, 'stages', `at most ${layers.length}, the layers of the profile`, stages);
  for (const layer of layers) {
    for (const op of ['F', 'B', 'W', 'U'] as const) {
      const cost = layer[op];
      must(Number.isFinite(cost) && cost >= 0, `${op} of layer ${layer.name}`, 'a time, 0 or more', cost);
    }
  }
  let from = 0;
  return (stagedCounts(layers, stages) ?? partition(shares, stages)).map((count) => {
    from += count;
    return layers.slice(from - count, from);
  });
}

/** What each of so many stages costs. */
export function stagesOfProfile(profile: Profile, stages: number): StageCosts[] {
  return groupsOfProfile(profile, stages).map((own) => {
    const sum = (op: 'F' | 'B' | 'W' | 'U') => constant(own.reduce((total, layer) => total + layer[op], 0));
    return { F: sum('F'), B: sum('B'), W: sum('W'), U: sum('U') };
  });
}

/** Layers of each stage where the profile names as many stages itself, in order. */
function stagedCounts(layers: readonly LayerProfile[], stages: number): number[] | undefined {
  const counts: number[] = [];
  for (const { stage } of layers) {
    if (stage === undefined || (stage !== counts.length && stage !== counts.length - 1)) return undefined;
    counts[stage] = (counts[stage] ?? 0) + 1;
  }
  return counts.length === stages ? counts : undefined;
}

/** What the layers of each stage send on, keep and weigh; undefined where the profile doesn't say.  [stages] */
export interface StageBytes {
  /** of the last layer's activity */
  readonly sent: readonly number[] | undefined;
  /** of all layers' activities */
  readonly held: readonly number[] | undefined;
  readonly weights: readonly number[] | undefined;
}

/** @throws {RangeError} as `groupsOfProfile` does */
export function bytesOfProfile(profile: Profile, stages: number): StageBytes {
  const groups = groupsOfProfile(profile, stages);
  const known = (field: 'activationBytes' | 'parameterBytes') =>
    profile.layers.every((layer) => layer[field] !== undefined);
  const sum = (field: 'activationBytes' | 'parameterBytes') =>
    known(field)
      ? groups.map((own) => own.reduce((total, layer) => total + (layer[field] ?? 0), 0))
      : undefined;
  return {
    sent: known('activationBytes') ? groups.map((own) => own.at(-1)?.activationBytes ?? 0) : undefined,
    held: sum('activationBytes'),
    weights: sum('parameterBytes'),
  };
}
