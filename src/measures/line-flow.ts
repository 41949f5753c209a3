import type { LostEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';
import { LostInside } from './parts/lost-inside.ts';

/** Where the samples of an open line are. */
export interface LineFlow {
  /** that have come */
  readonly offered: number;
  /** learned from by every stage */
  readonly learned: number;
  /** by reason, and of those lost between stages by edge: `drop-oldest`, `drop-oldest at edge 1` */
  readonly dropped: { readonly total: number; readonly byReason: Readonly<Record<string, number>> };
  /** that wait in front of the pipeline or are inside */
  readonly inFlight: number;
  /** that wait in front of the pipeline */
  readonly waiting: number;
  /** the same of this run alone, where it goes on from another */
  readonly here: { readonly offered: number; readonly learned: number };
  /** tallies at which offered = learned + dropped + in flight held, and at which it did not, in words */
  readonly held: number;
  readonly violations: readonly string[];
}

/**
 * Counts what comes, is learned from, is dropped and is on its way, each by itself, and checks at every tally that they add up:
 * offered = learned + dropped + in flight.
 *
 * What has come is counted by the plan, what was learned from by updates, what was dropped by its losses, what waits by a look at
 * the queue, what is inside by the microbatches that some stage has yet to learn from. A microbatch that is lost between two stages
 * is dropped once, though the stages below have learned from it.
 */
export function lineFlow(): Measure<LineFlow> {
  let [offered, waiting, held, entered, total] = [0, 0, 0, 0, 0];
  const byReason: Record<string, number> = {};
  const violations: string[] = [];
  const learning = new Learning();
  const inside = new LostInside();
  /** samples learned from [stages] */
  const learned: number[] = [];
  let stages = 1;
  let lossy = false;
  /** of a run that goes on: samples sent and dropped in the runs before, as its first tally has them */
  let before: { readonly sent: number; readonly dropped: number } | undefined = { sent: 0, dropped: 0 };
  const everywhere = (): number =>
    lossy
      ? learning.learned
      : (before?.sent ?? 0) + Math.min(...Array.from({ length: stages }, (_, s) => learned[s] ?? 0));
  const earlier = (): number => (before ? before.sent + before.dropped : 0);
  const lose = (event: LostEvent): void => {
    const { rows = 0, reason = 'no room', stage = 0 } = event;
    const name = stage > 0 ? `${reason} at edge ${stage}` : reason;
    byReason[name] = (byReason[name] ?? 0) + rows;
    if (event.microbatch === undefined) total += rows;
    else inside.add(event, learning);
  };
  return {
    add(event) {
      // before it is no longer inside
      if (event.kind === 'lost') lose(event);
      learning.add(event);
      if (event.kind === 'start') {
        stages = event.stages;
        lossy = event.drops !== undefined;
        if (event.from) before = undefined;
      } else if (event.kind === 'arrival' && event.purpose === 'learn' && event.intended) {
        entered += event.rows;
      } else if (event.kind === 'op' && event.op === 'U' && !event.again) {
        learned[event.stage] = (learned[event.stage] ?? 0) + event.rows;
      } else if (event.kind === 'tally') {
        ({ offered, waiting } = event);
        if (before === undefined) {
          before = { sent: event.sent - entered, dropped: event.dropped - total };
          entered += before.sent;
          total += before.dropped;
          if (before.dropped > 0) byReason['before the run went on'] = before.dropped;
        }
        let under = 0;
        for (const { arrival } of learning.inside.values()) under += arrival.rows;
        const told = event.sent === entered && event.dropped === total;
        const agrees = !lossy || inside.agrees(entered, learned, under);
        const dropped = total + inside.rows;
        if (offered === everywhere() + dropped + under + waiting && told && agrees) held++;
        else if (violations.length < 10)
          violations.push(
            `at ${(event.start / 1e9).toFixed(1)} s: ${offered} offered; ${everywhere()} learned + ${dropped} dropped + ${under} inside + ${waiting} waiting`,
          );
      }
    },
    value: () => ({
      ...{
        offered,
        learned: everywhere(),
        dropped: { total: total + inside.rows, byReason: { ...byReason } },
      },
      here: { offered: offered - earlier(), learned: everywhere() - (before?.sent ?? 0) },
      ...{ inFlight: entered - everywhere() - inside.rows + waiting, waiting },
      ...{ held, violations: [...violations] },
    }),
  };
}
