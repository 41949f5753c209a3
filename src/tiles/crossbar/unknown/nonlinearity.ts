import type { Random } from '../../../core/random.ts';

/** What unit i makes of a value. */
export type Shape = (unit: number, value: number) => number;

/** bends of one unit */
const bends = 3;

/**
 * A monotone function of its own for each unit, with f(0) = 0 and slopes from 1 − η to 1:
 *
 *     f(z) = (1 − η) z + η Σₖ aₖ cₖ (tanh((z − bₖ) / cₖ) + tanh(bₖ / cₖ))
 *
 * The shares a add up to 1, the bends b are normal and the widths c log-normal around `scale`.
 *
 * @param eta  0 to 1: 0 is the identity
 */
export function monotone(units: number, eta: number, scale: number, chip: Random): Shape {
  const count = units * bends;
  const [share, bend, width, rest] = [0, 1, 2, 3].map(() => new Float64Array(count));
  for (let i = 0; i < units; i++) {
    let sum = 0;
    for (let k = i * bends; k < (i + 1) * bends; k++) {
      share[k] = 0.1 + chip.uniform();
      bend[k] = scale * chip.normal();
      width[k] = scale * Math.exp(0.5 * chip.normal());
      rest[k] = Math.tanh(bend[k] / width[k]);
      sum += share[k];
    }
    for (let k = i * bends; k < (i + 1) * bends; k++) share[k] *= eta / sum;
  }
  return (unit, value) => {
    let f = (1 - eta) * value;
    for (let k = unit * bends; k < (unit + 1) * bends; k++)
      f += share[k] * width[k] * (Math.tanh((value - bend[k]) / width[k]) + rest[k]);
    return f;
  };
}
