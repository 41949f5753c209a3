import type { DrawnOp } from './run-svg.ts';

/** A part of a run, moved to time 0. */
export interface QuietWindow {
  /** its first microbatch */
  readonly first: number;
  /** how long it took, in nanoseconds */
  readonly lasts: number;
  readonly ops: readonly DrawnOp[];
}

/**
 * The microbatches one after another that took the least time, for other programs interrupt too: what a picture of a run shows.
 *
 * @param shown  microbatches in the window
 * @param from   microbatches that are passed over, while programs get warm
 */
export function quietWindow(ops: readonly DrawnOp[], shown: number, from: number): QuietWindow {
  const begins: number[] = [];
  for (const { stage, microbatch, start } of ops)
    if (stage === 0) begins[microbatch] = Math.min(begins[microbatch] ?? Number.POSITIVE_INFINITY, start);
  const ended = Math.max(...ops.map(({ end }) => end));
  const took = (first: number): number => (begins[first + shown] ?? ended) - begins[first];
  let first = from;
  for (let i = first; i + shown <= begins.length; i++) if (took(i) < took(first)) first = i;
  const moved = ops
    .filter(({ end }) => end > begins[first])
    .map((op) => ({ ...op, start: op.start - begins[first], end: op.end - begins[first] }));
  return { first, lasts: took(first), ops: moved };
}
