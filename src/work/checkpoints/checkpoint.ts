import { joined, type State, type Stateful } from '../../core/state.ts';

/** What a run has learned and drawn once every stage has learned from its first microbatches: from here it can go on. */
export interface Checkpoint {
  /** microbatches that every stage has learned from */
  readonly microbatch: number;
  /** of the layers, by `layer<index>/…`, and of the source, by `source/…` */
  readonly state: State;
}

/** When states are taken. */
export interface CheckpointRule {
  /** microbatches between two checkpoints, 1 or more */
  readonly every: number;
  /** microbatches behind one update: a state between two updates would have gradients in it */
  readonly flush: number;
  /** microbatches of the whole run; Infinity where it does not end by itself */
  readonly total: number;
}

/** When a run's states are taken; undefined where none are. */
export function ruleOf({
  checkpointEvery: every,
  pipeline: { flush },
  microbatches: total,
}: {
  readonly checkpointEvery?: number | undefined;
  readonly pipeline: { readonly flush: number };
  readonly microbatches: number;
}): CheckpointRule | undefined {
  return every === undefined ? undefined : { every, flush, total };
}

/** Whether a state is taken behind microbatch `count`: at the first update at or behind each multiple of `every`. */
export function isCheckpoint(count: number, { every, flush, total }: CheckpointRule): boolean {
  if (count === 0 || (count % flush !== 0 && count !== total)) return false;
  const before = count - (count % flush === 0 ? flush : count % flush);
  return Math.floor(count / every) > Math.floor(before / every);
}

/** The states of layers under their names. */
export function layerStates(layers: ReadonlyMap<number, Stateful>): Stateful {
  return joined(Object.fromEntries([...layers].map(([index, layer]) => [`layer${index}`, layer])));
}
