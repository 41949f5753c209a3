import type { CellPlan } from '../../cells/cell.ts';
import { ideal } from '../../cells/ideal.ts';
import { must, mustBeOneOf, mustBePositive, mustBeShare, mustBeWhole } from '../../core/check.ts';
import { exact } from '../../updates/exact.ts';
import type { UpdatePlan } from '../../updates/update.ts';
import { type Periphery, type PeripheryOptions, resolvePeriphery } from './periphery/periphery.ts';
import { resolveUnknown, type Unknown, type UnknownOptions } from './unknown/unknown.ts';

/** A crossbar from its parts. Whatever is left out is ideal, and all left out reads as a digital tile does. */
export interface CrossbarOptions {
  /** physics of one weight; left out, `ideal()` */
  readonly cell?: CellPlan;
  /** how what microbatches teach becomes pulses; left out, `exact()` */
  readonly update?: UpdatePlan;
  /** converters and noise of reads forward; left out, ideal */
  readonly forward?: PeripheryOptions;
  /** of reads backward; bound management is for forward reads only */
  readonly backward?: PeripheryOptions;
  /** of the reads by which update schemes transfer weights from array to array; left out, that of `forward`. They are never managed */
  readonly transfer?: PeripheryOptions;
  /** the chip: another seed is another chip, with other cells, converters and unknowns; left out, 0 */
  readonly chipSeed?: number;
  /** what nobody knows of the chip */
  readonly unknown?: UnknownOptions;
  /** most input lines of one array; left out, a layer is one array */
  readonly tileRows?: number;
  /** most output lines of one array */
  readonly tileColumns?: number;
  /** `digital`: each array has converters of its own, and what comes out of them is added; `analog`: currents are added, then converted */
  readonly summation?: 'digital' | 'analog';
  /**
   * How δ goes back: `transposed`, through the array; `model`, through the weights as the cells hold them, exactly
   * (physics-aware training); `random`, through a fixed random matrix of the run's seed (feedback alignment).
   *
   * @see Wright et al. 2022; Lillicrap et al. 2016
   */
  readonly backwardRead?: 'transposed' | 'model' | 'random';
  /** factors on what comes out that make up for drift: for each array, or for each of its outputs; left out, `none` */
  readonly driftCompensation?: 'none' | 'global' | 'per-column';
  /** weights of the network over those of the cells, > 0; left out, 1 */
  readonly weightScale?: number;
  /** standard deviation of what programming adds to each weight, in units of the cells, on top of their own errors; left out, 0 */
  readonly programmingNoise?: number;
  /** the same of what reading weights back, for a report or another chip, adds to them; left out, 0 */
  readonly readBackNoise?: number;
  /** seconds that pass behind each programming before anything is read: how old a deployed chip is; left out, 0 */
  readonly restSeconds?: number;
  /** a share of the cells breaks after so many updates: they keep the weight they have */
  readonly damage?: { readonly share: number; readonly afterUpdates: number };
}

/** With its defaults filled in. */
export interface ResolvedCrossbar {
  readonly cell: CellPlan;
  readonly update: UpdatePlan;
  readonly forward: Periphery;
  readonly backward: Periphery;
  readonly transfer: Periphery;
  readonly chipSeed: number;
  readonly unknown: Unknown;
  /** 0 where there is no limit */
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly summation: 'digital' | 'analog';
  readonly backwardRead: 'transposed' | 'model' | 'random';
  readonly driftCompensation: 'none' | 'global' | 'per-column';
  readonly weightScale: number;
  readonly restSeconds: number;
  readonly programmingNoise: number;
  readonly readBackNoise: number;
  readonly damage: { readonly share: number; readonly afterUpdates: number };
}

/** @throws {RangeError} when an option is unknown, out of its range, or disagrees with another */
export function resolveCrossbar(options: CrossbarOptions): ResolvedCrossbar {
  const { cell = ideal(), update = exact(), forward = {}, backward = {}, transfer = forward } = options;
  const { chipSeed = 0, unknown = {}, tileRows, tileColumns, weightScale = 1 } = options;
  const { summation = 'digital', backwardRead = 'transposed', driftCompensation = 'none' } = options;
  const { restSeconds = 0, programmingNoise = 0, readBackNoise = 0 } = options;
  for (const [name, value] of Object.entries({ restSeconds, programmingNoise, readBackNoise }))
    must(Number.isFinite(value) && value >= 0, name, 'a finite number, 0 or more', value);
  const { damage = { share: 0, afterUpdates: 0 } } = options;
  must(Number.isSafeInteger(chipSeed), 'chipSeed', 'a whole number', chipSeed);
  if (tileRows !== undefined) mustBeWhole(tileRows, 'tileRows', 1, 'input lines');
  if (tileColumns !== undefined) mustBeWhole(tileColumns, 'tileColumns', 1, 'output lines');
  mustBePositive(weightScale, 'weightScale');
  mustBeShare(damage.share, 'share of damage');
  mustBeWhole(damage.afterUpdates, 'afterUpdates of damage', 0, 'updates');
  among('summation', summation, ['digital', 'analog']);
  among('backwardRead', backwardRead, ['transposed', 'model', 'random']);
  among('driftCompensation', driftCompensation, ['none', 'global', 'per-column']);
  const unmanaged = { noiseManagement: 'none', boundManagement: 'none' } as const;
  const full = {
    ...{
      cell,
      update,
      chipSeed,
      summation,
      backwardRead,
      driftCompensation,
      weightScale,
      restSeconds,
      programmingNoise,
      readBackNoise,
      damage,
    },
    forward: resolvePeriphery(forward, 'forward'),
    backward: resolvePeriphery(backward, 'backward'),
    transfer: resolvePeriphery({ ...transfer, ...unmanaged }, 'transfer'),
    unknown: resolveUnknown(unknown),
    tileRows: tileRows ?? 0,
    tileColumns: tileColumns ?? 0,
  };
  for (const name of Object.keys(options)) mustBeOneOf(name, Object.keys(full), 'option of a crossbar');
  return full;
}

function among(name: string, value: string, of: readonly string[]): void {
  mustBeOneOf(value, of, name);
}
