import { columns, nameOfRule } from '../../report.ts';
import { accuracy } from './figures.ts';

/** How accurate one network's weights are on several chips. */
export interface Transplanted {
  readonly rule: string;
  readonly seed: number;
  /** the chip it was trained on, and its accuracy there; null where its tile was digital */
  readonly trainedOn: number | null;
  readonly testAccuracy: number | null;
  readonly chips: readonly { readonly chipSeed: number; readonly testAccuracy: number | null }[];
}

/** A table a network, and how to go on. */
export function transplantText(networks: readonly Transplanted[], folder: string): string {
  const tables = networks.map(({ rule, seed, trainedOn, testAccuracy, chips }) => {
    const lines = [
      ...(trainedOn === null ? [] : [[`${trainedOn}, trained there`, accuracy(testAccuracy)]]),
      ...chips.map((chip) => [String(chip.chipSeed), accuracy(chip.testAccuracy)]),
    ];
    return `${nameOfRule(rule)}, seed ${seed}\n${columns(['chip', 'test accuracy'], lines)}`;
  });
  const [{ chips }] = networks;
  return [
    ...tables,
    `To learn on from there: forwardflow train --init ${folder} --chip-seed ${chips[0].chipSeed} …, with the other settings of the run.`,
  ].join('\n\n');
}
