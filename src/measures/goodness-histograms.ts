import { goodnessBins } from '../core/trace/goodness-counts.ts';
import type { Measure } from './measure.ts';

/** Rows of some epochs by their goodness; bins as `goodnessEdges` says. */
export interface EpochsGoodness {
  /** the first of the epochs and the last, from 0 */
  readonly from: number;
  readonly to: number;
  /** microbatches whose rows were counted */
  readonly microbatches: number;
  /** positive rows, and negative ones [goodnessBins] */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

export interface GoodnessHistogram {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** those in which rows were counted, in their order; each of one epoch unless there are too many */
  readonly epochs: readonly EpochsGoodness[];
}

interface Counts {
  microbatches: number;
  readonly positive: number[];
  readonly negative: number[];
}

/**
 * How the goodness of positives and of negatives is spread, layer by layer and epoch by epoch, each row by the weights before it
 * was learned from. It needs a run with `goodnessEvery`; a layer that compares no positives with negatives is left out.
 *
 * @param most  entries that a layer has, an even number: where there would be more, two become one
 */
export function goodnessHistograms(most = 64): Measure<readonly GoodnessHistogram[]> {
  /** epochs of an entry */
  let length = 1;
  /** the first microbatch that was learned from in each epoch */
  const begins: { readonly epoch: number; readonly microbatch: number }[] = [];
  const layers: (Counts | undefined)[][] = [];
  const epochOf = (microbatch: number): number =>
    begins.findLast((begin) => begin.microbatch <= microbatch)?.epoch ?? 0;
  const halve = (): void => {
    length *= 2;
    layers.forEach((entries, layer) => {
      const halves: (Counts | undefined)[] = [];
      for (const [i, one] of entries.entries()) {
        if (one === undefined) continue;
        halves[i >> 1] ??= empty();
        add(halves[i >> 1] as Counts, one);
      }
      layers[layer] = halves;
    });
  };
  const lastOf = (entry: number): number =>
    Math.min((entry + 1) * length - 1, begins.at(-1)?.epoch ?? Number.POSITIVE_INFINITY);
  return {
    add(event) {
      if (event.kind === 'arrival' && event.purpose === 'learn' && begins.at(-1)?.epoch !== event.epoch)
        begins.push({ epoch: event.epoch, microbatch: event.microbatch });
      if (event.kind !== 'op' || event.op !== 'F' || event.purpose !== 'learn' || event.again) return;
      for (const { layer, positiveCounts: positive, negativeCounts: negative } of event.layers ?? []) {
        if (positive === undefined || negative === undefined) continue;
        const epoch = epochOf(event.microbatch);
        while (epoch >= most * length) halve();
        const entry = Math.floor(epoch / length);
        layers[layer] ??= [];
        layers[layer][entry] ??= empty();
        add(layers[layer][entry] as Counts, { microbatches: 1, positive, negative });
      }
    },
    value: () =>
      layers.flatMap((entries, layer) => ({
        layer,
        epochs: entries.flatMap((one, i) =>
          one === undefined
            ? []
            : {
                ...{ from: i * length, to: lastOf(i), microbatches: one.microbatches },
                ...{ positive: [...one.positive], negative: [...one.negative] },
              },
        ),
      })),
  };
}

function empty(): Counts {
  const zeros = (): number[] => new Array<number>(goodnessBins).fill(0);
  return { microbatches: 0, positive: zeros(), negative: zeros() };
}

function add(into: Counts, one: Pick<EpochsGoodness, 'microbatches' | 'positive' | 'negative'>): void {
  into.microbatches += one.microbatches;
  for (let b = 0; b < goodnessBins; b++) {
    into.positive[b] += one.positive[b];
    into.negative[b] += one.negative[b];
  }
}
