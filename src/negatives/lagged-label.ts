import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { drawBySoftmax, type Negatives, type NegativesPlan } from './negative.ts';

export interface LaggedLabelOptions {
  /** whose opinion: the goodness of each label summed over all scored layers, or the readout's logits; left out, goodness */
  readonly of?: 'goodness' | 'readout';
  /** updates between the weights that give the opinion and those that reject the label, ≥ 0; left out, 4 */
  readonly lag?: number;
  /** log-odds a unit of score, > 0; left out 25 for goodness (of mean squares), 1 for logits */
  readonly sharpness?: number;
}

/**
 * The wrong labels that the whole network finds plausible: drawn from softmax(sharpness · score), the true label left out.
 *
 * Scores come out at the end of the pipeline, so an edge leads back to the source. It has a fixed lag: microbatch k is
 * scored just before microbatch k − lag is learned, and waits until the scores are back. So the scores are exactly lag
 * updates old in every layer (fewer at the start, where there were fewer updates), and neither capacity nor timing can
 * change a bit. What is scored is the sample as it is, before any augmentation.
 *
 * What it costs a sample, in units of one product with a layer's weights: `readout` 1 in each layer and in the readout;
 * `goodness` 1 in the first layer, where the labels share the image's product, and as many as there are labels in each
 * other one. At a lag of less than about the microbatches that the pipeline holds, it drains while the source waits.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Hinton 2022, section 3.3, for negatives from the readout's logits
 */
export function laggedLabel(options: LaggedLabelOptions = {}): NegativesPlan {
  const { of = 'goodness', lag = 4, sharpness = of === 'goodness' ? 25 : 1 } = options;
  must(of === 'goodness' || of === 'readout', 'of', "'goodness' or 'readout'", of);
  mustBeWhole(lag, 'lag', 0, 'updates');
  mustBePositive(sharpness, 'sharpness');
  return {
    ...plan(import.meta.url, `lagged label (${of}, lag ${lag})`, { of, lag, sharpness }),
    asks: { purpose: of === 'goodness' ? 'goodness' : 'onePass', lag },
  };
}

export function create({ of, lag, sharpness }: Required<LaggedLabelOptions>): Negatives {
  return {
    name: `lagged label (${of}, lag ${lag})`,
    needsOpinion: true,
    drawnBy: 'source',
    draw(truth, rows, _classes, opinion, random, into) {
      if (opinion === undefined) throw new TypeError('lagged labels must be given scores; got none');
      drawBySoftmax(sharpness, truth, rows, opinion, random, into);
    },
  };
}
