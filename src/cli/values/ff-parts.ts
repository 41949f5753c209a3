import {
  allWrong,
  type GoodnessPlan,
  hybridMask,
  type ImageNegativesPlan,
  type Loss,
  type LossPlan,
  masked,
  type NegativesPlan,
  permutedPixels,
  sameClass,
  whiteNoise,
} from '../../extend.ts';
import {
  hardLabel,
  laggedLabel,
  logistic,
  meanSquares,
  sumSquares,
  swish,
  symba,
  wrongLabel,
} from '../../index.ts';
import { ownMember } from '../members/members.ts';
import type { TrainSettings } from '../settings/train-settings.ts';

// What Forward-Forward layers are made of, by the names in settings.

export function goodnessOf({ goodness }: TrainSettings): GoodnessPlan {
  const own = ownMember('goodness', goodness);
  if (own !== undefined) return own.plan() as GoodnessPlan;
  return goodness === 'mean' ? meanSquares() : sumSquares();
}

/** Those without options. */
const plainNegatives: Readonly<Record<string, () => NegativesPlan | ImageNegativesPlan>> = {
  ...{ hard: hardLabel, uniform: wrongLabel, 'all-wrong': allWrong, 'hybrid-mask': hybridMask },
  ...{ 'same-class': sameClass, 'white-noise': whiteNoise, 'permuted-pixels': permutedPixels, masked },
};

/** Of the goodness of all layers negatives are drawn as sharply as the first layer draws them of its own. */
export function negativesOf(settings: TrainSettings): NegativesPlan | ImageNegativesPlan {
  const { negatives, lag, layers } = settings;
  const own = ownMember('negatives', negatives);
  if (own !== undefined) return own.plan() as NegativesPlan;
  if (Object.hasOwn(plainNegatives, negatives)) return plainNegatives[negatives]();
  const late = lag === undefined ? {} : { lag };
  if (negatives === 'lagged-readout') return laggedLabel({ of: 'readout', ...late });
  return laggedLabel({
    of: 'goodness',
    sharpness: alphaOf(settings, layers[0]),
    ...late,
  });
}

/** Log-odds a unit of goodness of a layer of so many units. */
export function alphaOf(settings: TrainSettings, units: number): number {
  const own = ownMember('loss', settings.loss)?.made as Loss | undefined;
  return own?.alpha ?? Number(lossOf(settings, units).options.alpha);
}

export function lossOf({ loss, goodness, alpha, theta }: TrainSettings, units: number): LossPlan {
  const own = ownMember('loss', loss);
  if (own !== undefined) return own.plan() as LossPlan;
  const sum = goodness === 'sum';
  if (loss === 'swish') return swish({ alpha: alpha ?? (sum ? 6 / units : 6) });
  if (loss === 'symba') return symba({ alpha: alpha ?? (sum ? 25 / units : 25) });
  return logistic({ alpha: alpha ?? (sum ? 1 : 10), theta: theta ?? (sum ? units : 2) });
}
