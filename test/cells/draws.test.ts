import { expect, it } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import { arrayOf, ideal } from './array.ts';

const [inputs, units] = [100, 100];
const count = inputs * units;

/** Distribution function of the standard normal. @see Abramowitz and Stegun, 7.1.26, to 2e-7 */
function phi(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp((-z * z) / 2)) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** Greatest distance between the empirical distribution function and that of the standard normal. */
function distance(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.reduce((most, z, i) => {
    const f = phi(z);
    return Math.max(most, Math.abs(f - i / sorted.length), Math.abs((i + 1) / sorted.length - f));
  }, 0);
}

/** a distance that 1 in 1,000 samples exceeds */
const limit = 1.95 / Math.sqrt(count);

it('bounds of cells are spread normally', async () => {
  const { bounds } = await arrayOf(
    constantStep({ ...ideal, upperBoundSpread: 0.1, lowerBoundSpread: 0.05 }),
    ...([inputs, units] as const),
  );
  const scores = (of: Float32Array | undefined, mean: number, spread: number) =>
    [...(of ?? [])].map((b) => (b / mean - 1) / spread);
  expect(distance(scores(bounds?.upper, 0.6, 0.1))).toBeLessThan(limit);
  expect(distance(scores(bounds?.lower, -0.6, 0.05))).toBeLessThan(limit);
  expect(distance(scores(bounds?.upper, 0.6, 0.11))).toBeGreaterThan(limit);
});

it.each([false, true])(
  'sizes of pulses are spread normally, or so are their logarithms: %s',
  async (logarithms) => {
    const cells = await arrayOf(
      constantStep({ ...ideal, stepSize: 0.01, stepSpread: 0.2, stepSpreadLogNormal: logarithms }),
      ...([inputs, units] as const),
    );
    cells.pulse(new Int32Array(count).fill(1));
    const score = (w: number) => (logarithms ? Math.log(w / 0.01) : w / 0.01 - 1) / 0.2;
    expect(distance([...cells.weights].map(score))).toBeLessThan(limit);
    const other = (w: number) => (logarithms ? w / 0.01 - 1 : Math.log(w / 0.01)) / 0.2;
    expect(distance([...cells.weights].map(other))).toBeGreaterThan(limit);
  },
);
