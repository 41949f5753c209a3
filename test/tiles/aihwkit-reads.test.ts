import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix.ts';
import type { PeripheryOptions } from '../../src/tiles/crossbar/periphery/periphery.ts';
import { crossbarOf, moments, read, readBack, repeated, rowsOf } from './bench.ts';

// What aihwkit 1.1.0 reads, by fixtures/aihwkit/reads.py.

interface Case {
  readonly name: string;
  readonly network: number;
  readonly side: 'forward' | 'backward';
  readonly options: PeripheryOptions;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/aihwkit/reads.json', import.meta.url), 'utf8'),
) as {
  readonly networks: readonly {
    readonly inputs: number;
    readonly units: number;
    readonly weights: readonly number[];
    readonly x: readonly number[];
    readonly delta: readonly number[];
  }[];
  readonly draws: number;
  readonly cases: readonly (Case & { readonly out: readonly number[] })[];
  readonly moments: readonly (Case & {
    readonly mean: readonly number[];
    readonly variance: readonly number[];
    readonly fourth: readonly number[];
  })[];
};

const titled = <T extends Case>(cases: readonly T[]) =>
  cases.map((one) => [`${one.side} through network ${one.network}: ${one.name}`, one] as const);

/** @param given  rows of x or of δ */
async function readBy({ network, side, options }: Case, given: (columns: number) => Matrix) {
  const { inputs, units, weights } = vectors.networks[network];
  const tile = await crossbarOf({ [side]: options }, inputs, units, weights);
  return side === 'forward' ? read(tile, given(inputs)) : readBack(tile, given(units));
}

const rowsFrom = (flat: readonly number[], columns: number): number[][] =>
  Array.from({ length: flat.length / columns }, (_, r) => flat.slice(r * columns, (r + 1) * columns));

const givenTo = ({ network, side }: Case) => vectors.networks[network][side === 'forward' ? 'x' : 'delta'];

describe('what is read without noise is what aihwkit reads, to 1e-6 of the greatest output', () => {
  it.each(titled(vectors.cases))('%s', async (_, one) => {
    const out = await readBy(one, (columns) => rowsOf(rowsFrom(givenTo(one), columns)));
    const scale = Math.max(...one.out.map(Math.abs));
    const error = Math.max(...one.out.map((value, i) => Math.abs(value - out[i])));
    expect(error / scale).toBeLessThan(1e-6);
  });
});

describe('what is read with noise has the mean and variance of aihwkit’s, within 4 standard errors', () => {
  it.each(titled(vectors.moments))('%s', async (_, one) => {
    const { draws } = vectors;
    // ours of so many draws, theirs of so many from a table of 32,768 normal numbers
    const share = 2 / draws + 1 / 32_768;
    const out = await readBy(one, (columns) => repeated(givenTo(one).slice(0, columns), draws));
    for (const [i, { mean, variance }] of moments(out, one.mean.length).entries()) {
      const errorOfMean = Math.sqrt(one.variance[i] * share);
      expect(Math.abs(mean - one.mean[i]), `mean of output ${i}`).toBeLessThan(4 * errorOfMean + 1e-6);
      const errorOfVariance = Math.sqrt((one.fourth[i] - one.variance[i] ** 2) * share);
      expect(Math.abs(variance - one.variance[i]), `variance of output ${i}`).toBeLessThan(
        4 * errorOfVariance + 1e-9,
      );
    }
  });
});
