import { lastValueFrom, tap } from 'rxjs';
import { simd } from '../../src/extend.ts';
import {
  backprop,
  crossEntropyHead,
  type Dataset,
  dataset,
  forwardForward,
  hardLabel,
  heldOutAccuracy,
  inline,
  labelOverlay,
  measure,
  monoForward,
  oneFOneB,
  type Pipeline,
  pixels,
  run,
  sgd,
  stream,
  symba,
  testAccuracy,
  weights,
} from '../../src/index.ts';

export type Rule = 'Forward-Forward' | 'Mono-Forward' | 'backprop';
/** for the heads of tables */
export const short = { 'Forward-Forward': 'FF', 'Mono-Forward': 'MF', backprop: 'BP' } as const;

/** One network to train: what a study varies, and over it any option of a pipeline. */
export interface Trial extends Partial<Omit<Pipeline, 'layers' | 'encoding' | 'optimiser' | 'negatives'>> {
  readonly rule: Rule;
  /** learning rate */
  readonly rate: number;
  readonly samples: Pipeline['samples'];
  /** hidden units; left out, 64 and 64 */
  readonly hidden?: readonly number[];
}

/** A network of the rule, by plain SGD, which is all that pulses can do; backprop by 1F1B with a flush of one microbatch. */
export function network({ rule, rate, hidden = [64, 64], ...rest }: Trial): Pipeline {
  const shared = {
    ...{ products: simd(), optimiser: sgd({ learningRate: rate, momentum: 0 }), microbatch: 10 },
    ...rest,
  };
  if (rule === 'backprop')
    return {
      ...{ schedule: oneFOneB(), flush: 1, ...shared, encoding: pixels() },
      layers: [...hidden.map((units) => backprop({ units })), crossEntropyHead()],
    };
  if (rule === 'Mono-Forward')
    return {
      ...{ schedule: stream(), ...shared, encoding: pixels() },
      layers: hidden.map((units) => monoForward({ units })),
    };
  return {
    ...{ schedule: stream(), ...shared, encoding: labelOverlay(), negatives: hardLabel() },
    layers: hidden.map((units) => forwardForward({ units, loss: symba() })),
  };
}

/** What a trial came to. */
export async function trained(trial: Trial) {
  const figures = await lastValueFrom(
    run(network(trial), inline()).pipe(measure({ test: testAccuracy, held: heldOutAccuracy, weights })),
  );
  return { accuracy: figures.test.accuracy ?? 0, curve: figures.held, weights: figures.weights };
}

/** The samples with the labels that this network, which learns no more, would give them. */
export async function relabelled(trial: Trial, samples: Dataset): Promise<Dataset> {
  const labels = new Uint8Array(samples.count);
  const pipeline = network({ ...trial, test: samples, microbatches: 0 });
  await lastValueFrom(
    run(pipeline, inline()).pipe(
      tap((event) => {
        if (event.kind !== 'prediction' || event.of !== 'test') return;
        for (let i = 0; i < event.rows; i++) labels[event.ids?.[i] ?? Number.NaN] = event.predicted[i];
      }),
    ),
  );
  const { name, width, classes, images } = samples;
  return dataset({ name: `${name}, relabelled`, width, classes, images, labels });
}

/** What this network, which learns no more, makes of samples: the score of every class [count × classes]. */
export async function scoresOf(trial: Trial, samples: Dataset): Promise<Float32Array> {
  const { count, classes } = samples;
  const scores = new Float32Array(count * classes);
  const pipeline = network({ ...trial, test: samples, microbatches: 0 });
  await lastValueFrom(
    run(pipeline, inline(), { withScores: true }).pipe(
      tap((event) => {
        if (event.kind !== 'prediction' || event.of !== 'test' || event.scores === undefined) return;
        for (let r = 0; r < event.rows; r++) {
          const row = event.scores.subarray(r * classes, (r + 1) * classes);
          scores.set(row, (event.ids?.[r] ?? Number.NaN) * classes);
        }
      }),
    ),
  );
  return scores;
}
