import type { Cell } from '../cells/cell.ts';
import { make, type Plan } from '../core/plan.ts';
import type { Goodness } from '../goodness/goodness.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { Loss } from '../losses/loss.ts';
import type { ImageNegativesPlan, Negatives } from '../negatives/negative.ts';
import type { Optimiser } from '../optimisers/optimiser.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Selection } from '../selections/selection.ts';
import type { TilePlan } from '../tiles/tile.ts';
import type { Update } from '../updates/update.ts';
import { cellRules } from './cells.ts';
import { type Family, tileGround, workplace } from './family.ts';
import { goodnessRules } from './goodness.ts';
import { layerRules } from './layers/rules.ts';
import { lossRules } from './losses.ts';
import { negativeImagesRules } from './negatives/negative-images.ts';
import { negativesRules } from './negatives/negatives.ts';
import { optimiserRules } from './optimisers.ts';
import { BrokenRule, type ContractRule } from './rule.ts';
import { scheduleRules } from './schedules.ts';
import { selectionRules } from './selections.ts';
import { tileRules } from './tiles.ts';
import { updateRules } from './updates.ts';

/** What one rule came to. */
export interface RuleResult {
  readonly name: string;
  /** what holds of a member that keeps it */
  readonly says: string;
  /** what was seen instead; left out where the rule holds */
  readonly broken?: string;
}

type As<T> = Plan<unknown> & T;

/** Each family's rules, ready to be run on what a plan makes. */
const suites: Readonly<Record<Family, (plan: Plan<unknown>) => Promise<Bound[]>>> = {
  layer: async (plan) => bound(layerRules, { plan: plan as As<LayerPlan>, place: await workplace() }),
  tile: async (plan) =>
    bound(tileRules, { plan: plan as Plan<unknown, never> as TilePlan, place: await workplace() }),
  optimiser: async (plan) =>
    bound(optimiserRules, { optimiser: (await make(plan)) as Optimiser, place: await workplace() }),
  negatives: async (plan) => {
    const of = plan as As<ImageNegativesPlan>;
    if (of.rejects === 'images') return bound(negativeImagesRules, { plan: of, negatives: await make(of) });
    return bound(negativesRules, { plan: plan as never, negatives: (await make(plan)) as Negatives });
  },
  schedule: async (plan) => bound(scheduleRules, (await make(plan)) as Schedule),
  loss: async (plan) => bound(lossRules, (await make(plan)) as Loss),
  goodness: async (plan) => bound(goodnessRules, (await make(plan)) as Goodness),
  selection: async (plan) => bound(selectionRules, (await make(plan)) as Selection),
  cell: async (plan) => bound(cellRules, { cell: (await make(plan)) as Cell, place: await workplace() }),
  update: async (plan) =>
    bound(updateRules, { update: (await make(plan)) as Update, ground: await tileGround(await workplace()) }),
};

interface Bound {
  readonly name: string;
  readonly says: string;
  run(): void | Promise<void>;
}

function bound<S>(rules: readonly ContractRule<S>[], subject: S): Bound[] {
  return rules
    .filter((rule) => rule.applies?.(subject) ?? true)
    .map((rule) => ({ name: rule.name, says: rule.says, run: () => rule.check(subject) }));
}

const planned: Bound['name'] = 'crosses as plain data';

/**
 * Runs every rule of a family on a member.
 *
 * @param plan  of a layer one of 6 units; of all else as its factory gives it
 * @param tell  is given each result as it comes
 */
export async function checkMember(
  family: Family,
  plan: Plan<unknown>,
  tell: (result: RuleResult) => void = () => {},
): Promise<RuleResult[]> {
  const results: RuleResult[] = [];
  const note = (result: RuleResult): void => {
    results.push(result);
    tell(result);
  };
  const crossing = { name: planned, says: 'has a plan that is plain data: another thread is given the same' };
  try {
    structuredClone(plan);
    note(crossing);
  } catch (error) {
    note({ ...crossing, broken: reason(error) });
    return results;
  }
  for (const { name, says, run } of await suites[family](plan)) {
    try {
      await run();
      note({ name, says });
    } catch (error) {
      note({ name, says, broken: reason(error) });
    }
  }
  return results;
}

function reason(error: unknown): string {
  if (error instanceof BrokenRule) return error.message;
  return `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`.split(
    '\n',
    1,
  )[0];
}
