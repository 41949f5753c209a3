import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { perPass } from '../../src/updates/per-pass.ts';
import { bench, idealCell, lesson } from './bench.ts';

interface Options {
  readonly desired_bl?: number;
  readonly fixed_bl?: boolean;
  readonly update_bl_management?: boolean;
  readonly update_management?: boolean;
  readonly um_grad_scale?: number;
  readonly res?: number;
  readonly x_res_implicit?: number;
  readonly d_res_implicit?: number;
}

const { step, x, delta, whole, stochastic } = JSON.parse(
  readFileSync(new URL('../../fixtures/aihwkit/updates.json', import.meta.url), 'utf8'),
) as {
  step: number;
  x: number[][];
  delta: number[][];
  whole: { rate: number; pulses: string; update: Options; counts: number[] }[];
  stochastic: { rate: number; update: Options; draws: number; mean: number[]; variance: number[] }[];
};

/** What aihwkit's parameters of an update are called here. */
function translated(from: Options) {
  const unmanaged = from.fixed_bl === false ? ('by-rate' as const) : ('fixed' as const);
  return {
    slots: from.desired_bl ?? 31,
    length: from.update_bl_management === false ? unmanaged : ('managed' as const),
    balance: from.update_management ?? true,
    deltaScale: from.um_grad_scale ?? 1,
    inputStep: from.x_res_implicit ?? from.res ?? 0,
    unitStep: from.d_res_implicit ?? from.res ?? 0,
  };
}

describe('pulses of aihwkit 1.1.0', () => {
  test.each(whole)('$pulses at rate $rate, $update', async ({ rate, pulses, update, counts }) => {
    const kind = pulses === 'MEAN_COUNT' ? 'mean-count' : 'deterministic';
    const plan = perPass({ ...translated(update), pulses: kind });
    const { updater, cells } = await bench(plan, 4, 3, { cell: idealCell(step) });
    updater.update([lesson(x, delta)], rate);
    expect([...cells[0].net]).toEqual(counts);
  });

  test.each(stochastic)('stochastic at rate $rate, $update: mean and variance', async (expected) => {
    const { updater, cells } = await bench(perPass(translated(expected.update)), 4, 3, {
      cell: idealCell(step),
    });
    const { draws, rate } = expected;
    const moments = [1, 2, 3, 4].map(() => new Float64Array(12));
    const taught = lesson(x, delta);
    const { net } = cells[0];
    for (let d = 0; d < draws; d++) {
      net.fill(0);
      updater.update([taught], rate);
      for (let i = 0; i < 12; i++) for (let k = 0; k < 4; k++) moments[k][i] += net[i] ** (k + 1) / draws;
    }
    for (let i = 0; i < 12; i++) {
      const [m1, m2, m3, m4] = moments.map((moment) => moment[i]);
      const variance = m2 - m1 * m1;
      const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4;
      // both sides are samples of `draws`
      expect(Math.abs(m1 - expected.mean[i])).toBeLessThan(4 * Math.sqrt((2 * variance) / draws) + 1e-9);
      const error = Math.sqrt((2 * Math.max(0, fourth - variance * variance)) / draws);
      expect(Math.abs(variance - expected.variance[i])).toBeLessThan(4 * error + 1e-9);
    }
  });
});
