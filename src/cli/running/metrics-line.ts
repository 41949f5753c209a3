import type { Figures } from './figures.ts';

type HeldOut = Figures['heldOut'];

/** One line of `metrics.jsonl`. */
export interface MetricsLine extends Omit<Figures, 'cost'> {
  readonly rule: string;
  readonly seed: number;
  /** since the run began */
  readonly seconds: number;
  /** the number of weights, and with it the units, is known when learning has ended */
  readonly cost: { readonly macsPerSample: number; readonly units?: number };
}

/**
 * Makes the lines of `metrics.jsonl` for one run: the figures so far, but of the held-out curve only the points that are
 * new or have changed since the line before. So each line is about as long as the first.
 */
export class MetricsLines {
  readonly #rule: string;
  readonly #seed: number;
  #told: HeldOut = [];

  constructor(rule: string, seed: number) {
    this.#rule = rule;
    this.#seed = seed;
  }

  /** @param seconds  since the run began */
  next(seconds: number, figures: Figures): MetricsLine {
    const { heldOut, cost } = figures;
    const known = cost.units === 0 ? { macsPerSample: cost.macsPerSample } : cost;
    // points are added at the end, and only the last one still changes
    const same = Math.max(0, this.#told.length - 1);
    const changed = heldOut.slice(same).filter((point, i) => !equal(point, this.#told[same + i]));
    this.#told = heldOut;
    return { rule: this.#rule, seed: this.#seed, seconds, ...figures, cost: known, heldOut: changed };
  }
}

function equal(point: HeldOut[number], before: HeldOut[number] | undefined): boolean {
  return before !== undefined && point.epoch === before.epoch && point.samples === before.samples;
}

const runColumns = ['rule', 'seed', 'seconds', 'epoch', 'samples', 'samples_per_second'];
const accuracies = ['running_accuracy', 'held_out_accuracy'];
const layerColumns = ['layer', 'loss', 'positive_goodness', 'negative_goodness', 'layer_accuracy'];

/** The first line of `metrics.csv`. */
export const metricsHead = [...runColumns, ...accuracies, ...layerColumns].join(',');

/** The same moment as rows of `metrics.csv`, one a layer; what is not known is left empty. */
export function metricsRows(line: MetricsLine): string[] {
  const { rule, seed, seconds, progress, throughput, running, heldOut, layers } = line;
  const run = [rule, seed, seconds, progress.epoch, throughput.samples, throughput.samplesPerSecond];
  const shared = [...run, running.accuracy, heldOut.at(-1)?.accuracy];
  const own = layers.map(({ layer, loss, positiveGoodness, negativeGoodness, accuracy }) => [
    ...[layer, loss, positiveGoodness, negativeGoodness, accuracy],
  ]);
  const rows = own.length === 0 ? [layerColumns.map(() => undefined)] : own;
  return rows.map((row) => [...shared, ...row].map((value) => value ?? '').join(','));
}

/** Whether lines of `metrics.jsonl` and of `metrics.csv` are of moments at which no more samples had been learned. */
export function linesUpTo(samples: number): {
  readonly metrics: (line: string) => boolean;
  readonly table: (line: string) => boolean;
} {
  const column = runColumns.indexOf('samples');
  return {
    metrics: (line) => !(Number(/"throughput":\{"samples":(\d+)/.exec(line)?.[1]) > samples),
    table: (line) => !(Number(line.split(',')[column]) > samples),
  };
}
