import { must, mustBeWhole } from '../../../core/check.ts';
import type { Grid, Shape } from '../../../data/microbatch.ts';

/** Which part of the plane below the units at each point of a layer see: a square field, another for each point. */
export interface FieldOptions {
  /** the plane below; left out, that of the layer below, else a square picture of one channel */
  readonly picture?: Grid | undefined;
  /** edge of a field in points of the plane below; left out, every unit sees all of it, and there is one point */
  readonly field?: number | undefined;
  /** points of the plane below from one field to the next; left out, as many as a field is wide: they touch */
  readonly stride?: number | undefined;
  /** points that the outermost fields reach beyond the plane, where they see nothing; left out, 0 */
  readonly margin?: number | undefined;
}

/** The fields of a layer. */
export interface Fields {
  /** points of the layer, a field each */
  readonly height: number;
  readonly width: number;
  /** columns of the input that each point's units see, rising: those of the labels first, where there are any */
  readonly columns: readonly Uint32Array[];
}

/** @throws {RangeError} when a number is out of its range; which plane they fit, `fieldsOver` checks */
export function checkFields({ picture, field, stride, margin = 0 }: FieldOptions): void {
  for (const [name, points] of Object.entries(picture ?? {}))
    mustBeWhole(points, `${name} of the picture`, 1);
  if (field !== undefined) mustBeWhole(field, 'field', 1, 'points');
  if (stride !== undefined) mustBeWhole(stride, 'stride of the fields', 1, 'points');
  mustBeWhole(margin, 'margin of the fields', 0, 'points');
  must(field !== undefined || margin === 0, 'margin of fields that see everything', '0', margin);
  must(
    field === undefined || margin < field,
    'margin of the fields',
    `below ${field}, a field's edge`,
    margin,
  );
}

/**
 * Fields over what a layer is sent: ⌊(height + 2 · margin − field) / stride⌋ + 1 rows of points, and likewise their columns.
 *
 * @param labels  first columns that belong to the label, which every point sees
 * @throws {RangeError} when the input is no such plane, or a field does not fit in it
 */
export function fieldsOver(options: FieldOptions, input: Shape, labels: number): Fields {
  const plane = planeOf(options, input);
  const { field, margin = 0, stride = field ?? 1 } = options;
  if (field === undefined)
    return { height: 1, width: 1, columns: [Uint32Array.from({ length: input.width }, (_, j) => j)] };
  const starts = (length: number): number[] => {
    const room = length + 2 * margin - field;
    must(room >= 0, 'field', `at most ${length + 2 * margin} points, the plane below with its margin`, field);
    return Array.from({ length: Math.floor(room / stride) + 1 }, (_, i) => i * stride - margin);
  };
  const [tops, lefts] = [starts(plane.height), starts(plane.width)];
  const columns = tops.flatMap((top) => lefts.map((left) => seen(plane, field, top, left, labels)));
  return { height: tops.length, width: lefts.length, columns };
}

/** The columns of one field, and those of the label. */
function seen(plane: Grid, field: number, top: number, left: number, labels: number): Uint32Array {
  const columns = Array.from({ length: labels }, (_, j) => j);
  const bottom = Math.min(plane.height, top + field);
  const right = Math.min(plane.width, left + field);
  for (let y = Math.max(0, top); y < bottom; y++) {
    const first = (y * plane.width + Math.max(0, left)) * plane.channels;
    const end = (y * plane.width + right) * plane.channels;
    for (let j = Math.max(first, labels); j < end; j++) columns.push(j);
  }
  return Uint32Array.from(columns);
}

function planeOf({ picture, field }: FieldOptions, { grid, width }: Shape): Grid {
  const fits = ({ height, width: columns, channels }: Grid): boolean => height * columns * channels === width;
  if (picture) {
    const { height, width: columns, channels } = picture;
    must(
      fits(picture),
      'picture',
      `of ${width} numbers, the width of the input`,
      `${height} × ${columns} × ${channels}`,
    );
    return picture;
  }
  if (grid && fits(grid)) return grid;
  const edge = Math.sqrt(width);
  must(
    field === undefined || Number.isInteger(edge),
    'picture',
    `stated where ${width} numbers are no square`,
    picture,
  );
  return { height: edge, width: edge, channels: 1 };
}
