import { above, all, type SelectionPlan, sampled, shown, top } from '../../extend.ts';
import { layerOf, ownMember } from '../members/members.ts';
import { chooses, learnsOf } from '../settings/rules.ts';

/** By what a rule called selective chooses where nobody says. */
const usual = 'above:0.2';

const makers: Readonly<Record<string, (share: number) => SelectionPlan>> = { above, top, sampled };

/** The rule of the setting `select`, in words. */
export const selectRule =
  "'all', 'above:SHARE' of the steepest loss, 'top:FRACTION' of a microbatch or 'sampled:SHARE', above 0 and at most 1; or the path of a module";

/** What a selection may begin with. */
export const selectionNames = ['all', ...Object.keys(makers)];

/** Selections that an editor or a shell offers. */
export const selectionExamples = ['all', 'above:0.2', 'top:0.1', 'sampled:0.1'];

/** `above:0.2`; undefined where it is no selection. */
export function selectionNamed(text: string): SelectionPlan | undefined {
  if (text === 'all') return all();
  const [, name, share] = /^([a-z]+):(\d*\.?\d+(?:e-?\d+)?)$/.exec(text) ?? [];
  const make = Object.hasOwn(makers, name ?? '') ? makers[name] : undefined;
  const value = Number(share);
  return make === undefined || !(value > 0 && value <= 1) ? undefined : make(value);
}

interface Asked {
  readonly rule?: string;
  readonly rules?: readonly string[];
  readonly select?: string | undefined;
}

/** By what the layers of a rule choose; undefined where they learn from every sample. */
export function selectionOf({
  rule,
  select,
}: {
  rule: string;
  select?: string | undefined;
}): SelectionPlan | undefined {
  const asked = select ?? (chooses(rule) ? usual : 'all');
  if (asked === 'all') return undefined;
  const own = ownMember('select', asked);
  return own === undefined ? selectionNamed(asked) : (own.plan() as SelectionPlan);
}

/**
 * In a comparison the rules called selective choose, and no others; a layer of one's own that learns by itself chooses by itself.
 *
 * @throws {Error} one sentence, where nobody would choose as asked
 */
export function mustFitSelection({ rule, rules, select }: Asked): void {
  if (rule !== undefined && selectionOf({ rule, select }) && layerOf(rule) && learnsOf(rule) === 'locally')
    throw new Error(
      `select must be left out with a rule of your own whose layers learn by themselves; got ${shown(select)}`,
    );
  if (select === undefined || rules === undefined || rules.some(chooses)) return;
  throw new Error(
    `select must be left out where none of the rules is selective, as ff-selective; got ${shown(select)}`,
  );
}
