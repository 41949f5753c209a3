import type { Measure } from '../../src/extend.ts';
import type { TraceEvent } from '../../src/index.ts';

/** What became of the frames of an open line. */
export interface Missed {
  /** that came */
  readonly offered: number;
  /** that found no room */
  readonly dropped: number;
  /** that some stage had not learned from in time */
  readonly late: number;
}

/**
 * Counts frames that are missed: dropped, or learned from by the last stage to do so more than `limit` after they were to come.
 * What is still inside at the end was not learned in time either.
 *
 * @param limit  nanoseconds
 */
export function missedFrames(limit: number): Measure<Missed> {
  let [stages, offered, dropped, inTime, entered] = [1, 0, 0, 0, 0];
  const inside = new Map<number, { readonly intended: Float64Array; left: number }>();
  const learned: number[] = [];
  return {
    add(event: TraceEvent) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'tally') offered = event.offered;
      else if (event.kind === 'lost') dropped += event.rows ?? 0;
      else if (event.kind === 'arrival' && event.purpose === 'learn' && event.intended) {
        entered += event.rows;
        inside.set(event.microbatch, { intended: event.intended, left: stages });
      } else if (event.kind === 'op' && event.op === 'U') {
        const before = learned[event.stage] ?? -1;
        learned[event.stage] = event.microbatch;
        for (const [microbatch, one] of inside) {
          if (microbatch > event.microbatch) break;
          if (microbatch <= before || --one.left > 0) continue;
          inside.delete(microbatch);
          for (const at of one.intended) if (event.end - at <= limit) inTime++;
        }
      }
    },
    value: () => ({ offered, dropped, late: entered - inTime }),
  };
}
