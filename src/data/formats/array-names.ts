import type { Part } from './format.ts';

/** What the name of a file or of an array says of it. */
export interface ArrayName {
  /** the file or the array */
  readonly name: string;
  /** which of several data sets in one place: 'emnist-letters', or '' */
  readonly group: string;
  /** undefined where the name does not say */
  readonly part: Part | 'validation' | undefined;
  readonly role: 'features' | 'labels';
}

const parts: Readonly<Record<string, ArrayName['part']>> = {
  ...{ train: 'train', training: 'train', tr: 'train' },
  ...{ test: 'test', testing: 'test', t10k: 'test' },
  ...{ val: 'validation', valid: 'validation', validation: 'validation' },
};
const roles: Readonly<Record<string, ArrayName['role']>> = {
  ...{ x: 'features', images: 'features', image: 'features', imgs: 'features', features: 'features' },
  ...{ data: 'features', inputs: 'features', samples: 'features' },
  ...{
    y: 'labels',
    labels: 'labels',
    label: 'labels',
    targets: 'labels',
    target: 'labels',
    classes: 'labels',
  },
};
/** words of a name that say how, not what */
const form = /^(idx\d|ubyte|byte|int|short|float|double|npy|npz|gz|arr|0)$/;

/**
 * What a name says: `x_train`, `test_labels.npy`, `emnist-letters-train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`.
 *
 * @returns undefined where the name says neither features nor labels
 */
export function arrayName(name: string): ArrayName | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_.\s]+/)
    .filter((word) => !form.test(word));
  const role = words
    .map((word) => (Object.hasOwn(roles, word) ? roles[word] : undefined))
    .findLast((one) => one);
  if (role === undefined) return undefined;
  const part = words.map((word) => (Object.hasOwn(parts, word) ? parts[word] : undefined)).find((one) => one);
  const rest = words.filter((word) => !Object.hasOwn(roles, word) && !Object.hasOwn(parts, word));
  return { name, group: rest.join('-'), part, role };
}

/** The names of one group: of each part that has features, those, and the labels where there are some. */
export interface ArrayGroup {
  readonly group: string;
  readonly train: { readonly features: readonly string[]; readonly labels: readonly string[] };
  readonly test: { readonly features: readonly string[]; readonly labels: readonly string[] };
}

/** The arrays of each group, those without a part to learn from; validation sets are in none. */
export function arrayGroups(names: readonly string[]): ArrayGroup[] {
  const known = names.map(arrayName).filter((one) => one !== undefined);
  const of = (group: string, part: Part) => {
    const own = known.filter((one) => one.group === group && (one.part ?? 'train') === part);
    const named = (role: ArrayName['role']) => own.filter((one) => one.role === role).map(({ name }) => name);
    return { features: named('features'), labels: named('labels') };
  };
  const groups = [
    ...new Set(known.filter(({ part }) => part !== 'validation').map(({ group }) => group)),
  ].sort();
  return groups.map((group) => ({ group, train: of(group, 'train'), test: of(group, 'test') }));
}
