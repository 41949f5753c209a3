import { type Branch, branchOf } from './branch.ts';
import type { MeasuredCell } from './fit-piecewise.ts';

/** neighbours on either side that a step is smoothed over */
const reach = 4;

/**
 * How much single pulses of a measured cell differ, relative to their mean: the scatter of the steps between neighbouring pulse
 * numbers about their local mean. Noise of the measurement is in it, so it is an upper bound.
 *
 * @returns  standard deviation over mean, ≥ 0; undefined where no branch has 2 · 4 + 2 readings of successive pulses
 */
export function pulseNoise({ up, down }: MeasuredCell): number | undefined {
  const all = [...up, ...down].map(({ conductance }) => conductance);
  const lowest = Math.min(...all);
  const range = Math.max(...all) - lowest;
  let [squares, means, count] = [0, 0, 0];
  for (const branch of [branchOf(up, lowest, range, 1), branchOf(down, lowest, range, -1)]) {
    const steps = stepsOf(branch);
    for (let i = reach; i + reach < steps.length; i++) {
      const near = steps.slice(i - reach, i + reach + 1);
      const mean = near.reduce((sum, step) => sum + step, 0) / near.length;
      // the mean of n steps holds the n-th part of the step itself
      squares += (steps[i] - mean) ** 2 * (near.length / (near.length - 1));
      means += Math.abs(mean);
      count++;
    }
  }
  return count === 0 || means === 0 ? undefined : Math.sqrt(squares / count) / (means / count);
}

/** Changes of weight by one pulse, in the direction of the pulses. */
function stepsOf({ pulses, weights, sign }: Branch): number[] {
  return weights.flatMap((weight, i) =>
    i > 0 && pulses[i] === pulses[i - 1] + 1 ? [sign * (weight - weights[i - 1])] : [],
  );
}
