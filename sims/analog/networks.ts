import { lastValueFrom } from 'rxjs';
import { simd } from '../../src/extend.ts';
import {
  backprop,
  crossEntropyHead,
  type Dataset,
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
export const rules: readonly Rule[] = ['Forward-Forward', 'Mono-Forward', 'backprop'];

/** One network to train: what a study varies, and over it any option of a pipeline. */
export interface Trial extends Partial<Omit<Pipeline, 'layers' | 'encoding' | 'optimiser' | 'negatives'>> {
  readonly rule: Rule;
  /** learning rate */
  readonly rate: number;
  readonly samples: Dataset;
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
