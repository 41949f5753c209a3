import type { Measure, TraceEvent } from 'forwardflow/extend';

/** Ops of each kind that a run made. */
export function opsMade(): Measure<Readonly<Record<string, number>>> {
  const made: Record<string, number> = {};
  return {
    add(event: TraceEvent) {
      if (event.kind === 'op') made[event.op] = (made[event.op] ?? 0) + 1;
    },
    value: () => made,
  };
}
