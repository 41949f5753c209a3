import {
  type CellPlan,
  crossbar,
  type PeripheryOptions,
  type Plan,
  peripheries,
  type TilePlan,
  type UnknownOptions,
  type UpdatePlan,
} from '../../extend.ts';
import { optionsIn } from '../members/member-spec.ts';
import { ownMember } from '../members/members.ts';
import type { AnalogSettings } from './analog-settings.ts';
import { madeOf, namedPart } from './named.ts';
import { cellsByName, type Factory, mustTake, updatesByName } from './parts-by-name.ts';

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
  const [cell, update] = [cellOf(settings.cell), updateOf(settings.update)];
  return madeOf('tile', 'crossbar', () =>
    crossbar({
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      cell,
      update,
      forward,
      backward:
        settings.backwardIo === undefined ? unmanaged : peripheryOf('backwardIo', settings.backwardIo),
    }),
  );
}

function plannedBy<T extends Plan<unknown, never>>(
  setting: string,
  text: string,
  known: Readonly<Record<string, Factory<T>>>,
): T {
  const { name, options } = namedPart(setting, text, Object.keys(known));
  mustTake(`${setting} ${name}`, known[name], options);
  return madeOf(setting, text, () => known[name](options));
}
