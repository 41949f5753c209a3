import {
  type CellPlan,
  cellPresets,
  chopped,
  constantStep,
  crossbar,
  exact,
  exponentialStep,
  frozen,
  ideal,
  linearStep,
  mixedPrecision,
  net,
  type PeripheryOptions,
  paired,
  pcm,
  peripheries,
  perPass,
  piecewiseStep,
  powerStep,
  softBounds,
  softBoundsReference,
  type TilePlan,
  tikiTakaV1,
  tikiTakaV2,
  type UnknownOptions,
  type UpdatePlan,
} from '../../extend.ts';
import { optionsIn } from '../members/member-spec.ts';
import { ownMember } from '../members/members.ts';
import type { AnalogSettings } from './analog-settings.ts';
import { madeOf, namedPart } from './named.ts';

type Factory<T> = (options?: object) => T;

/** Cells by their names in settings. */
const cellsByName: Readonly<Record<string, Factory<CellPlan>>> = {
  ideal,
  'constant-step': constantStep,
  'linear-step': linearStep,
  'soft-bounds': softBounds,
  'soft-bounds-reference': softBoundsReference,
  'exponential-step': exponentialStep,
  'power-step': powerStep,
  'piecewise-step': piecewiseStep,
  pcm,
  ...cellPresets,
};

/** Update schemes by their names in settings, and whether they take the gradient's pulses plainly: sgd alone. */
const updatesByName: Readonly<Record<string, Factory<UpdatePlan>>> = {
  exact,
  frozen,
  'per-pass': perPass,
  paired,
  net,
  'mixed-precision': mixedPrecision,
  'tiki-taka-v1': tikiTakaV1,
  'tiki-taka-v2': tikiTakaV2,
  chopped,
};

/** @throws {Error} one sentence for the first setting that breaks its rule */
export function cellOf(text = 'ideal'): CellPlan {
  const own = ownMember('cell', text)?.plan();
  return own === undefined ? plannedBy('cell', text, cellsByName) : (own as CellPlan);
}

function updateOf(text = 'exact'): UpdatePlan {
  const own = ownMember('update', text)?.plan();
  return own === undefined ? plannedBy('update', text, updatesByName) : (own as UpdatePlan);
}

function peripheryOf(setting: string, text = 'ideal'): PeripheryOptions {
  const { name, options } = namedPart(setting, text, Object.keys(peripheries));
  return { ...peripheries[name as keyof typeof peripheries], ...options };
}

/** The crossbar that settings describe. */
export function crossbarOf(settings: AnalogSettings): TilePlan {
  const { chipSeed, tileRows, tileColumns, summation, backwardRead, driftCompensation } = settings;
  const {
    weightScale,
    restSeconds,
    programmingNoise,
    readBackNoise,
    breakShare,
    breakAfter = 0,
    io,
    unknown,
  } = settings;
  const forward = peripheryOf('io', io);
  const unmanaged = { ...forward, boundManagement: 'none' } as const;
  const given = {
    ...{ chipSeed, tileRows, tileColumns, summation, backwardRead, driftCompensation, weightScale },
    ...{ restSeconds, programmingNoise, readBackNoise },
    ...(breakShare !== undefined && { damage: { share: breakShare, afterUpdates: breakAfter } }),
    ...(unknown !== undefined && { unknown: optionsIn('unknown', unknown) as UnknownOptions }),
  };
  return madeOf('tile', 'crossbar', () =>
    crossbar({
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      cell: cellOf(settings.cell),
      update: updateOf(settings.update),
      forward,
      backward:
        settings.backwardIo === undefined ? unmanaged : peripheryOf('backwardIo', settings.backwardIo),
    }),
  );
}

function plannedBy<T>(setting: string, text: string, known: Readonly<Record<string, Factory<T>>>): T {
  const { name, options } = namedPart(setting, text, Object.keys(known));
  return madeOf(setting, text, () => known[name](options));
}
