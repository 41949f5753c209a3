import type { Measure } from './measure.ts';

export interface Memory {
  /**
   * bytes of activations that each stage held at its worst, for microbatches begun and not yet learned from: their input
   * and what its layers remember of them; microbatches waiting on a link are not counted [stages]
   */
  readonly peakActivationBytes: readonly number[];
  /** weight versions that a stage kept at the same time at its worst */
  readonly weightVersions: number;
}

/** What a stage must hold at its worst. */
export function memory(): Measure<Memory> {
  const peaks: number[] = [];
  let weightVersions = 1;
  return {
    add(event) {
      if (event.kind !== 'op') return;
      peaks[event.stage] = Math.max(peaks[event.stage] ?? 0, event.held);
      weightVersions = Math.max(weightVersions, event.versions);
    },
    value: () => ({ peakActivationBytes: [...peaks], weightVersions }),
  };
}
