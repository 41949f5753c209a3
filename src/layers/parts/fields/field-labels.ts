import type { Matrix } from '../../../core/matrix.ts';
import type { ExactWeights } from '../../../tiles/tile.ts';
import type { LayerContext } from '../../layer.ts';
import type { Affine } from '../affine.ts';

interface Points {
  readonly points: readonly Affine[];
  /** at each point */
  readonly units: number;
  /** first columns of each field that belong to the label */
  readonly labels: number;
  /** what a point sees of a row of inputs, and its part of a row of units */
  field(of: Matrix, p: number): Matrix;
  part(of: Matrix, p: number): Matrix;
}

/** How all labels of an image share its product where each point has a tile of its own. */
export interface FieldLabels {
  readonly exact: ExactWeights;
  /** The points' weights have changed. */
  told(): void;
}

/**
 * The labels' rows of W, of all points side by side [labels × units of all points]: no more of W is needed for an image whose
 * product is known. They are copied anew after every change.
 *
 * @returns undefined where fields have no label, or tiles do not know their weights to the bit
 */
export function fieldLabels(
  { arena }: LayerContext,
  { points, units, labels, field, part }: Points,
): FieldLabels | undefined {
  const exacts = points.map(({ tile }) => tile.exact).filter((exact) => exact !== undefined);
  if (labels === 0 || exacts.length < points.length) return undefined;
  const all = units * points.length;
  const weights = arena.floats(labels * all);
  /** what the caller knows of the gradient */
  const known = arena.floats(labels * all);
  const told = (): void => {
    for (const [p, { weights: own }] of exacts.entries())
      for (let c = 0; c < labels; c++)
        weights.set(own.subarray(c * units, (c + 1) * units), c * all + p * units);
  };
  told();
  return {
    told,
    exact: {
      weights,
      correlate(x, delta, add) {
        known.fill(0);
        if (x.rows > 0) add(known);
        for (const [p, exact] of exacts.entries())
          exact.correlate(field(x, p), part(delta, p), (gradient) => {
            for (let c = 0; c < labels; c++)
              for (let j = 0; j < units; j++) gradient[c * units + j] += known[c * all + p * units + j];
          });
      },
    },
  };
}
