import { type Matrix, matrix } from '../../../core/matrix.ts';
import { make } from '../../../core/plan.ts';
import { random } from '../../../core/random.ts';
import type { Optimiser } from '../../../optimisers/optimiser.ts';
import type { TileGround, TilePlan } from '../../tile.ts';

/** How far the outputs of analog reads are from the exact products. */
export interface ReadFacts {
  /** √(Σ(y − ŷ)² / Σŷ²) */
  readonly relativeError: number;
  /** 10 log₁₀ of signal power over error power, in decibels; Infinity for exact reads, which JSON writes as null */
  readonly snr: number;
  /** bits of an ideal converter with that error: (SNR − 1.76 dB) / 6.02 */
  readonly effectiveBits: number;
  /** share of output conversions that were clipped, and of rows that were read again */
  readonly outputsClipped: number;
  readonly redrawn: number;
}

/** moves nothing */
const still: Optimiser = {
  name: 'none',
  plain: true,
  rate: () => 0,
  stepper: () => ({ step() {}, state: () => ({}), restore() {} }),
};

/**
 * Reads inputs through a tile with fresh weights W ~ N(0, 2 / inputs), and compares with the exact products of these weights.
 *
 * @param x  [rows × inputs]
 */
export async function readFacts(
  plan: TilePlan,
  ground: TileGround,
  x: Matrix,
  units: number,
  seed = 0,
): Promise<ReadFacts> {
  const inputs = x.columns;
  const draw = random(seed).fork('read facts');
  const weights = new Float32Array(inputs * units);
  for (let i = 0; i < weights.length; i++) weights[i] = Math.sqrt(2 / inputs) * draw.normal();
  const maker = await make(plan, ground);
  const context = { inputs, units, weights, optimiser: still, horizon: Number.POSITIVE_INFINITY };
  const tile = maker.tile({ ...context, name: 'layer0', random: draw.fork('tile'), clock: () => 0 });
  const exact = ground.products.products(inputs, units);
  exact.weights.set(weights);
  exact.written();
  const [y, wanted] = [0, 1].map(() => matrix(x.rows, units, ground.arena.floats(x.rows * units)));
  tile.read(x, y);
  exact.read(x, wanted);
  let [error, signal] = [0, 0];
  for (let i = 0; i < x.rows * units; i++) {
    error += (y.data[i] - wanted.data[i]) ** 2;
    signal += wanted.data[i] ** 2;
  }
  const counts = tile.counts?.() ?? {};
  const share = (part: string, of: string): number => (counts[part] ?? 0) / Math.max(1, counts[of] ?? 0);
  tile.dispose();
  exact.dispose();
  const snr = error === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / error);
  return {
    relativeError: Math.sqrt(error / signal),
    snr,
    effectiveBits: (snr - 1.76) / 6.02,
    outputsClipped: share('learn/outputsClipped', 'learn/adcs'),
    redrawn: share('learn/redraws', 'learn/reads'),
  };
}
