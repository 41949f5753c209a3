import type { Measure } from './measure.ts';

export interface Throughput {
  /** learned per second of the learning window, 0 before the first is */
  readonly samplesPerSecond: number;
  /** samples that every stage has learned from */
  readonly samples: number;
  /** the learning window: from the first arrival to the last update of any stage */
  readonly seconds: number;
}

/** Samples learned per second, from the first arrival to the last update: start-up and the test set don't count. */
export function throughput(): Measure<Throughput> {
  const learned = new Map<number, number>();
  let stages = 1;
  let first: number | undefined;
  let last = 0;
  return {
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival') first ??= event.start;
      else if (event.kind === 'op' && event.op === 'U' && !event.again) {
        learned.set(event.stage, (learned.get(event.stage) ?? 0) + event.rows);
        last = Math.max(last, event.end);
      }
    },
    value() {
      const samples = learned.size < stages ? 0 : Math.min(...learned.values());
      const seconds = Math.max(0, last - (first ?? 0)) / 1e9;
      return { samples, seconds, samplesPerSecond: samples === 0 ? 0 : samples / seconds };
    },
  };
}
