import type { Measure } from './measure.ts';
import { EpochsCounts, type EpochsGoodness, type GoodnessHistogram } from './parts/epochs-goodness.ts';

export type { EpochsGoodness, GoodnessHistogram } from './parts/epochs-goodness.ts';

/** Histograms that a run which is resumed can go on with. */
export interface GoodnessHistograms extends Measure<readonly GoodnessHistogram[]> {
  /** Those of the first microbatches of the whole run, asked for when the checkpoint behind them has come. */
  before(microbatch: number): readonly GoodnessHistogram[];
}

/** A microbatch whose rows one layer has counted. */
interface Counted extends Pick<EpochsGoodness, 'positive' | 'negative'> {
  readonly layer: number;
  readonly epoch: number;
  readonly microbatch: number;
  /** microbatches of the whole run that were learned from before it */
  readonly rank: number;
}

/**
 * How the goodness of positives and of negatives is spread, layer by layer and epoch by epoch, each row by the weights before it
 * was learned from. It needs a run with `goodnessEvery`; a layer that compares no positives with negatives is left out.
 *
 * @param most     entries that a layer has, an even number: where there would be more, two become one
 * @param earlier  what was counted before the checkpoint that the run goes on from, with the same `most`
 */
export function goodnessHistograms(
  most = 64,
  earlier: readonly GoodnessHistogram[] = [],
): GoodnessHistograms {
  const settled = new EpochsCounts(most, earlier);
  /** of microbatches that some stage has yet to learn from: a checkpoint that is still to come may lie before them */
  let recent: Counted[] = [];
  let [stages, from, sent] = [1, 0, 0];
  /** learning microbatches that each stage has forwarded, and the newest that it has weighed */
  const forwarded: number[] = [];
  const weighed: number[] = [];
  /** the first microbatch that was learned from in each epoch */
  const begins: { readonly epoch: number; readonly microbatch: number; readonly rank: number }[] = [];
  const before = earlier.flatMap(({ epochs }) => epochs.map(({ to }) => to));
  if (before.length > 0) begins.push({ epoch: Math.max(...before), microbatch: 0, rank: 0 });

  const settle = (): void => {
    if (recent.length === 0 || weighed.length < stages) return;
    const newest = Math.min(...Array.from({ length: stages }, (_, stage) => weighed[stage] ?? -1));
    for (const one of recent) if (one.microbatch <= newest) count(settled, one);
    recent = recent.filter(({ microbatch }) => microbatch > newest);
  };
  const upTo = (rank: number): readonly GoodnessHistogram[] => {
    const counts = settled.copy();
    for (const one of recent) if (one.rank < rank) count(counts, one);
    return counts.value(begins.findLast((begin) => begin.rank < rank)?.epoch);
  };
  return {
    add(event) {
      if (event.kind === 'start') [stages, from] = [event.stages, event.from ?? 0];
      if (event.kind === 'arrival' && event.purpose === 'learn') {
        const { epoch, microbatch } = event;
        if (begins.at(-1)?.epoch !== epoch) begins.push({ epoch, microbatch, rank: from + sent });
        sent++;
      }
      if (event.kind !== 'op' || event.purpose !== 'learn' || event.again) return;
      const { op, stage, microbatch } = event;
      if (op === 'W') {
        weighed[stage] = microbatch;
        settle();
      }
      if (op !== 'F') return;
      const rank = from + (forwarded[stage] ?? 0);
      forwarded[stage] = (forwarded[stage] ?? 0) + 1;
      const epoch = begins.findLast((begin) => begin.microbatch <= microbatch)?.epoch ?? 0;
      for (const { layer, positiveCounts: positive, negativeCounts: negative } of event.layers ?? [])
        if (positive && negative) recent.push({ layer, epoch, microbatch, rank, positive, negative });
    },
    value: () => upTo(Number.POSITIVE_INFINITY),
    before: upTo,
  };
}

function count(into: EpochsCounts, { layer, epoch, positive, negative }: Counted): void {
  into.add(layer, epoch, { microbatches: 1, positive, negative });
}
