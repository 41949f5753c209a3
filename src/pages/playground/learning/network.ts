import { random, simd, simdKernels } from '../../../extend.ts';
import {
  adam,
  type Dataset,
  dataset,
  forwardForward,
  hardLabel,
  labelOverlay,
  type Pipeline,
  stream,
  translate,
} from '../../../index.ts';
import type { Digits } from './digits.ts';

/** What a person chooses of the network. */
export interface Choices {
  readonly epochs: number;
  readonly seed: number;
}

/** units of each layer */
export const layers = [200, 200];
export const microbatch = 50;

/** The network that learns in the page: 784-200-200, Forward-Forward, a layer a stage. */
export function networkOf({ train, test }: Digits, { epochs, seed }: Choices): Pipeline {
  return {
    ...{ samples: train, test, epochs, seed, microbatch },
    encoding: labelOverlay({ classes: 10 }),
    augmentation: translate(),
    negatives: hardLabel(),
    layers: layers.map((units) => forwardForward({ units })),
    // what every engine has, so that the weights are the same bits in every browser and on Node
    products: simd({ flavour: 'plain' }),
    kernels: simdKernels(),
    optimiser: adam({ learningRate: 0.004 }),
    schedule: stream(),
    heldOut: { samples: test, every: 1 },
  };
}

/** The same network predicting by some of its layers: those that are silenced say nothing. */
export function predictor(
  pipeline: Pipeline,
  test: Dataset,
  weights: NonNullable<Pipeline['weights']>,
  { silenced, by }: { readonly silenced?: number | undefined; readonly by?: number | undefined },
): Pipeline {
  const { heldOut: _none, augmentation: _still, ...rest } = pipeline;
  return {
    ...{ ...rest, test, epochs: 0, samples: test },
    layers: layers.map((units, i) => forwardForward({ units, scored: by === undefined || by === i })),
    weights: weights.map((one) =>
      one.name.startsWith(`layer${silenced}.`) ? { ...one, data: new Float32Array(one.data.length) } : one,
    ),
  };
}

/**
 * Digits with noise: each pixel moved by a normal draw, and kept within 0 … 255.
 *
 * @param noise  deviation, where 1 is from black to white
 */
export function noisy(clean: Dataset, noise: number, seed: number): Dataset {
  if (noise === 0) return clean;
  const draw = random(seed).fork('noise');
  const images = Uint8Array.from(clean.images, (pixel) =>
    Math.min(255, Math.max(0, Math.round(pixel + 255 * noise * draw.normal()))),
  );
  const { name, width, classes, labels } = clean;
  return dataset({ name, width, classes, labels, images });
}
