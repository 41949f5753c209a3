import { lastValueFrom } from 'rxjs';
import {
  hybridMask,
  type ImageNegativesPlan,
  type NegativesPlan,
  type ProductsPlan,
} from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import { each, layerFigures } from '../../src/report.ts';
import { learnedUnlabelled, readOut } from './unlabelled.ts';

/** How large networks are, and what they learn from. */
export interface Sizes {
  readonly units: readonly number[];
  /** images of MNIST, from its first */
  readonly count: number;
  readonly passes: number;
  /** images of the test set, from its first */
  readonly tested: number;
  readonly products: ProductsPlan;
}

/** What came of a kind of negatives. */
export interface Compared {
  /** share of the test set that was right [seeds] */
  readonly accuracy: readonly number[];
  /** share of the pairs that the first layer told apart at the end [seeds] */
  readonly told: readonly number[];
}

/** passes of the softmax over what the layers send */
const readPasses = 10;

/**
 * Measures kinds of negatives on networks that are alike in all else: labels by goodness, images by a softmax on what all
 * layers send. Without negatives, a network that learned nothing is read.
 */
export async function compared(size: Sizes, seeds: readonly number[]) {
  const { units, passes, products } = size;
  const samples = ff.firstOf(await ff.mnist('train'), size.count);
  const test = ff.firstOf(await ff.mnist('test'), size.tested);
  const layers = units.map((_, index) => index);
  const byLabel = async (negatives: NegativesPlan, seed: number) => {
    const pipeline: ff.DatasetPipeline = {
      ...{ samples, test, negatives, products, seed, epochs: passes, encoding: ff.labelOverlay() },
      layers: units.map((units) => ff.forwardForward({ units })),
      optimiser: ff.adam({ learningRate: 0.002, constantFor: 0.5 }),
      schedule: ff.stream(),
    };
    const { tested, learned } = await lastValueFrom(
      ff.run(pipeline, ff.inline()).pipe(ff.measure({ tested: ff.testAccuracy, learned: layerFigures })),
    );
    return { accuracy: tested.accuracy ?? 0, told: learned?.[0]?.accuracy ?? Number.NaN };
  };
  const byImage = async (negatives: ImageNegativesPlan | undefined, seed: number) => {
    const network = { samples, units, seed, products };
    const { pipeline, told } = await learnedUnlabelled({
      ...{ ...network, negatives: negatives ?? hybridMask(), passes: negatives ? passes : 0 },
    });
    return { accuracy: await readOut(pipeline, { layers, test, passes: readPasses }), told };
  };
  return async (negatives: NegativesPlan | ImageNegativesPlan | undefined): Promise<Compared> => {
    const found = await each(seeds, (seed) =>
      negatives === undefined || negatives.rejects === 'images'
        ? byImage(negatives, seed)
        : byLabel(negatives, seed),
    );
    return { accuracy: found.map(({ accuracy }) => accuracy), told: found.map(({ told }) => told) };
  };
}

type Kind = NegativesPlan | ImageNegativesPlan | undefined;
type Measure = (negatives: Kind) => Promise<Compared>;

/** Kinds by their names, in their order. */
export function measuredAll(measure: Measure, kinds: Readonly<Record<string, Kind>>) {
  return each(Object.entries(kinds), async ([name, plan]) => ({ name, ...(await measure(plan)) }));
}

/** One kind at several values of an option. */
export function measuredCurve(measure: Measure, kinds: readonly (readonly [number, Kind])[]) {
  return each(kinds, async ([x, plan]) => ({ x, ...(await measure(plan)) }));
}
