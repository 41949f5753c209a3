// A measure of your own: a fold over the trace. This one counts how often each stage had to wait for credit.
import type { Measure } from 'forwardflow/extend';

/** How often stages were blocked, by stage. */
export function timesBlocked(): Measure<ReadonlyMap<number, number>> {
  const times = new Map<number, number>();
  return {
    add(event) {
      if (event.kind === 'blocked') times.set(event.stage, (times.get(event.stage) ?? 0) + 1);
    },
    value: () => times,
  };
}
