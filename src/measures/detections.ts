import { must } from '../core/check.ts';
import type { LayerFigures, OpEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';

/** A change that was noticed. */
export interface Detection {
  /** index in the stream of the last sample that was looked at */
  readonly at: number;
  readonly detector: string;
  /** `error`, or the layer whose margin has changed: `layer 1` */
  readonly on: string;
}

/** What a detector must be for a measure to run it; those of `forwardflow/extend` are. */
export interface Watcher {
  readonly name: string;
  readonly takes: 'bits' | 'shares' | 'numbers';
  make(): { update(value: number): 'stable' | 'warning' | 'drift' };
}

export interface DetectionsOptions {
  /** run on the error; those that take any numbers on each layer's margin too */
  readonly detectors: readonly Watcher[];
}

/** What detectors have found, and where the errors go in: as `scored` of `prequential`. */
export interface DetectionsMeasure extends Measure<readonly Detection[]> {
  error(at: number, error: 0 | 1): void;
}

/** detections that are kept */
const most = 10_000;

/**
 * Runs detectors on the prequential error, sample by sample, and on each layer's margin, microbatch by microbatch: the margin of
 * predictions that try every label, which takes no label; where a layer tells none, positive − negative goodness of what it learns
 * from. The layer that notices a change first is the one whose detection has the lowest `at`.
 */
export function detections({ detectors }: DetectionsOptions): DetectionsMeasure {
  const names = new Set(detectors.map(({ name }) => name));
  must(names.size === detectors.length, 'names of detectors', 'different', [...names]);
  const found: Detection[] = [];
  const onError = detectors.map((one) => one.make());
  const onLayers = new Map<number, ReturnType<Watcher['make']>[]>();
  const numeric = detectors.filter(({ takes }) => takes === 'numbers');
  /** of microbatches on their way, the index of their last sample, and how many stages have to tell of them */
  const lastOf = new Map<number, { readonly at: number; left: number }>();
  const predicting = new Set<number>();
  let [stages, learned, predicted] = [1, 0, 0];
  const note = (at: number, detector: string, on: string): void => {
    if (found.length < most) found.push({ at, detector, on });
  };
  const marginOf = (event: OpEvent, figures: LayerFigures): number | undefined => {
    const { layer, margin, positiveGoodness: positive, negativeGoodness: negative } = figures;
    if (event.purpose !== 'learn') {
      if (margin !== undefined) predicting.add(layer);
      return margin;
    }
    if (predicting.has(layer) || positive === undefined || negative === undefined) return undefined;
    return positive - negative;
  };
  const watch = (layer: number, value: number, at: number): void => {
    let watchers = onLayers.get(layer);
    if (watchers === undefined) {
      watchers = numeric.map((one) => one.make());
      onLayers.set(layer, watchers);
    }
    for (const [i, one] of watchers.entries())
      if (one.update(value) === 'drift') note(at, numeric[i].name, `layer ${layer}`);
  };
  return {
    error(at, error) {
      for (const [i, one] of onError.entries())
        if (one.update(error) === 'drift') note(at, detectors[i].name, 'error');
    },
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.of === undefined) {
        const { rows, purpose, ids, microbatch } = event;
        if (purpose === 'learn') learned += rows;
        else predicted += rows;
        const seen = purpose === 'learn' ? learned : predicted;
        lastOf.set(microbatch, { at: ids?.[rows - 1] ?? seen - 1, left: stages });
      } else if (event.kind === 'op' && event.op === 'F' && !event.again) {
        const last = lastOf.get(event.microbatch);
        if (last === undefined) return;
        if (--last.left === 0) lastOf.delete(event.microbatch);
        for (const figures of event.layers ?? []) {
          const margin = marginOf(event, figures);
          if (margin !== undefined && Number.isFinite(margin)) watch(figures.layer, margin, last.at);
        }
      }
    },
    value: () => [...found],
  };
}
