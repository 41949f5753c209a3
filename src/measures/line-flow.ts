import type { Measure } from './measure.ts';

/** Where the samples of an open line are. */
export interface LineFlow {
  /** that have come */
  readonly offered: number;
  /** learned from by every stage */
  readonly learned: number;
  readonly dropped: { readonly total: number; readonly byReason: Readonly<Record<string, number>> };
  /** that wait in front of the pipeline or are inside */
  readonly inFlight: number;
  /** that wait in front of the pipeline */
  readonly waiting: number;
  /** tallies at which offered = learned + dropped + in flight held, and at which it did not, in words */
  readonly held: number;
  readonly violations: readonly string[];
}

/**
 * Counts what comes, is learned from, is dropped and is on its way, each by itself, and checks at every tally that they add up:
 * offered = learned + dropped + in flight.
 *
 * What has come is counted by the plan, what was learned from by updates, what was dropped by its losses, what waits by a look at
 * the queue, what is inside by what was sent in and has not been updated with.
 */
export function lineFlow(): Measure<LineFlow> {
  let [offered, waiting, held, entered, total] = [0, 0, 0, 0, 0];
  const byReason: Record<string, number> = {};
  const violations: string[] = [];
  /** rows of microbatches inside, by their sequence */
  const inside = new Map<number, number>();
  /** samples learned from, and the newest microbatch updated with [stages] */
  const learned: number[] = [];
  let stages = 1;
  const everywhere = (): number => Math.min(...Array.from({ length: stages }, (_, s) => learned[s] ?? 0));
  return {
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.purpose === 'learn' && event.intended) {
        entered += event.rows;
        inside.set(event.microbatch, event.rows);
      } else if (event.kind === 'lost') {
        total += event.rows ?? 0;
        const { reason = 'no room' } = event;
        byReason[reason] = (byReason[reason] ?? 0) + (event.rows ?? 0);
      } else if (event.kind === 'op' && event.op === 'U' && !event.again) {
        learned[event.stage] = (learned[event.stage] ?? 0) + event.rows;
      } else if (event.kind === 'tally') {
        ({ offered, waiting } = event);
        const sum = entered + total + waiting;
        const told = event.sent === entered && event.dropped === total;
        if (offered === sum && told && everywhere() <= entered) held++;
        else if (violations.length < 10)
          violations.push(
            `at ${(event.start / 1e9).toFixed(1)} s: ${offered} offered; ${everywhere()} learned + ${total} dropped + ${entered - everywhere()} inside + ${waiting} waiting`,
          );
      }
    },
    value: () => ({
      ...{ offered, learned: everywhere(), dropped: { total, byReason: { ...byReason } } },
      ...{ inFlight: entered - everywhere() + waiting, waiting, held, violations: [...violations] },
    }),
  };
}
