import type { Measure } from './measure.ts';

/** How far apart the weights were by which microbatches went forward and came back. */
export interface Inconsistency {
  /** updates between the weights that a microbatch's F read and those of its B: the most [stages] */
  readonly most: readonly number[];
  /** the mean over microbatches that have come back in any stage */
  readonly mean: number;
}

/** Updates between F and B, by what the trace says each has read. */
export function inconsistency(): Measure<Inconsistency> {
  /** of each stage, the updates behind the F of what has yet to come back */
  const read: Map<number, number>[] = [];
  const most: number[] = [];
  let [sum, count] = [0, 0];
  return {
    add(event) {
      if (event.kind !== 'op' || event.purpose !== 'learn' || event.again) return;
      const { stage, op, microbatch } = event;
      read[stage] ??= new Map();
      if (op === 'F') read[stage].set(microbatch, event.read);
      if (op === 'B') {
        const between = event.read - (read[stage].get(microbatch) ?? event.read);
        most[stage] = Math.max(most[stage] ?? 0, between);
        sum += between;
        count++;
      }
      // what learns where it stands has no B
      if (op === 'W') read[stage].delete(microbatch);
    },
    value: () => ({
      most: Array.from(read, (_, stage) => most[stage] ?? 0),
      mean: count === 0 ? 0 : sum / count,
    }),
  };
}
