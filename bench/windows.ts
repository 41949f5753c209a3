import type { Measure } from '../src/extend.ts';
import type { TraceEvent } from '../src/index.ts';

/** A part of a training, from one number of samples learned to another. */
export type Window = readonly [from: number, to: number];

/** What happened between two numbers of samples. */
export interface WindowFigures {
  /** from when every stage had learned from the first number of samples to when every stage had from the second */
  readonly samplesPerSecond: number;
  /** share of the samples that a layer learned from, mean over the layers, 0 to 1 */
  readonly kept: number;
  /** multiply-accumulates that were made a sample, over those of one product with all weights of the hidden layers */
  readonly units: number;
}

/** How far a stage is. */
interface Progress {
  /** when each update ended, ns, and the samples learned from until then */
  readonly updates: { readonly end: number; readonly learned: number }[];
  /** samples whose F is done, and those whose W is */
  forwarded: number;
  weighed: number;
}

/**
 * Splits a training into windows. They are numbers of samples, not times: f falls while a net learns, so a rival that learns
 * more slowly must be looked at where it has learned as much.
 *
 * @param windows  numbers of samples, multiples of the microbatch
 * @param widths   inputs, then the units of each hidden layer
 */
export function inWindows(
  windows: readonly Window[],
  widths: readonly number[],
): () => Measure<readonly WindowFigures[]> {
  const weights = widths.slice(1).reduce((sum, units, i) => sum + widths[i] * units, 0);
  const hidden = widths.length - 1;
  return () => {
    const stages = new Map<number, Progress>();
    const left = windows.map(() => 0);
    const macs = windows.map(() => 0);
    const within = (position: number): number =>
      windows.findIndex(([from, to]) => position >= from && position < to);
    return {
      add(event: TraceEvent) {
        if (event.kind !== 'op' || event.purpose !== 'learn') return;
        const { stage, op, rows } = event;
        const progress = stages.get(stage) ?? { updates: [], forwarded: 0, weighed: 0 };
        stages.set(stage, progress);
        const window = within(op === 'F' ? progress.forwarded : progress.weighed);
        if (window >= 0) macs[window] += event.macs;
        if (op === 'F') progress.forwarded += rows;
        if (op === 'W') {
          if (window >= 0)
            for (const { layer, kept } of event.layers ?? [])
              if (kept !== undefined && layer < hidden) left[window] += rows - kept;
          progress.weighed += rows;
        }
        const { updates } = progress;
        if (op === 'U') updates.push({ end: event.end, learned: (updates.at(-1)?.learned ?? 0) + rows });
      },
      value: () =>
        windows.map(([from, to], i) => {
          const seconds = (learnedAt(stages, to) - learnedAt(stages, from)) / 1e9;
          const samples = to - from;
          return {
            samplesPerSecond: samples / seconds,
            kept: 1 - left[i] / (samples * hidden),
            units: macs[i] / (samples * weights),
          };
        }),
    };
  };
}

/**
 * When every stage had learned from so much, in the unit of `learned`: ns; NaN where one never has.
 *
 * @param stages  by their numbers, what each had learned from behind each update, rising
 */
export function learnedAt(
  stages: ReadonlyMap<
    number,
    { readonly updates: readonly { readonly end: number; readonly learned: number }[] }
  >,
  amount: number,
): number {
  const ends = [...stages.values()].map(
    ({ updates }) => updates.find(({ learned }) => learned >= amount)?.end ?? Number.NaN,
  );
  return Math.max(...ends);
}
