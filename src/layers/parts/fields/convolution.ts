import { must } from '../../../core/check.ts';
import { type Matrix, matrix } from '../../../core/matrix.ts';
import { together } from '../../../core/state.ts';
import type { LayerContext } from '../../layer.ts';
import { type Affine, affine } from '../affine.ts';
import type { Fields } from './fields.ts';

/**
 * z = x·W + b where the units of all points have the same weights, each for its own field: a convolution. One tile reads a
 * row for each point, and learns from the sum over all points.
 *
 * @param units  at each point
 * @throws {RangeError} unless all fields see equally many columns
 */
export function convolution(context: LayerContext, { columns }: Fields, units: number): Affine {
  const { arena, input, output } = context;
  const [inputs, points] = [columns[0].length, columns.length];
  const even = columns.every(({ length }) => length === inputs);
  must(
    even,
    'margin of fields that share weights',
    '0: no field may reach beyond the plane',
    'one that does',
  );
  const own = affine(context, inputs, units, 2);
  const most = Math.max(output.streams * input.rows, output.candidates * input.goodnessRows);
  const x = arena.floats(most * points * inputs);
  const bias = arena.floats(points * units);
  const told = (): void => {
    for (let p = 0; p < points; p++) bias.set(own.bias, p * units);
  };
  /** a row for each point of each row [rows · points × inputs] */
  const fields = ({ rows, columns: width, data }: Matrix): Matrix => {
    for (let r = 0, to = 0; r < rows; r++)
      for (const seen of columns) for (let i = 0; i < inputs; i++, to++) x[to] = data[r * width + seen[i]];
    return matrix(rows * points, inputs, x);
  };
  /** units of points lie side by side already [rows · points × units] */
  const each = ({ rows, data }: Matrix): Matrix => matrix(rows * points, units, data);
  /** adds what went down to each field where it lies */
  const spread = (below: Matrix, dx: Matrix): void => {
    dx.data.fill(0, 0, dx.rows * dx.columns);
    for (let r = 0, from = 0; r < dx.rows; r++)
      for (const seen of columns)
        for (let i = 0; i < inputs; i++, from++) dx.data[r * dx.columns + seen[i]] += below.data[from];
  };
  const readBack = (delta: Matrix, dx: Matrix, by: (delta: Matrix, below: Matrix) => void): void => {
    const below = matrix(dx.rows * points, inputs, x);
    by(each(delta), below);
    spread(below, dx);
  };
  const { state, restore } = together(own);
  return {
    tile: {
      inputs: input.width,
      units: points * units,
      read: (from, z, purpose) => own.tile.read(fields(from), each(z), purpose),
      readBack: (delta, dx) => readBack(delta, dx, own.tile.readBack),
      correlate: (from, delta, blocks) => own.tile.correlate(fields(from), each(delta), blocks),
      get macs() {
        return own.tile.macs;
      },
      ...(own.tile.counts && { counts: () => own.tile.counts?.() ?? {} }),
    },
    bias,
    correlateBias: (delta) => own.correlateBias(each(delta)),
    correlate: (from, delta) => own.correlate(fields(from), each(delta)),
    update() {
      own.update();
      told();
    },
    hold: () => own.hold(),
    readBack(reading, delta, dx) {
      if (dx && dx.rows > 0) readBack(delta, dx, (of, below) => own.readBack(reading, of, below));
      else own.readBack(reading, each(delta), undefined);
    },
    parameters: () => own.parameters(),
    load(parameters) {
      own.load(parameters);
      told();
    },
    state,
    restore(from) {
      restore(from);
      told();
    },
    dispose: () => own.dispose(),
  };
}
