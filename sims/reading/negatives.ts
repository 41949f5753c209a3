import * as ext from '../../src/extend.ts';
import * as ff from '../../src/index.ts';
import * as report from '../../src/report.ts';
import { compared, measuredAll, measuredCurve, type Sizes } from '../negatives/compared.ts';
import { firstOfEach, sheetOf } from '../negatives/sheet.ts';
import * as told from '../negatives/told.ts';

const { each, imageBlocks, imagePng, imageSheet, seedsFromOne } = report;
const { hybridMask, masked } = ext;

/** Wrong labels, told apart by goodness. */
const labels = {
  uniform: ff.wrongLabel(),
  'all nine in turn': ext.allWrong(),
  'hard: by the first layer': ff.hardLabel(),
  'self-generated: by the belief of all layers': ff.laggedLabel(),
};
/** Images, told apart without a label; a softmax reads the layers. */
const images = {
  'hybrid mask, 6 blurs': hybridMask(),
  'hybrid of one class': hybridMask({ partner: 'same class' }),
  'same class': ext.sameClass(),
  'masked, 30 %': masked(),
  'permuted pixels': ext.permutedPixels(),
  'white noise': ext.whiteNoise(),
};
/** What can be asked of a sampler: more blurs and sharper labels are harder, more masked pixels easier. */
const curves = {
  'hybrid mask, blurs': [0, 1, 2, 4, 8, 16, 64].map((blurs) => [blurs, hybridMask({ blurs })] as const),
  'masked, share': [0.05, 0.3, 0.9].map((share) => [share, masked({ share })] as const),
  'hard labels, sharpness': [0, 1, 10, 100].map(
    (sharpness) => [sharpness, ff.hardLabel({ sharpness })] as const,
  ),
};
const asked = 'how do we make negative data, and how does accuracy collapse when it is bad?';
const criterion =
  'holds if the softmax on what hybrid masks taught is ahead of the one on an untrained network, and of those on what same class, masked, permuted pixels and white noise taught, each by an interval above 0, and the best number of blurs is neither the least nor the most; holds only if it is not asked of those named, where it is ahead of the untrained network but not of all others; else fails';

/**
 * Which negatives teach a Forward-Forward network something?
 *
 * MNIST, 784-150-150, 5,000 images, 3 passes, Adam at 0.002, microbatches of 100; tested on 2,000. With labels: SymBa, the label
 * with the greatest goodness. Without: logistic loss, then a softmax on what both layers send, 10 passes at 0.003; an untrained
 * network shows what the softmax does by itself. `told apart` is the share of pairs that the first layer told apart at the end:
 * the hardness of a negative. The net's self-generated negative is a label drawn from the belief of all its layers.
 */
export default async function negatives(quick = false): Promise<report.Study> {
  const seeds = seedsFromOne(3);
  const size: Sizes = quick
    ? { units: [48, 48], count: 800, passes: 2, tested: 400, products: ext.simd() }
    : { units: [150, 150], count: 5000, passes: 3, tested: 2000, products: await ff.namedProducts('auto') };
  const measure = await compared(size, seeds);
  const byLabel = await measuredAll(measure, labels);
  const [untrained, ...byImage] = await measuredAll(measure, { 'untrained network': undefined, ...images });
  const hardness = await each(Object.entries(curves), async ([name, all]) => {
    const some = quick ? [all[0], all[Math.floor(all.length / 2)], all[all.length - 1]] : all;
    return { name, points: await measuredCurve(measure, some) };
  });
  const sheet = await sheetOf(images, quick ? 1 : 12);
  return {
    asked,
    question: 'Test accuracy in %, and pairs told apart by the first layer in %, with each kind of negative.',
    measured: [
      imageBlocks(firstOfEach(sheet)),
      '',
      told.shares('wrong labels, by goodness', byLabel),
      '',
      told.shares('images without labels, by a softmax', [...byImage, untrained]),
      ...hardness.flatMap((curve) => ['', told.curveTable(curve)]),
    ],
    claim:
      'negatives with the short-range structure of samples and another long-range structure teach what classes are; ones that are too easy or too hard do not',
    criterion,
    verdict: told.judged(byLabel, byImage, untrained, hardness[0]),
    figures: {
      ...{ labels: told.figuresOf(byLabel), images: told.figuresOf([...byImage, untrained]) },
      curves: Object.fromEntries(hardness.map((curve) => [curve.name, told.curveFigures(curve)])),
    },
    ...{ seeds, data: `MNIST, ${size.count.toLocaleString('en-US')} images` },
    picture: () => told.curveChart(hardness),
    more: async () => ({
      'images.png': imagePng(sheet),
      'images.svg': imageSheet({ title: 'What is rejected', ...sheet }),
    }),
  };
}
