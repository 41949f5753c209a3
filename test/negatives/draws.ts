import { type Matrix, matrix } from '../../src/core/matrix.ts';
import { random } from '../../src/core/random.ts';
import type { Negatives } from '../../src/negatives/negative.ts';

/** How often each label is drawn in `count` draws with the same truth and opinion, from one seed. */
export function countsOf(
  negatives: Negatives,
  truth: number,
  opinion: readonly number[],
  count: number,
): number[] {
  const classes = opinion.length;
  const all: Matrix = matrix(
    count,
    classes,
    Float32Array.from({ length: count * classes }, (_, i) => opinion[i % classes]),
  );
  const into = new Uint16Array(count);
  const truths = new Uint16Array(count).fill(truth);
  negatives.draw(truths, count, classes, negatives.needsOpinion ? all : undefined, random(5), into);
  const counts = new Array(classes).fill(0);
  for (const label of into) counts[label]++;
  return counts;
}

/** Σ (observed − expected)² / expected over the labels that are expected at all. */
export function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return expected.reduce((sum, e, i) => (e > 0 ? sum + (observed[i] - e) ** 2 / e : sum), 0);
}
