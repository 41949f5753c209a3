import { above, type ProductsPlan } from '../src/extend.ts';
import { type Dataset, type DatasetPipeline, pipedream, workers } from '../src/index.ts';
import { measuredCosts } from '../src/simulation.ts';
import { type CurvePoint, curveOf } from './curves.ts';
import { median } from './figures.ts';
import { bp, ff, type Ground, mono } from './networks.ts';
import { share } from './selection.ts';

/** test accuracies to reach, 0 to 1 */
export const targets = [0.98, 0.983, 0.985] as const;

const units = [500, 500];
const microbatch = 100;
const threads = 2;

const makers: Readonly<Record<string, (ground: Ground) => DatasetPipeline>> = {
  ff: (ground) => ff(ground, units),
  'mono-forward': (ground) => mono(ground, units),
  backprop: (ground) => bp(ground, units),
  'backprop-pipedream': (ground) => bp(ground, units, pipedream()),
};

/** Rules that can be asked for. */
export const timedRules = Object.keys(makers).flatMap((rule) => [rule, `${rule}-selective`]);

export interface TimedTraining {
  readonly rule: string;
  readonly seed: number;
  /** every half epoch, or every epoch where a schedule keeps weights aside; until the last target is reached */
  readonly curve: readonly CurvePoint[];
  /** seconds until each target was reached; null where it wasn't [targets] */
  readonly reached: readonly (number | null)[];
}

export interface TimeToAccuracy {
  readonly targets: readonly number[];
  readonly epochs: number;
  readonly trainings: readonly TimedTraining[];
}

/**
 * How long each rule learns until it has a test accuracy, 784-500-500, microbatch 100, two workers: the first point of its
 * curve at which it has it. The learning rate falls to 0 over all the epochs, reached or not.
 *
 * @param rules   of `timedRules`; left out, all
 * @param epochs  at most; left out, 20
 * @param told    called with each training when it is over
 * @throws {Error} when a rule is none of them
 */
export async function timeToAccuracy({
  all,
  test,
  products,
  rules = timedRules,
  seeds,
  epochs = 20,
  told = () => {},
}: {
  all: Dataset;
  test: Dataset;
  products: ProductsPlan;
  rules?: readonly string[] | undefined;
  seeds: readonly number[];
  epochs?: number | undefined;
  told?: (training: TimedTraining) => void;
}): Promise<TimeToAccuracy> {
  const unknown = rules.find((rule) => !timedRules.includes(rule));
  if (unknown !== undefined) throw new Error(`rules must be of ${timedRules.join(', ')}; got '${unknown}'`);
  const trainings: TimedTraining[] = [];
  // in turns, so that the machine's load is in all rules alike
  for (const seed of seeds) {
    for (const rule of rules) {
      const horizon = epochs * Math.ceil(all.count / microbatch);
      const ground = { samples: all, products, microbatch, capacity: 8, epochs, seed, horizon };
      const pipeline = pipelineFor(rule, ground);
      const local = pipeline.layers[0].learns === 'locally';
      const runtime = workers({ count: threads, ...(local && { costs: await measuredCosts(pipeline) }) });
      const until = targets[targets.length - 1];
      const curve = await curveOf({ ...pipeline, epochs, microbatch }, runtime, { test, until });
      const reached = targets.map((target) => secondsTo(curve, target));
      trainings.push({ rule, seed, curve, reached });
      told(trainings[trainings.length - 1]);
    }
  }
  return { targets, epochs, trainings };
}

function pipelineFor(rule: string, ground: Ground): DatasetPipeline {
  const plain = rule.replace(/-selective$/, '');
  return makers[plain]({ ...ground, ...(plain !== rule && { select: above(share) }) });
}

/** @returns seconds of learning until an accuracy was reached; null where it never was */
export function secondsTo(curve: readonly CurvePoint[], target: number): number | null {
  return curve.find(({ accuracy }) => accuracy >= target)?.seconds ?? null;
}

/** One training in a line, for whoever waits. */
export function trainingText({ rule, seed, curve, reached }: TimedTraining): string {
  const { epochs, seconds, accuracy } = curve[curve.length - 1];
  const times = reached.map((one) => one?.toFixed(1) ?? '–').join(', ');
  return `  ${rule}, seed ${seed}: ${times} s; ${(100 * accuracy).toFixed(2)} % after ${epochs} epochs, ${seconds.toFixed(1)} s\n`;
}

/** A row a rule: the seconds to each target, over the seeds, and the best accuracy. */
export function timeToAccuracyText({ epochs, trainings }: TimeToAccuracy): string {
  const rules = [...new Set(trainings.map(({ rule }) => rule))];
  const cell = (seconds: readonly (number | null)[]): string => {
    const there = seconds.filter((one) => one !== null);
    if (there.length === 0) return 'not reached';
    const range = `[${Math.min(...there).toFixed(1)}–${Math.max(...there).toFixed(1)}]`;
    const of = there.length < seconds.length ? `, ${there.length} of ${seconds.length}` : '';
    return `${median(there).toFixed(1)} ${range}${of}`;
  };
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(26)}${cells.map((one) => one.padStart(26)).join('')}`;
  return [
    `\nseconds of learning to a test accuracy, median [least–most] of the seeds that reached it in ${epochs} epochs`,
    line('', [...targets.map((target) => `${(100 * target).toFixed(1)} %`), 'best of each seed, %']),
    ...rules.map((rule) => {
      const own = trainings.filter((one) => one.rule === rule);
      const best = own.map(({ curve }) =>
        (100 * Math.max(...curve.map(({ accuracy }) => accuracy))).toFixed(2),
      );
      return line(rule, [
        ...targets.map((_, i) => cell(own.map(({ reached }) => reached[i]))),
        best.join(', '),
      ]);
    }),
    '',
  ].join('\n');
}
