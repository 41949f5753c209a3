import { type Figures, lineChart, overSeeds } from '../../src/report.ts';
import type { ParityCost } from './parity-learners.ts';
import type { EqualStacks } from './stacks.ts';

/** `2.70×` */
export const times = (value: number): string => `${value.toFixed(2)}×`;

/** A mean over seeds and half of its 95 % interval: `1.41 ± 0.20`. */
export function interval(values: readonly number[], digits = 2): string {
  const { mean, half } = overSeeds(values);
  return Number.isFinite(mean) ? `${mean.toFixed(digits)} ± ${half.toFixed(digits)}` : 'not reached';
}

/** Ratios, seed by seed. */
export const over = (of: readonly number[], base: readonly number[]): number[] =>
  of.map((cost, i) => cost / base[i]);

/** By the criterion of the study `reuse-distance`. */
export function wordOf({ write, access }: EqualStacks, movement: readonly number[]): string {
  if (write >= 2 && access >= 2) return 'holds';
  if (write >= 2) return 'holds only if distances count from the last write';
  if (access >= 2) return 'holds only if distances count from the last access';
  const { mean, half } = overSeeds(movement);
  return mean - half > 2 ? 'holds only if the way to equal accuracy is counted, not a step' : 'fails';
}

/** A row of the table of parity. */
export const parityRow = (one: ParityCost, base: ParityCost): string[] => [
  ...[one.rule, String(one.learningRate), interval(one.steps, 0)],
  interval(over(one.movement, base.movement)),
  interval(over(one.ownMovement, base.ownMovement)),
];

export function parityFigures(one: ParityCost, base: ParityCost): Figures {
  const ratio = (of: readonly number[]): Figures => {
    const { mean, half } = overSeeds(of);
    return { mean, ci95: [mean - half, mean + half] };
  };
  return {
    ...{ learningRate: one.learningRate, steps: one.steps, stepsMean: ratio(one.steps) },
    movementOverBackprop: ratio(over(one.movement, base.movement)),
    ownMovementOverBackprop: ratio(over(one.ownMovement, base.ownMovement)),
  };
}

const lines = {
  'one memory, since the last write': 'write',
  'one memory, since the last access': 'access',
  'a memory a layer over one memory': 'worker',
  'a memory a layer, both': 'workers',
  'activities alone, since the last access': 'stillAccess',
  'pipeline: floats × ticks held': 'held',
} as const satisfies Record<string, keyof EqualStacks>;

/** Forward-Forward over backprop, by depth. */
export function drawnRatios(equal: readonly EqualStacks[], recorded: number): Promise<string> {
  return lineChart({
    title: `Forward-Forward over backprop; of two layers ${times(recorded)} was published`,
    x: { label: 'layers', log: true },
    y: { label: 'times that of backprop', from: 0 },
    series: Object.entries(lines).map(([name, key]) => ({
      name,
      points: equal.map((one) => ({ x: one.depth, y: one[key] })),
    })),
    levels: [{ y: 1, name: 'backprop' }],
  });
}
