import type { TraceEvent } from '../core/trace.ts';
import type { Measure } from './measure.ts';

/** How a stage spent the learning window: shares of it that sum to 1. */
export interface Shares {
  readonly busy: number;
  /** no input */
  readonly starved: number;
  /** no credit to send */
  readonly blocked: number;
  /** the rest: links, scheduling, tracing, and waiting for a processor */
  readonly communicating: number;
}

export interface Utilisation {
  readonly stages: readonly Shares[];
  /** mean over the stages of starved + blocked, as a share of the whole window */
  readonly bubble: number;
}

interface Sums {
  busy: number;
  starved: number;
  blocked: number;
}

interface Stage {
  /** up to its last update */
  readonly learning: Sums;
  /** up to now */
  readonly all: Sums;
  lastUpdate: number;
}

/**
 * What each stage did from the first arrival to the last update of any stage. A stage that has made its last update is
 * starved until the others have made theirs; running predictions count as busy, the test set lies outside.
 */
export function utilisation(): Measure<Utilisation> {
  const stages: Stage[] = [];
  let first: number | undefined;
  const add = (stage: Stage, kind: keyof Sums, event: { start: number; end: number }): void => {
    stage.all[kind] += Math.max(0, event.end - Math.max(event.start, first ?? event.end));
  };
  return {
    add(event: TraceEvent) {
      if (event.kind === 'arrival') first ??= event.start;
      if (event.kind !== 'op' && event.kind !== 'starved' && event.kind !== 'blocked') return;
      stages[event.stage] ??= { learning: zero(), all: zero(), lastUpdate: 0 };
      const stage = stages[event.stage];
      add(stage, event.kind === 'op' ? 'busy' : event.kind, event);
      if (event.kind === 'op' && event.op === 'U') {
        Object.assign(stage.learning, stage.all);
        stage.lastUpdate = event.end;
      }
    },
    value() {
      const from = first ?? 0;
      const end = Math.max(...stages.map(({ lastUpdate }) => lastUpdate));
      const window = end - from;
      if (!(window > 0)) return { stages: stages.map(() => ({ ...zero(), communicating: 0 })), bubble: 0 };
      const shares = stages.map(({ learning, lastUpdate }): Shares => {
        const busy = learning.busy / window;
        const starved = (learning.starved + end - lastUpdate) / window;
        const blocked = learning.blocked / window;
        return { busy, starved, blocked, communicating: Math.max(0, 1 - busy - starved - blocked) };
      });
      const idle = shares.reduce((sum, { starved, blocked }) => sum + starved + blocked, 0);
      return { stages: shares, bubble: idle / shares.length };
    },
  };
}

function zero(): Sums {
  return { busy: 0, starved: 0, blocked: 0 };
}
