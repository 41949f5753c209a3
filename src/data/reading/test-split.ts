import { must } from '../../core/check.ts';
import { permutation, random } from '../../core/random.ts';
import type { RawSamples } from '../formats/format.ts';

/**
 * Draws a test set, stratified: of each class the same share, rounded, and never all. What stays keeps its order, and so does
 * what is drawn.
 *
 * @param share  above 0 and below 1
 * @param seed   of the run; the same seed draws the same samples
 * @throws {Error} when no class has samples enough to give one
 */
export function testSplit(
  samples: RawSamples,
  share: number,
  seed: number,
  thing: string,
): { train: RawSamples; test: RawSamples } {
  must(share > 0 && share < 1, 'testSplit', 'above 0 and below 1', share);
  const { codes, names } = samples.labels ?? { codes: new Uint16Array(samples.count), names: [''] };
  const byClass = names.map((): number[] => []);
  for (let i = 0; i < codes.length; i++) byClass[codes[i]].push(i);
  const chosen = new Uint8Array(samples.count);
  for (const [code, own] of byClass.entries()) {
    const few = Math.min(own.length - 1, Math.round(own.length * share));
    // by name, so that the order in which classes are met does not matter
    const order = permutation(own.length, random(seed).fork('test split').fork(names[code]));
    for (let k = 0; k < few; k++) chosen[own[order[k]]] = 1;
  }
  const [train, test] = [0, 1].map((part) => rowsWhere(samples, (i) => chosen[i] === part));
  if (test.count === 0)
    throw new Error(
      `testSplit must leave a sample of some class of ${thing} to test; got ${share}, too small a share`,
    );
  return { train, test };
}

function rowsWhere(samples: RawSamples, holds: (index: number) => boolean): RawSamples {
  const { width, features, labels } = samples;
  const rows = Uint32Array.from({ length: samples.count }, (_, i) => i).filter(holds);
  const kept =
    features instanceof Uint8Array
      ? new Uint8Array(rows.length * width)
      : new Float32Array(rows.length * width);
  for (const [to, row] of rows.entries())
    kept.set(features.subarray(row * width, (row + 1) * width), to * width);
  return {
    ...samples,
    ...{ count: rows.length, features: kept },
    labels: labels && { names: labels.names, codes: Uint16Array.from(rows, (row) => labels.codes[row]) },
  };
}
