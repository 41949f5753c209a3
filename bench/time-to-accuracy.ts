import { lastValueFrom } from 'rxjs';
import { above, type ProductsPlan } from '../src/extend.ts';
import {
  type Dataset,
  type DatasetPipeline,
  measure,
  type Runtime,
  run,
  type TraceEvent,
  testAccuracy,
  workers,
} from '../src/index.ts';
import { measuredCosts } from '../src/simulation.ts';
import { median } from './figures.ts';
import { bp, ff, mono } from './networks.ts';
import { share } from './selection.ts';
import { learnedAt } from './windows.ts';

/** test accuracies to reach, 0 to 1 */
export const targets = [0.98, 0.983, 0.985] as const;

const units = [500, 500];
const microbatch = 100;
const threads = 2;
/** trainings are taken up again behind so many epochs, so that one that has come to the last target is not gone on with */
const leg = 5;

const makers = { ff, 'mono-forward': mono, backprop: bp } as const;

/** Rules that can be asked for. */
export const timedRules = Object.keys(makers).flatMap((rule) => [rule, `${rule}-selective`]);

/** A point of a training's curve. */
export interface CurvePoint {
  readonly epochs: number;
  /** wall time of learning until then: predictions take none of it */
  readonly seconds: number;
  /** on the 10,000 test images, 0 to 1 */
  readonly accuracy: number;
}

export interface TimedTraining {
  readonly rule: string;
  readonly seed: number;
  /** every half epoch, until the last target is reached */
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
 * How long each rule learns until it has a test accuracy, 784-500-500, microbatch 100, two workers. Every half epoch a
 * checkpoint is taken; the test set is predicted from it once learning stands still, so that predictions cost no time here.
 * It is the first of these points at which the accuracy is reached.
 *
 * @param rules   of `timedRules`; left out, all
 * @param epochs  at most; left out, 20
 * @throws {Error} when a rule is none of them
 */
export async function timeToAccuracy({
  all,
  test,
  products,
  rules = timedRules,
  seeds,
  epochs = 20,
}: {
  all: Dataset;
  test: Dataset;
  products: ProductsPlan;
  rules?: readonly string[] | undefined;
  seeds: readonly number[];
  epochs?: number | undefined;
}): Promise<TimeToAccuracy> {
  const unknown = rules.find((rule) => !timedRules.includes(rule));
  if (unknown !== undefined) throw new Error(`rules must be of ${timedRules.join(', ')}; got '${unknown}'`);
  const trainings: TimedTraining[] = [];
  // in turns, so that the machine's load is in all rules alike
  for (const seed of seeds) {
    for (const rule of rules) {
      const pipeline = pipelineFor(rule, { samples: all, products, microbatch, capacity: 8, epochs, seed });
      const local = pipeline.layers[0].learns === 'locally';
      const runtime = workers({ count: threads, ...(local && { costs: await measuredCosts(pipeline) }) });
      const curve = await curveOf({ ...pipeline, epochs }, runtime, test);
      trainings.push({ rule, seed, curve, reached: targets.map((target) => secondsTo(curve, target)) });
    }
  }
  return { targets, epochs, trainings };
}

function pipelineFor(rule: string, ground: Parameters<typeof ff>[0]): DatasetPipeline {
  const [plain] = rule.split('-selective') as [keyof typeof makers];
  return makers[plain]({ ...ground, ...(plain !== rule && { select: above(share) }) }, units);
}

/** Learns in legs, and looks at the checkpoints of each leg when it is over. */
async function curveOf(
  pipeline: DatasetPipeline & { readonly epochs: number },
  runtime: Runtime,
  test: Dataset,
): Promise<CurvePoint[]> {
  const perEpoch = Math.ceil(pipeline.samples.count / microbatch);
  const curve: CurvePoint[] = [];
  let from: Checkpoint | undefined;
  let seconds = 0;
  for (let epoch = 0; epoch < pipeline.epochs; epoch += leg) {
    const most = Math.min(pipeline.epochs, epoch + leg);
    const checkpoints = await learn({ ...pipeline, microbatches: most * perEpoch }, runtime, from);
    for (const checkpoint of checkpoints) {
      const accuracy = await accuracyAt(pipeline, runtime, test, checkpoint);
      const epochs = checkpoint.microbatch / perEpoch;
      curve.push({ epochs, seconds: seconds + checkpoint.seconds, accuracy });
      if (accuracy >= targets[targets.length - 1]) return curve;
    }
    from = checkpoints[checkpoints.length - 1];
    seconds = curve[curve.length - 1].seconds;
  }
  return curve;
}

type Checkpoint = Extract<TraceEvent, { readonly kind: 'checkpoint' }>;

/** @returns the checkpoints of a leg, each with the time of learning since the leg's first sample */
async function learn(
  pipeline: DatasetPipeline,
  runtime: Runtime,
  from: Checkpoint | undefined,
): Promise<(Checkpoint & { readonly seconds: number })[]> {
  const checkpointEvery = Math.ceil(pipeline.samples.count / microbatch / 2);
  const legOf = () => {
    const checkpoints: Checkpoint[] = [];
    const stages = new Map<number, { updates: { end: number; learned: number }[] }>();
    let first: number | undefined;
    return {
      add(event: TraceEvent) {
        if (event.kind === 'arrival') first ??= event.start;
        if (event.kind === 'checkpoint') checkpoints.push(event);
        if (event.kind !== 'op' || event.op !== 'U') return;
        const { updates } = stages.get(event.stage) ?? { updates: [] };
        stages.set(event.stage, { updates });
        updates.push({ end: event.end, learned: event.microbatch + 1 });
      },
      value: () =>
        checkpoints.map((checkpoint) => ({
          ...checkpoint,
          seconds: (learnedAt(stages, checkpoint.microbatch) - (first ?? 0)) / 1e9,
        })),
    };
  };
  const trace = run(pipeline, runtime, { checkpointEvery, from });
  return (await lastValueFrom(trace.pipe(measure({ leg: legOf })))).leg;
}

/** Goes on from a checkpoint with nothing more to learn: the test set alone. */
async function accuracyAt(
  pipeline: DatasetPipeline,
  runtime: Runtime,
  test: Dataset,
  from: Checkpoint,
): Promise<number> {
  const rest = { ...pipeline, test, microbatches: from.microbatch };
  const { seen } = await lastValueFrom(run(rest, runtime, { from }).pipe(measure({ seen: testAccuracy })));
  return seen.accuracy as number;
}

/** @returns seconds of learning until an accuracy was reached; null where it never was */
export function secondsTo(curve: readonly CurvePoint[], target: number): number | null {
  return curve.find(({ accuracy }) => accuracy >= target)?.seconds ?? null;
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
