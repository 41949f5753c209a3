import { must } from '../core/check.ts';
import { constant } from '../distributions/constant.ts';
import { partition } from '../graph/partition.ts';
import type { StageCosts } from './scenario.ts';

/** What one layer costs, as it was measured: nanoseconds a microbatch. */
export interface LayerProfile {
  readonly name: string;
  readonly F: number;
  readonly B: number;
  readonly W: number;
  readonly U: number;
  /** bytes of what it sends on; left out, unknown */
  readonly activationBytes?: number;
}

/** A pipeline's costs, layer by layer. */
export interface Profile {
  readonly layers: readonly LayerProfile[];
  /** nanoseconds from one stage's sending to the next one's beginning, where that was measured */
  readonly linkLatency?: number;
}

/**
 * The layers of so many stages, each of consecutive ones, cut so that the dearest stage is as cheap as can be.
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
  return partition(shares, stages).map((count) => {
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

const node = /^(\S+) -- (.*) -- (.*)$/;

/**
 * Reads a profile as PipeDream writes it (`graph.txt`): a line for each layer, `node1 -- name -- forward_compute_time=…,
 * backward_compute_time=…, activation_size=…, parameter_size=…` in milliseconds and bytes, then the edges, which are
 * left aside: layers are taken in the order of the file. A backward is taken for B and W in equal parts.
 *
 * @throws {RangeError} when a line of a layer lacks a time, or there is none
 */
export function readGraph(text: string): Profile {
  const layers: LayerProfile[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('\t')) continue;
    const [, id, name, rest] = line.match(node) ?? [];
    if (rest === undefined)
      throw new RangeError(`line ${i + 1} of a graph must be a layer or an edge; got '${line}'`);
    const field = (of: string): number => {
      const value = rest.match(new RegExp(`(?:^|[ ,])${of}=\\[?([^,\\]\\s]+)`))?.[1];
      const number = Number(value);
      must(
        value !== undefined && Number.isFinite(number) && number >= 0,
        `${of} of ${id} in line ${i + 1}`,
        'a number, 0 or more',
        value,
      );
      return number;
    };
    const backward = 1e6 * field('backward_compute_time');
    layers.push({
      name,
      F: nanoseconds(1e6 * field('forward_compute_time')),
      B: nanoseconds(backward / 2),
      W: nanoseconds(backward / 2),
      U: 0,
      activationBytes: field('activation_size'),
    });
  }
  must(layers.length > 0, 'layers of a graph', 'one or more', 0);
  return { layers };
}

/** Whole where that changes next to nothing. */
function nanoseconds(time: number): number {
  return time < 2 ** 16 ? time : Math.round(time);
}
