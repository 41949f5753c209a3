import { type Matrix, matrix } from '../../../core/matrix.ts';
import { joined } from '../../../core/state.ts';
import type { HardwareCounts } from '../../../core/trace.ts';
import type { LayerContext } from '../../layer.ts';
import { type Affine, affine, type Reading } from '../affine.ts';
import { fieldLabels } from './field-labels.ts';
import { addColumns, columnsOf, partOf, putPart } from './field-rows.ts';
import type { Fields } from './fields.ts';

/** What every point has noted of one microbatch. */
interface Readings extends Reading {
  readonly points: readonly Reading[];
}

/**
 * z = x·W + b where the units at each point see their field alone: a tile a point, no weight is shared. The units of a point
 * lie side by side, point after point. Point 0 has the names and the random streams of a layer by itself, point p those of
 * `point<p>` under it.
 *
 * @param units   at each point
 * @param labels  first columns of each field that belong to the label
 */
export function fieldAffine(
  context: LayerContext,
  { columns }: Fields,
  units: number,
  labels: number,
): Affine {
  const { arena, index, input } = context;
  const points = columns.map((seen, p) => {
    const random = p === 0 ? context.random : context.random.fork(`point ${p}`);
    const name = p === 0 ? undefined : `layer${index}.point${p}`;
    return affine({ ...context, random }, seen.length, units, 2, name);
  });
  const all = units * points.length;
  const most = Math.max(context.output.streams * input.rows, context.output.candidates * input.goodnessRows);
  /** what a point reads, and what it makes of it, of as many rows as there are at a time */
  const x = arena.floats(most * Math.max(...columns.map(({ length }) => length)));
  const z = arena.floats(most * units);
  const bias = arena.floats(all);
  const field = (of: Matrix, p: number): Matrix => columnsOf(of, columns[p], x);
  const part = (of: Matrix, p: number): Matrix => partOf(of, p, units, z);
  const told = (): void => {
    for (const [p, point] of points.entries()) bias.set(point.bias, p * units);
  };
  const sharing = fieldLabels(context, { points, units, labels, field, part });
  const readBack = (delta: Matrix, dx: Matrix, by: (p: number, delta: Matrix, dx: Matrix) => void): void => {
    dx.data.fill(0, 0, dx.rows * dx.columns);
    for (const [p, seen] of columns.entries()) {
      const below = matrix(dx.rows, seen.length, x);
      by(p, part(delta, p), below);
      addColumns(below, seen, dx);
    }
  };
  const { state, restore } = joined(
    Object.fromEntries(points.map((point, p) => [p === 0 ? 'own' : `point${p}`, point])),
  );
  return {
    tile: {
      inputs: input.width,
      units: all,
      read(from, into, purpose) {
        for (const [p, { tile }] of points.entries()) {
          const own = matrix(from.rows, units, z);
          tile.read(field(from, p), own, purpose);
          putPart(own, p, into);
        }
      },
      readBack: (delta, dx) => readBack(delta, dx, (p, own, below) => points[p].tile.readBack(own, below)),
      correlate(from, delta, blocks) {
        for (const [p, { tile }] of points.entries()) tile.correlate(field(from, p), part(delta, p), blocks);
      },
      get macs() {
        return points.reduce((sum, { tile }) => sum + tile.macs, 0);
      },
      ...(points[0].tile.counts && { counts: () => summed(points.map(({ tile }) => tile.counts?.())) }),
      ...(sharing && { exact: sharing.exact }),
    },
    bias,
    correlateBias(delta) {
      for (const [p, point] of points.entries()) point.correlateBias(part(delta, p));
    },
    correlate(from, delta) {
      for (const [p, point] of points.entries()) point.correlate(field(from, p), part(delta, p));
    },
    update() {
      for (const point of points) point.update();
      told();
      sharing?.told();
    },
    hold: (): Readings => ({ held: undefined, updates: 0, points: points.map((point) => point.hold()) }),
    readBack(reading, delta, dx) {
      const of = (p: number) => (reading as Readings | undefined)?.points[p];
      if (dx && dx.rows > 0) readBack(delta, dx, (p, own, below) => points[p].readBack(of(p), own, below));
      else for (const [p, point] of points.entries()) point.readBack(of(p), part(delta, p), undefined);
    },
    parameters: () => points.flatMap((point) => point.parameters()),
    load(parameters) {
      for (const point of points) point.load(parameters);
      told();
      sharing?.told();
    },
    state,
    restore(from) {
      restore(from);
      told();
      sharing?.told();
    },
    dispose() {
      for (const point of points) point.dispose();
    },
  };
}

/** The counts of all points, name by name. */
function summed(all: readonly (HardwareCounts | undefined)[]): HardwareCounts {
  const total: Record<string, number> = {};
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts ?? {})))
    total[name] = (total[name] ?? 0) + count;
  return total;
}
