import type { CellsContext } from '../cell.ts';
import { relativeNoise } from './noise.ts';
import type { PulsedOptions, Resolved } from './options.ts';
import { drawsAt, type Steps } from './pulsed.ts';
import { type CellArrays, spread } from './variation.ts';

export interface LinearStepOptions extends PulsedOptions {
  /** share of an UP pulse that is lost at the upper bound; aihwkit's `gamma_up` */
  readonly upSlope?: number;
  /** share of a DOWN pulse that is lost at the lower bound; `gamma_down` */
  readonly downSlope?: number;
  /** spread of the slope from cell to cell, absolute; `gamma_up_dtod` */
  readonly upSlopeSpread?: number;
  /** `gamma_down_dtod` */
  readonly downSlopeSpread?: number;
  /** whether slopes refer to the mean bounds, or to those of each cell; `mean_bound_reference` */
  readonly slopesByMeanBounds?: boolean;
  /** whether the noise of a pulse is a share of its size at this weight, or of its size at weight 0; `mult_noise` */
  readonly noiseOfStep?: boolean;
}

/** Steps whose size falls in a straight line: `seed` names the streams of their variation. */
export function linearSteps(
  context: CellsContext,
  options: Resolved<LinearStepOptions>,
  arrays: CellArrays,
  seed: string,
): Steps {
  const { arena, kernels, chip } = context;
  const [up, down] = [arena.floats(arrays.up.length), arena.floats(arrays.up.length)];
  const noise = relativeNoise(options.stepNoise, options.noiseOfStep);
  return {
    granularity: options.stepSize,
    draws: drawsAt(options.stepNoise, 'pulse'),
    ...(noise.ofStep === 0 &&
      options.stepNoise > 0 && {
        rows: { sigma: options.stepNoise, eachPulse: true, slopes: { up, down } },
      }),
    step: (hits) => kernels.curvedSteps(hits, arrays, { kind: 'linear', up, down }, noise),
    vary() {
      const { upSlope, downSlope, upSlopeSpread, downSlopeSpread } = options;
      spread(up, chip.fork(`${seed} up`), context, (z) => -Math.abs(upSlope + upSlopeSpread * z));
      spread(down, chip.fork(`${seed} down`), context, (z) => -Math.abs(downSlope + downSlopeSpread * z));
      for (let i = 0; i < up.length; i++) {
        up[i] *= ratio(arrays.up[i], options.slopesByMeanBounds ? options.upperBound : arrays.upper[i]);
        down[i] *= ratio(arrays.down[i], options.slopesByMeanBounds ? options.lowerBound : arrays.lower[i]);
      }
    },
    freeze(cell) {
      up[cell] = 0;
      down[cell] = 0;
    },
  };
}

/** size / bound, and 0 for a cell without size or room */
export function ratio(size: number, bound: number): number {
  return size === 0 || bound === 0 ? 0 : size / bound;
}
