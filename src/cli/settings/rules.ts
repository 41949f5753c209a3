import type { ImageNegativesPlan } from '../../extend.ts';
import type { Rule } from '../../report.ts';
import { layerOf, ownMember } from '../members/members.ts';
import { imageNegatives } from './learning-settings.ts';

export const rules = ['ff', 'mono-forward', 'backprop', 'block-local'] as const satisfies readonly Rule[];

const suffix = '-selective';

/** The rules, and each as one that learns only from what is not yet known. */
export const everyRule = [...rules, ...rules.map((rule) => rule + suffix)];

/** Whether a rule is one of those that leave samples out. */
export function chooses(rule: string): boolean {
  return rule.endsWith(suffix) && everyRule.includes(rule);
}

/** A rule without its selection: `ff` of `ff-selective`. */
export function plainRule(rule: string): string {
  return chooses(rule) ? rule.slice(0, -suffix.length) : rule;
}

/** The rule whose input, negatives and top a rule shares: itself, or of a layer of one's own what its plan says. */
export function kindOf(rule: string): Rule {
  const own = layerOf(rule);
  if (own === undefined) return plainRule(rule) as Rule;
  if (own.learns === 'backward') return 'backprop';
  return own.predicts === 'onePass' && own.input !== 'labelled' ? 'mono-forward' : 'ff';
}

/** Whether a rule's layers learn from what they see, or from gradients sent down. */
export function learnsOf(rule: string): 'locally' | 'backward' {
  return kindOf(rule) === 'backprop' ? 'backward' : 'locally';
}

/** Whether negatives of this name are images, without a label. */
export function isImageNegatives(name: string): boolean {
  if ((imageNegatives as readonly string[]).includes(name)) return true;
  const own = ownMember('negatives', name)?.plan() as Partial<ImageNegativesPlan> | undefined;
  return own?.rejects === 'images';
}

/** Whether layers are shown labels in their input: those of Forward-Forward and of one's own that compare labels, where negatives are no images. */
export function showsLabels({
  rule,
  negatives,
}: {
  readonly rule: string;
  readonly negatives: string;
}): boolean {
  return kindOf(rule) === 'ff' && !isImageNegatives(negatives);
}
