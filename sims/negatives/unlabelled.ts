import { lastValueFrom } from 'rxjs';
import type { ImageNegativesPlan, ProductsPlan } from '../../src/extend.ts';
import {
  adam,
  blocking,
  crossEntropyHead,
  type Dataset,
  type DatasetPipeline,
  forwardForward,
  inline,
  logistic,
  measure,
  pixels,
  run,
  softmaxReadout,
  stream,
  testAccuracy,
  weights,
} from '../../src/index.ts';
import { activities, layerFigures } from '../../src/report.ts';

/** A Forward-Forward network that learns from images alone. */
export interface Unlabelled {
  readonly negatives: ImageNegativesPlan;
  readonly samples: Dataset;
  /** of each layer */
  readonly units: readonly number[];
  /** over the samples; 0 leaves it as it was made */
  readonly passes: number;
  readonly seed: number;
  readonly products: ProductsPlan;
  /** learning rate of Adam; left out, 0.002 */
  readonly rate?: number;
  /** over the pipeline's other options */
  readonly more?: Partial<DatasetPipeline>;
}

/** The network: logistic loss around a mean square of 1, as Hinton has it; all layers but the first are read. */
export function unlabelled({ samples, units, seed, rate = 0.002, ...rest }: Unlabelled): DatasetPipeline {
  const hidden = units.map((units, index) =>
    forwardForward({ units, loss: logistic({ alpha: 10, theta: 1 }), neutral: true, feature: index > 0 }),
  );
  const { negatives, passes: epochs, products } = rest;
  return {
    ...{ samples, negatives, products, epochs, seed, encoding: pixels({ normalised: true }) },
    layers: [...hidden, softmaxReadout({ classes: samples.classes })],
    ...{ optimiser: adam({ learningRate: rate, constantFor: 0.5 }), schedule: stream(), ...rest.more },
  };
}

/** Learns, and takes the weights; `told` is the share of pairs that the first layer told apart in the end. */
export async function learnedUnlabelled(network: Unlabelled) {
  const pipeline = unlabelled(network);
  const figures = await lastValueFrom(
    run(pipeline, inline({ stages: 1 })).pipe(measure({ weights, layers: layerFigures })),
  );
  return {
    pipeline: { ...pipeline, weights: figures.weights },
    told: figures.layers?.[0]?.accuracy ?? Number.NaN,
  };
}

/** How what layers send is read. */
export interface Read {
  /** which layers, from 0 */
  readonly layers: readonly number[];
  readonly test: Dataset;
  readonly passes: number;
  /** learning rate of Adam; left out, 0.003 */
  readonly rate?: number;
}

/** The share of the test set that a softmax gets right on what layers send, which learn no more; labels come in here alone. */
export async function readOut(pipeline: DatasetPipeline, { layers, test, ...read }: Read): Promise<number> {
  const { samples, products, seed = 1 } = pipeline;
  const still = { ...pipeline, epochs: 0 };
  const [learned] = await activities(still, samples, { layers, together: true });
  const [tested] = await activities(still, test, { layers, together: true });
  return softmaxOn(learned, tested, { products, seed, passes: read.passes, rate: read.rate ?? 0.003 });
}

/** The share of the test set that a softmax on the features alone gets right. */
export async function softmaxOn(
  samples: Dataset,
  test: Dataset,
  {
    products,
    seed,
    passes,
    rate,
  }: Pick<Unlabelled, 'products' | 'seed' | 'passes'> & { readonly rate: number },
): Promise<number> {
  const pipeline: DatasetPipeline = {
    ...{ samples, test, products, seed, epochs: passes, encoding: pixels(), schedule: blocking() },
    layers: [crossEntropyHead({ classes: samples.classes })],
    optimiser: adam({ learningRate: rate, constantFor: 0.3 }),
  };
  const { accuracy } = await lastValueFrom(run(pipeline, inline()).pipe(measure({ accuracy: testAccuracy })));
  return accuracy.accuracy ?? 0;
}
