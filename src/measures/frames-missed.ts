import type { Measure } from './measure.ts';

export interface FramesMissed {
  /** frames that were lost before they went in, or predicted too late */
  readonly missed: number;
  /** the same as a share of those that were lost or predicted, 0 to 1 */
  readonly share: number;
}

/**
 * Frames that a line has missed: those that were lost before they went in, and those whose prediction came later than `within` after they were to come.
 *
 * @param within  nanoseconds: the time in which a microbatch of frames comes, and one frame more, is what none that keeps up takes
 */
export function framesMissed(within: number): Measure<FramesMissed> {
  const asked = new Map<number, Float64Array>();
  let [missed, seen] = [0, 0];
  return {
    add(event) {
      if (event.kind === 'arrival' && event.purpose !== 'learn' && event.intended)
        asked.set(event.microbatch, event.intended);
      else if (event.kind === 'lost' && event.microbatch === undefined) {
        missed += event.rows ?? 0;
        seen += event.rows ?? 0;
      } else if (event.kind === 'prediction') {
        for (const at of asked.get(event.microbatch) ?? []) {
          seen++;
          if (event.start - at > within) missed++;
        }
        asked.delete(event.microbatch);
      }
    },
    value: () => ({ missed, share: seen === 0 ? 0 : missed / seen }),
  };
}
