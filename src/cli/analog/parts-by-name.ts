import {
  type CellPlan,
  cellPresets,
  chopped,
  constantStep,
  exact,
  exponentialStep,
  frozen,
  ideal,
  linearStep,
  mixedPrecision,
  mustBeOneOf,
  net,
  type Plan,
  paired,
  pcm,
  perPass,
  piecewiseStep,
  powerStep,
  softBounds,
  softBoundsReference,
  tikiTakaV1,
  tikiTakaV2,
  type UpdatePlan,
} from '../../extend.ts';

/** Makes the plan of a part from the options behind its name. */
export type Factory<T> = (options?: object) => T;

/** Cells by their names in settings. */
export const cellsByName: Readonly<Record<string, Factory<CellPlan>>> = {
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
export const updatesByName: Readonly<Record<string, Factory<UpdatePlan>>> = {
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

/** Options of cells that do nothing where they are left out, so that no plan has them by itself. */
const ofAgeing = ['lifetimeSeconds', 'lifetimeSpread', 'diffusionPerRootSecond', 'diffusionSpread'];

/**
 * Refuses an option that a part does not take: its plan has every option that it takes, each at its default.
 *
 * @param thing  the part, for errors: `cell ReRamSB`
 * @throws {RangeError} with the nearest option
 */
export function mustTake(thing: string, make: Factory<Plan<unknown, never>>, options: object): void {
  const own = keysIn(make().options);
  const names = own.includes('stepSpread') ? [...own, ...ofAgeing] : own;
  const rule = names.length === 0 ? 'left out' : `one of ${names.join(', ')}`;
  for (const name of Object.keys(options)) mustBeOneOf(name, names, `option of ${thing}`, rule);
}

/** The names of numbers, words and lists, inside of other options too. */
function keysIn(options: object): string[] {
  const names = Object.entries(options).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? keysIn(value) : [key],
  );
  return [...new Set(names)];
}
