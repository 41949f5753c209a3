import { columns, nameOfRule } from '../../report.ts';
import { accuracy } from './figures.ts';

/** How accurate one network is as its chip grows old. */
export interface ChipAges {
  readonly rule: string;
  readonly seed: number;
  readonly chipSeed: number;
  readonly cell: string;
  /** samples that were predicted at each age */
  readonly samples: number;
  /** what of the chip was asked for: its io, its compensation of drift, … */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly ages: readonly { readonly seconds: number; readonly testAccuracy: number | null }[];
}

/** 0, then so many ages that each is the same number of times the one before, up to the greatest. */
export function agesUpTo(most: number, points: number): number[] {
  const first = Math.min(1, most / 2);
  const steps = points - 2;
  const later = Array.from({ length: points - 1 }, (_, i) =>
    steps === 0 ? most : first * (most / first) ** (i / steps),
  );
  return [0, ...later.map((age) => Number(age.toPrecision(3)))].with(-1, most);
}

/** Whether a network was as accurate at every age, of several: it is said, for a flat curve looks like a good chip. */
export function staysAlike({ ages }: ChipAges): boolean {
  const [first, ...later] = ages.map(({ testAccuracy }) => testAccuracy);
  return typeof first === 'number' && later.length > 0 && later.every((one) => one === first);
}

/** What is said where a network was as accurate at every age. */
export const alike =
  'The same at every age: as they are described, these cells do not age, or too little to be seen.';

/** A table a network. */
export function agesText(networks: readonly ChipAges[]): string {
  return networks
    .map((network) => {
      const { rule, seed, chipSeed, cell, ages } = network;
      const lines = ages.map(({ seconds, testAccuracy }) => [ageText(seconds), accuracy(testAccuracy)]);
      const head = `${nameOfRule(rule)}, seed ${seed}, chip ${chipSeed}, cells ${cell}`;
      const note = staysAlike(network) ? `\n${alike}` : '';
      return `${head}\n${columns(['age', 'test accuracy'], lines)}${note}`;
    })
    .join('\n\n');
}

const units = [
  [86_400 * 365, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const;

function ageText(seconds: number): string {
  const [unit, name] = units.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Number((seconds / unit).toPrecision(3))} ${name}`;
}
