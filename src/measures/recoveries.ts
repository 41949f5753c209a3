import type { FaultEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';

export interface Recovery {
  /** the whole fault in words */
  readonly fault: string;
  readonly stage?: number;
  /** from the fault until all was as before; null where the run ended before */
  readonly seconds: number | null;
}

/** faults after which a backlog has to be worked off */
const slowing = new Set(['pause', 'slow', 'clock-jump', 'full-disk']);

/**
 * How long each fault was felt. After one that stops or slows a stage: until no more microbatches are sent in that the stage (left out:
 * the slowest) has not learned from than when it struck, and at most one. After any other, such as `kill`: until the first update of
 * that stage which it had not made before. At most 1,000 are kept.
 */
export function recoveries(): Measure<readonly Recovery[]> {
  const learning = new Learning();
  const all: { readonly event: FaultEvent; readonly backlog: number; end: number | undefined }[] = [];
  let stages = 1;
  const backlog = (stage: number | undefined): number => {
    const { byStage, microbatches } = learning;
    const done =
      stage === undefined
        ? Math.min(...Array.from({ length: stages }, (_, i) => byStage[i] ?? 0))
        : (byStage[stage] ?? 0);
    return microbatches - done;
  };
  return {
    add(event) {
      learning.add(event);
      if (event.kind === 'start') stages = event.stages;
      if (event.kind === 'fault' && all.length < 1000)
        all.push({ event, backlog: backlog(event.stage), end: undefined });
      if (event.kind !== 'op' || event.op !== 'U' || event.again) return;
      for (const one of all) {
        const { fault, stage, start } = one.event;
        if (one.end !== undefined || (stage ?? event.stage) !== event.stage || event.end <= start) continue;
        if (!slowing.has(fault) || backlog(stage) <= Math.max(1, one.backlog)) one.end = event.end;
      }
    },
    value: () =>
      all.map(({ event: { what, stage, start }, end }) => ({
        fault: what,
        ...(stage !== undefined && { stage }),
        seconds: end === undefined ? null : (end - start) / 1e9,
      })),
  };
}
